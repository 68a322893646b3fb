"""Hugging Face's Daily Papers, from its API.

    /api/daily_papers?date=2026-11-20  ?week=2026-W47  ?month=2026-11  ?sort=trending    &limit=100 &p=0…

The API rejects dates after today in UTC. A page holds at most 100 papers.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import orjson

from digest.sources.dated import LONGEST_LOOKBACK, dated_dumps
from digest.sources.options import base_address, choice, flag, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from digest.dump import Dump
    from digest.sources.http import Fetched, HttpClient

__all__ = ["HuggingFaceSource"]

_PAPERS_ON_A_PAGE = 100
# The API may leave papers out of a page, so a page that is not full can still be followed by another one.
_FULL = _PAPERS_ON_A_PAGE // 2
_MOST_PAGES = 30
_QUERIES = {"date": "date={:%Y-%m-%d}", "week": "week={:%G-W%V}", "month": "month={:%Y-%m}"}


class HuggingFaceSource:
    """Daily Papers by ``date``, ``week`` or ``month``, or those that are ``trending`` now.

    Missed dates are read later, at most ``lookback`` days back.
    """

    def __init__(
        self,
        name: str,
        *,
        http: HttpClient,
        listing: str = "date",
        lookback: int = 14,
        base: str = "https://huggingface.co",
        allow_private: bool = False,
    ) -> None:
        self.name = name
        self._listing = choice("listing", listing, (*_QUERIES, "trending"))
        self._lookback = whole("lookback", lookback, most=LONGEST_LOOKBACK)
        self._base = base_address("base", base)
        self._allow_private = flag("allow_private", allow_private)
        self._http = http

    def dumps(self, seen: Mapping[str, str], *, now: datetime) -> Iterator[Dump]:
        """Yield new and changed listings, oldest first."""
        if self._listing == "trending":
            url = self._url("sort=trending")
            fetched = self._http.get(url, validator=seen.get(url), allow_private=self._allow_private)
            if fetched is not None:
                yield fetched.dump()
            return
        yield from dated_dumps(self._address, self._pages, seen, today=now.date(), lookback=self._lookback)

    def _address(self, day: date) -> str:
        return self._url(_QUERIES[self._listing].format(day))

    def _url(self, query: str) -> str:
        return f"{self._base}/api/daily_papers?{query}&limit={_PAPERS_ON_A_PAGE}"

    def _pages(self, url: str, validator: str | None) -> Sequence[Fetched]:
        """The pages of a listing, last page first. Only the first page is remembered, once all pages were read."""
        page = self._http.get(url, validator=validator, allow_private=self._allow_private)
        pages: list[Fetched] = []
        for number in count(1):
            if page is None or any(page.body.sha256 == other.body.sha256 for other in pages):
                break
            pages.append(page)
            if number == _MOST_PAGES or _papers(page) < _FULL:
                break
            page = self._http.get(f"{url}&p={number}", allow_private=self._allow_private)
        return pages[::-1]


def _papers(page: Fetched) -> int:
    """The number of papers on a page; 0 if it is not a list, which the format reports."""
    with page.open() as stream:
        try:
            read = orjson.loads(stream.read())
        except orjson.JSONDecodeError:
            return 0
    return len(read) if isinstance(read, list) else 0
