"""The web application: the files of the site, and nothing else of the output folder."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from digest.errors import DigestError
from digest.web.files import Files
from digest.web.notice import Notices
from digest.web.unsubscribe import Unsubscribe

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from digest.app import App

__all__ = ["public"]

logger = logging.getLogger(__name__)

#: steps of a path; the addresses of the service have two
_DEEPEST = 8
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    # The address of an unsubscribe page is a secret of its reader.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def public(app: App) -> Starlette:
    """The application. It reads files and the history; only a POST to an unsubscribe link changes anything."""
    notices = Notices(app)
    files = Files(app.settings.output.path / "site")
    unsubscribe = Unsubscribe(app, notices)

    def health(_request: Request) -> Response:
        return _health(app)

    def missing(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code != 404:
            return Response(error.detail, error.status_code, error.headers, "text/plain")
        if request.url.path.count("/") > _DEEPEST:
            # A page leads back by relative links: each of them would be as long as the path.
            return Response("There is no page at this address.\n", 404, media_type="text/plain")
        return notices.page(request, "Nothing here", "There is no page at this address.", status=404)

    def broken(request: Request, error: Exception) -> Response:
        # What went wrong is for who runs the service: it may name files.
        logger.error("an answer could not be given: %s", error)
        return notices.page(request, "Not now", "This did not work. Please try again later.", status=503)

    return Starlette(
        routes=[
            Route("/site", lambda _request: RedirectResponse("site/")),
            Route("/healthz", health),
            Route("/unsubscribe/{token}", unsubscribe.ask, methods=["GET"]),
            Route("/unsubscribe/{token}", unsubscribe.end, methods=["POST"]),
            Route("/{path:path}", files.answer),
        ],
        middleware=[Middleware(_SafeHeaders)],
        exception_handlers={HTTPException: missing, DigestError: broken},
    )


class _SafeHeaders:
    """Adds to every answer what keeps a browser from doing more with it than showing it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


# ------------------------------------------------------------------------------------------------------ health


def _health(app: App) -> Response:
    """How the service is, for a monitor: 503 where the history can't be read.

    Of the sources, those of the configuration: the name of another one is a path on somebody's disk.
    """
    headers = {"Cache-Control": "no-store"}
    try:
        receipts = app.store.newest_receipts([one.name for one in app.settings.source])
    except DigestError as error:
        logger.error("the history cannot be read: %s", error)  # noqa: TRY400 - the sentence says it all
        return JSONResponse({"status": "failing", "reason": "the history cannot be read"}, 503, headers)
    sources = {one.source: {"at": one.at.isoformat(), "status": one.status.value} for one in receipts}
    last_run = max((one.at for one in receipts), default=None)
    told = {"status": "ok", "last_run": last_run.isoformat() if last_run else None, "sources": sources}
    return JSONResponse(told, headers=headers)
