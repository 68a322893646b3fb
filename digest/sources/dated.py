"""Listings with a URL for each date. Decide which dates to fetch, so that none is missed and few are fetched twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from digest.dump import Dump, DumpAbout
from digest.errors import FetchError
from digest.sources.http import Fetched, StatusError
from digest.sources.redact import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import BinaryIO

__all__ = ["LONGEST_LOOKBACK", "dated_dumps"]

LONGEST_LOOKBACK = 366  # days
#: more dates in a row without a listing than a weekend with holidays
_SUSPICIOUS = 7
_GONE = frozenset({404, 410})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Listing:
    url: str
    #: the last of our dates that it covers
    last: date
    #: its date; None if it covers several
    of: date | None


def dated_dumps(
    address: Callable[[date], str],
    ask: Callable[[str, str | None], Sequence[Fetched]],
    seen: Mapping[str, str],
    *,
    today: date,
    lookback: int,
) -> Iterator[Dump]:
    """Yield the unread listings of the last ``lookback`` dates, oldest first.

    ``address`` returns the URL of a date; a whole week or month may share one. ``ask`` takes a URL and a validator and
    fetches the pages of the listing, in reading order with the page of the URL itself last, or nothing if nothing
    changed. A listing that was read before its date was over is fetched once more.

    A date without a listing (404) is skipped. If a listing can't be fetched, its dump can't be opened, and the others
    are still read. After two failures in a row, FetchError is raised.
    """
    failed: FetchError | None = None
    gone: list[StatusError] = []
    listings = _unread(address, seen, today, lookback)
    for listing in listings:
        name = shown(listing.url)
        try:
            pages = ask(listing.url, seen.get(name))
        except StatusError as error:
            if error.status not in _GONE:
                yield from _once(error, failed, name)
                failed = error
                continue
            gone.append(error)
        except FetchError as error:
            yield from _once(error, failed, name)
            failed = error
        else:
            failed = None
            for page in pages:
                if _sha256(page.validator) != _sha256(seen.get(page.url)):
                    yield page.dump(as_of=listing.of, validator=_read_on(page.validator, today))
    never_read = sum(shown(listing.url) not in seen for listing in listings)
    if gone and len(gone) == never_read and (not seen or len(gone) >= min(_SUSPICIOUS, lookback)):
        raise FetchError(f"none of the last {len(gone)} listings exists; {gone[-1]}") from gone[-1]


def _unread(address: Callable[[date], str], seen: Mapping[str, str], today: date, lookback: int) -> list[_Listing]:
    days = [today - _DAY * back for back in reversed(range(lookback))]
    listings = {url: _Listing(url, day, _only(day, address)) for day in days for url in [address(day)]}
    read = [listing for listing in listings.values() if shown(listing.url) in seen]
    newest = read[-1].last if read else None
    return [
        listing
        for listing in listings.values()
        if shown(listing.url) not in seen
        or (listing.last == newest and not _was_past(seen[shown(listing.url)], listing.last))
    ]


def _only(day: date, address: Callable[[date], str]) -> date | None:
    return day if address(day) not in {address(day - _DAY), address(day + _DAY)} else None


def _once(error: FetchError, before: FetchError | None, name: str) -> Iterator[Dump]:
    """Yield a dump that can't be opened. Raise the second error in a row: the other listings would fail too."""
    if before is not None:
        raise error

    def fail() -> BinaryIO:
        raise error

    yield Dump(name=name, open=fail, about=DumpAbout())


# ------------------------------------------------------------------------------------------------- validators


def _known(validator: str | None) -> dict[str, object]:
    try:
        known = json.loads(validator or "{}")
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def _read_on(validator: str, today: date) -> str:
    return json.dumps(_known(validator) | {"read": today.isoformat()})


def _was_past(validator: str, day: date) -> bool:
    """Whether a listing was read after its date was over, so that it will not change any more."""
    read = _known(validator).get("read")
    return isinstance(read, str) and read > day.isoformat()


def _sha256(validator: str | None) -> object:
    return _known(validator).get("sha256", object())
