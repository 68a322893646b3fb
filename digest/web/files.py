"""Serve the public files over HTTP, with the headers for caching."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

__all__ = ["Files", "is_served"]

#: longer endings first: .rss.xml is not .xml
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
#: the paths that are served. No part begins with a dot, which excludes ".." and temporary files.
_SERVED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*", re.ASCII)
#: the folder of the pages in earlier versions; old mails and feeds still link there
_OLD_ADDRESS = "site/"
#: seconds for which clients may cache a file
_FRESH = 300


@dataclass(frozen=True, slots=True)
class _Content:
    """The content of a file in one encoding, with its own strong ETag (RFC 9110, section 8.8.3)."""

    body: bytes
    etag: str


class Files:
    """The files of the site, each at its path and at its old address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def answer(self, request: Request) -> Response:
        """Answer with a file, with 304 if the client has it already, or raise 404."""
        path: str = request.path_params["path"].removeprefix(_OLD_ADDRESS) or "index.html"
        if not is_served(path):
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


def is_served(path: str) -> bool:
    """Whether a path may be served: it has no ".." and no hidden files or folders."""
    return _SERVED.fullmatch(path) is not None


@lru_cache(maxsize=64)
def _content(file: Path, _modified: int, _size: int, *, zipped: bool) -> _Content:
    """Read a file. Each version is read only once."""
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
    """Whether the client has this version. If-None-Match takes precedence (RFC 9110, section 13.2.2)."""
    wanted = request.headers.get("if-none-match")
    if wanted is not None:
        return wanted.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in wanted.split(","))
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return int(modified) <= since.timestamp()
    except (ValueError, OverflowError):
        return False
