"""The web application: what stands below ``feeds/`` and ``site/`` in the output folder, and nothing else of it."""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from digest.errors import DigestError
from digest.web.notice import Notices
from digest.web.unsubscribe import Unsubscribe

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from digest.app import App

__all__ = ["public"]

logger = logging.getLogger(__name__)

#: the most telling ending first
_MEDIA_TYPES = {
    ".rss.xml": "application/rss+xml",
    ".atom.xml": "application/atom+xml",
    ".json": "application/feed+json",
    ".opml": "text/x-opml; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
#: what is served at all. No step begins with a dot: neither the way up nor a file that is still being written.
_SERVED = re.compile(r"(feeds|site)(/[A-Za-z0-9][A-Za-z0-9._-]*)+", re.ASCII)
#: seconds for which a reader need not ask again
_FRESH = 300
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
    files = _Files(app.settings.output.path)
    unsubscribe = Unsubscribe(app, notices)

    def health(_request: Request) -> Response:
        return _health(app)

    def missing(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code != 404:
            return Response(error.detail, error.status_code, error.headers, "text/plain")
        return notices.page(request, "Nothing here", "There is no page at this address.", status=404)

    def broken(request: Request, error: Exception) -> Response:
        # What went wrong is for who runs the service: it may name files.
        logger.error("an answer could not be given: %s", error)
        return notices.page(request, "Not now", "This did not work. Please try again later.", status=503)

    return Starlette(
        routes=[
            Route("/", lambda _request: RedirectResponse("site/")),
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


# ------------------------------------------------------------------------------------------------------- files


@dataclass(frozen=True, slots=True)
class _Content:
    """A file's bytes in one encoding, under a strong ETag of their own (RFC 9110, section 8.8.3)."""

    body: bytes
    etag: str


class _Files:
    """The files below a folder, asked for by their paths."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def answer(self, request: Request) -> Response:
        """A file; 304 where the client has it already, 404 where there is none."""
        path: str = request.path_params["path"]
        if path == "site/":
            path = "site/index.html"
        if not _SERVED.fullmatch(path):
            raise HTTPException(404)
        file = self._folder / path
        try:
            if not file.is_file():
                raise HTTPException(404)
            status = file.stat()
            zipped = _accepts_gzip(request.headers.get("accept-encoding", ""))
            content = _content(file, status.st_mtime_ns, status.st_size, zipped=zipped)
        except OSError as error:
            raise HTTPException(404) from error
        headers = {
            "ETag": content.etag,
            "Last-Modified": formatdate(status.st_mtime, usegmt=True),
            "Cache-Control": f"public, max-age={_FRESH}",
            "Vary": "Accept-Encoding",
        }
        if _has_it(request, content.etag, status.st_mtime):
            return Response(status_code=304, headers=headers)
        if zipped:
            headers["Content-Encoding"] = "gzip"
        return Response(content.body, headers=headers | {"Content-Type": _media_type(path)})


@lru_cache(maxsize=64)
def _content(file: Path, _modified: int, _size: int, *, zipped: bool) -> _Content:
    """Read a file, once for each version of it."""
    body = file.read_bytes()
    if zipped:
        body = gzip.compress(body, mtime=0)
    return _Content(body, f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"')


def _media_type(path: str) -> str:
    return next((kind for ending, kind in _MEDIA_TYPES.items() if path.endswith(ending)), "application/octet-stream")


def _accepts_gzip(accept_encoding: str) -> bool:
    """Whether ``Accept-Encoding`` names gzip with a weight above 0 (RFC 9110, section 12.5.3)."""
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.replace(" ", "").partition(";q=")
        if coding == "gzip":
            return bool(re.search("[1-9]", weight or "1"))
    return False


def _has_it(request: Request, etag: str, modified: float) -> bool:
    """Whether the client has this version: If-None-Match decides where it is sent (RFC 9110, section 13.2.2)."""
    wanted = request.headers.get("if-none-match")
    if wanted is not None:
        return wanted.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in wanted.split(","))
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return int(modified) <= since.timestamp()
    except (ValueError, OverflowError):
        return False


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
