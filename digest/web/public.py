"""The web application. It serves the files of the site, and nothing else in the output folder."""

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

#: parts of a path; our own URLs have two
_DEEPEST = 8
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    # The URL of an unsubscribe page is a secret.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def public(app: App) -> Starlette:
    """Make the application. It only reads, except that a POST to an unsubscribe link ends a subscription."""
    notices = Notices(app)
    files = Files(app.settings.output.path / "site")
    unsubscribe = Unsubscribe(app, notices)

    def health(_request: Request) -> Response:
        return _health(app)

    def missing(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code != 404:
            return Response(error.detail, error.status_code, error.headers, "text/plain")
        if request.url.path.count("/") > _DEEPEST:
            # The page has relative links, and each would be as long as the path.
            return Response("There is no page at this address.\n", 404, media_type="text/plain")
        return notices.page(request, "Nothing here", "There is no page at this address.", status=404)

    def broken(request: Request, error: Exception) -> Response:
        # The error may name files, so only the log has it.
        logger.error("a request failed: %s", error)
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
    """Adds security headers to every response."""

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
    """The health of the service, for monitoring: 503 if the history can't be read.

    It lists only the sources of the configuration. The names of others are paths on somebody's disk.
    """
    headers = {"Cache-Control": "no-store"}
    try:
        receipts = app.store.newest_receipts([one.name for one in app.settings.source])
    except DigestError as error:
        logger.error("the history cannot be read: %s", error)  # noqa: TRY400 - the sentence says it all
        return JSONResponse({"status": "failing", "reason": "the history cannot be read"}, 503, headers)
    sources = {one.source: {"at": one.at.isoformat(), "status": one.status.value} for one in receipts}
    last_run = max((one.at for one in receipts), default=None)
    body = {"status": "ok", "last_run": last_run.isoformat() if last_run else None, "sources": sources}
    return JSONResponse(body, headers=headers)
