"""Any dump at a URL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.dump import Dump, DumpAbout
from digest.errors import FetchError
from digest.sources.dated import LONGEST_LOOKBACK, dated_dumps
from digest.sources.http import HttpClient
from digest.sources.options import flag, text, web_address, whole
from digest.sources.redact import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime
    from typing import BinaryIO

    from digest.sources.http import Fetched

__all__ = ["UrlSource", "url_dump"]

_DATE = re.compile(r"\{date(?::([^{}]+))?\}")


class UrlSource:
    """A dump at a fixed URL, or one for each date if the URL contains ``{date}``.

    ``{date}`` becomes 2026-11-20, and ``{date:%Y/%m/%d}`` is formatted with strftime. Dates are in UTC. Missed dates
    are read later, at most ``lookback`` days back. With ``allow_private`` the URL may be in a private network.
    """

    def __init__(
        self, name: str, *, http: HttpClient, url: str = "", lookback: int = 14, allow_private: bool = False
    ) -> None:
        self.name = name
        self._url = text("url", url)
        web_address("url", _DATE.sub("0", self._url))
        self._lookback = whole("lookback", lookback, most=LONGEST_LOOKBACK)
        self._allow_private = flag("allow_private", allow_private)
        self._http = http

    def dumps(self, seen: Mapping[str, str], *, now: datetime) -> Iterator[Dump]:
        """Yield the dump if it changed, or the dumps of unread dates, oldest first."""
        if _DATE.search(self._url):
            yield from dated_dumps(self._address, self._ask, seen, today=now.date(), lookback=self._lookback)
            return
        for fetched in self._ask(self._url, seen.get(shown(self._url))):
            yield fetched.dump()

    def _address(self, day: date) -> str:
        return _DATE.sub(lambda found: day.strftime(found[1] or "%Y-%m-%d"), self._url)

    def _ask(self, url: str, validator: str | None) -> Sequence[Fetched]:
        fetched = self._http.get(url, validator=validator, allow_private=self._allow_private)
        return [] if fetched is None else [fetched]


def url_dump(url: str, as_of: date | None, http: HttpClient | None = None) -> Dump:
    """A dump from the command line. It is fetched when it is opened, which may raise FetchError.

    It may be on a private network: the user named it.
    """

    def fetch() -> BinaryIO:
        if http is None:
            with HttpClient() as own:
                return _fetch(own)
        return _fetch(http)

    def _fetch(client: HttpClient) -> BinaryIO:
        fetched = client.get(url, allow_private=True)
        if fetched is None:  # pragma: no cover - the request is not conditional
            raise FetchError(f"{shown(url)} answered 304 to a request that was not conditional")
        return fetched.open()

    return Dump(name=shown(url), open=fetch, about=DumpAbout(as_of=as_of))
