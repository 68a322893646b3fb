"""arXiv: the results of a query, from its API, or the announcements of categories, from its feeds.

https://info.arxiv.org/help/api/user-manual.html · https://info.arxiv.org/help/rss.html
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from digest.errors import DumpError, FetchError
from digest.formats.xml.document import ATOM, text_at
from digest.formats.xml.records import records
from digest.model import Reject
from digest.sources.options import base_address, flag, text, whole, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digest.dump import Dump
    from digest.sources.http import Fetched, HttpClient

__all__ = ["ArxivSource"]

_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[A-Za-z]+)*)?", re.ASCII)
_PAGE = 100
_MOST = 30_000  # the API returns no more for one query
_ASKED_ABOUT_EMPTY = 3
# The API finds a paper some hours after it was submitted, and not always in order.
_OVERLAP = timedelta(days=1)
_FEED, _ENTRY = f"{ATOM}feed", f"{ATOM}entry"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"


class ArxivSource:
    """The newest papers that a ``query`` of arXiv's API finds, or the daily feed of ``categories``.

    A query is read page by page, newest papers first, until it reaches papers that were read before or ``limit``. The
    feed holds only the latest announcement; use a query or OAI-PMH to get one that was missed. ``base`` and ``feeds``
    are the URLs of the API and of the feeds.
    """

    def __init__(
        self,
        name: str,
        *,
        http: HttpClient,
        query: str = "",
        categories: Sequence[str] = (),
        limit: int = 1000,
        base: str = "https://export.arxiv.org",
        feeds: str = "https://rss.arxiv.org",
        allow_private: bool = False,
    ) -> None:
        self.name = name
        self._query = text("query", query)
        self._categories = words("categories", categories)
        if bool(self._query) == bool(self._categories):
            raise ValueError('set either query, such as "cat:cs.LG AND abs:pruning", or categories, but not both')
        for one in self._categories:
            if not _CATEGORY.fullmatch(one):
                raise ValueError(f"categories: {one!r} is not an arXiv category; they look like cs.LG or quant-ph")
        self._limit = whole("limit", limit, most=_MOST)
        self._base = base_address("base", base)
        self._feeds = base_address("feeds", feeds)
        self._allow_private = flag("allow_private", allow_private)
        self._http = http

    def dumps(self, seen: Mapping[str, str], *, now: datetime) -> Iterator[Dump]:  # noqa: ARG002 - arXiv has its own days
        """Yield the feed if it changed, or the pages of the query that have new papers, oldest first."""
        if self._query:
            yield from self._found(seen)
            return
        url = f"{self._feeds}/atom/{'+'.join(self._categories)}"
        fetched = self._http.get(url, validator=seen.get(url), allow_private=self._allow_private)
        if fetched is not None:
            yield fetched.dump()

    def _found(self, seen: Mapping[str, str]) -> Iterator[Dump]:
        """Fetch all pages, then yield the last one first, so that the newest paper is remembered only at the end."""
        first = self._url(0)
        known = _newest(seen.get(first))
        pages: list[_Page] = []
        failure: FetchError | None = None
        try:
            for page in self._pages():
                pages.append(page)
                if known is not None and page.oldest is not None and page.oldest < known - _OVERLAP:
                    break
            else:
                failure = self._gap(pages, known)
        except FetchError as error:
            failure = error
        newest = max((page.newest for page in pages if page.newest is not None), default=known)
        if failure is not None or not all(page.whole for page in pages):
            newest = known
        for page in reversed(pages):
            yield page.fetched.dump(validator=json.dumps({"newest": newest.isoformat() if newest else None}))
        if failure is not None:
            raise failure

    def _gap(self, pages: Sequence[_Page], known: datetime | None) -> FetchError | None:
        read = sum(page.entries for page in pages)
        if known is None or read < self._limit or read >= pages[-1].total:
            return None
        return FetchError(
            f"{pages[0].fetched.url} has more than {self._limit} papers since it was last read; raise limit to get all"
        )

    def _pages(self) -> Iterator[_Page]:
        start = 0
        while start < self._limit:
            page = self._page(start)
            yield page
            start += page.entries
            if not page.entries or not page.whole or start >= page.total:
                return

    def _page(self, start: int) -> _Page:
        """Fetch a page. arXiv sometimes sends an empty page although there are more papers: then ask again."""
        url = self._url(start)
        for _ in range(_ASKED_ABOUT_EMPTY):
            fetched = self._http.get(url, allow_private=self._allow_private)
            if fetched is None:  # pragma: no cover - the request is not conditional
                break
            page = _read(fetched)
            if page.entries or page.total <= start:
                return page
        raise FetchError(f"{url} was empty, although arXiv says that there are more papers; the next run tries again")

    def _url(self, start: int) -> str:
        asked = {
            "search_query": self._query,
            "start": start,
            "max_results": min(_PAGE, self._limit - start),
            "sortBy": "submittedDate",
            "sortOrder": "descending",
        }
        return f"{self._base}/api/query?{urlencode(asked)}"


class _Page(NamedTuple):
    fetched: Fetched
    entries: int
    total: int
    newest: datetime | None = None
    oldest: datetime | None = None
    whole: bool = True


def _read(fetched: Fetched) -> _Page:
    """Read only the dates of submission. The format reads everything else and reports what is wrong."""
    dates: list[datetime] = []
    entries = total = 0
    whole = True
    with fetched.open() as stream:
        try:
            for record in records(stream, (_FEED, _TOTAL), (_FEED, _ENTRY)):
                if isinstance(record, Reject):
                    entries += 1
                    whole &= not record.cut
                elif record.element.tag == _TOTAL:
                    total = _number(record.element.text)
                else:
                    entries += 1
                    dates.extend(_instant(text_at(record.element, f"{ATOM}published")))
        except DumpError:
            return _Page(fetched, entries, entries, whole=False)
    return _Page(fetched, entries, total, max(dates, default=None), min(dates, default=None), whole)


def _number(digits: str | None) -> int:
    digits = (digits or "").strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 12 else 0


def _instant(written: str) -> Iterator[datetime]:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return
    yield found if found.tzinfo else found.replace(tzinfo=UTC)


def _newest(validator: str | None) -> datetime | None:
    try:
        newest = json.loads(validator or "{}").get("newest")
    except (ValueError, AttributeError):
        return None
    return next(_instant(newest), None) if isinstance(newest, str) else None
