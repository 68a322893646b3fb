"""A feed at a URL: RSS, Atom or JSON Feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.sources.options import flag, web_address
from digest.sources.redact import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from digest.dump import Dump
    from digest.sources.http import HttpClient

__all__ = ["FeedSource"]


class FeedSource:
    """The feed at ``url``, read when it has changed. With ``allow_private`` it may be in a private network."""

    def __init__(self, name: str, *, http: HttpClient, url: str = "", allow_private: bool = False) -> None:
        self.name = name
        self._url = web_address("url", url)
        self._allow_private = flag("allow_private", allow_private)
        self._http = http

    def dumps(self, seen: Mapping[str, str], *, now: datetime) -> Iterator[Dump]:  # noqa: ARG002 - a feed has no dates
        """Yield the feed, unless its server says that it has not changed."""
        validator = seen.get(shown(self._url))
        fetched = self._http.get(self._url, validator=validator, allow_private=self._allow_private)
        if fetched is not None:
            yield fetched.dump()
