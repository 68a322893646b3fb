"""One dump behind a web address."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import httpx

from digest import __version__
from digest.dump import Dump, DumpAbout
from digest.errors import FetchError

if TYPE_CHECKING:
    from datetime import date

__all__ = ["url_dump"]

_MOST_BYTES = 256 * 2**20
_MOST_REDIRECTS = 5
_TIMEOUT = 30  # seconds, for connecting and for each read
_AGENT = f"digest/{__version__} (a reader of paper listings)"


def url_dump(url: str, as_of: date | None) -> Dump:
    """A dump that is fetched when it is opened; opening raises FetchError with what the server said."""
    return Dump(name=url, open=lambda: io.BytesIO(_fetch(url)), about=DumpAbout(as_of=as_of))


def _fetch(url: str) -> bytes:
    """The decoded body, of at most 256 MiB."""
    body = bytearray()
    try:
        with (
            httpx.Client(
                follow_redirects=True, max_redirects=_MOST_REDIRECTS, timeout=_TIMEOUT, headers={"User-Agent": _AGENT}
            ) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise FetchError(f"{url} answered {response.status_code} {response.reason_phrase}")
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise FetchError(f"{url} sent more than {_MOST_BYTES // 2**20} MiB; save it and name the file")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FetchError(f"{url} could not be fetched: {str(error) or type(error).__name__}") from error
    return bytes(body)
