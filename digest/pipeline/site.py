"""The public files: what the history has for them, and writing what the renderers make of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

from digest.model import Day, Delivery, DeliveryState, EditionState, Publication, feed_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from digest.model import Edition, KnownPaper, Profile, Receipt
    from digest.pipeline.protocols import Renderer

__all__ = ["SiteStore", "SiteWriter"]

#: days whose pages are made again when something is new; older ones stay as they were written
_FRESH_DAYS = 8
#: dates that the archive looks back on
_ARCHIVE = 1000
#: pages that are written again in one run because their files are gone
_MISSING = 60
#: days without anything new that the index tells of
_QUIET_DAYS = 5
#: by how much a local day may begin before the day in UTC, and more
_TURN = timedelta(days=1)
#: papers that a day's page lists
_PAPERS = 500
#: editions that a feed is made of; a feed shows 100 entries, and most editions have several
_EDITIONS = 60


class SiteStore(Protocol):
    """What the public files need of the history."""

    def outbox(self, *, now: datetime | None = None) -> list[Edition]:
        """The editions that wait or are deferred, with entries; with ``now``, those that may be tried by then."""
        ...

    def update_edition(self, edition: Edition) -> None:
        """Write an edition's state, attempts, first and next attempt, error and sent_at."""
        ...

    def editions(self, *, reader: str | None = None, day: date | None = None, limit: int = 100) -> list[Edition]:
        """Editions with entries, newest date first."""
        ...

    def days(self, limit: int) -> list[date]:
        """The dates on which papers came in or a feed has an edition, newest first."""
        ...

    def changes_of_day(self, day: date, limit: int) -> tuple[list[KnownPaper], int]:
        """The papers that were NEW on a day, most upvotes first, and how many there are in all."""
        ...

    def receipts(self, since: datetime | None) -> list[Receipt]:
        """The receipts written after an instant, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWriter:
    """Feeds and pages. Paths are relative to the output folder; ``write_file`` says whether the file changed."""

    store: SiteStore
    renderers: Sequence[Renderer]
    profiles: Sequence[Profile]
    write_file: Callable[[str, bytes], bool]
    exists: Callable[[str], bool]

    def write(self, now: datetime) -> tuple[list[str], list[Delivery]]:
        """Write what changed, and mark the feeds' editions that waited for it as sent.

        Raise RenderError where a file can't be made and OSError where one can't be written: the editions go on waiting.
        """
        waiting = self.waiting()
        publication = self._publication()
        changed = [
            file.path
            for renderer in self.renderers
            for file in renderer.render(publication)
            if self.write_file(file.path, file.content)
        ]
        return changed, [self._mark(edition, now) for edition in waiting]

    def waiting(self) -> list[Edition]:
        """The feeds' editions that no file shows yet."""
        return [edition for edition in self.store.outbox() if edition.message_id is None]

    def _mark(self, edition: Edition, now: datetime) -> Delivery:
        self.store.update_edition(replace(edition, state=EditionState.SENT, sent_at=now))
        return Delivery(reader=edition.reader, date=edition.date, state=DeliveryState.WRITTEN)

    def _publication(self) -> Publication:
        feeds = {
            profile.name: tuple(self.store.editions(reader=feed_id(profile.name), limit=_EDITIONS))
            for profile in self.profiles
        }
        dates = self.store.days(_ARCHIVE)
        days, archive = self._pages(dates, feeds)
        # Without any page, the index still says what the last days brought.
        seen = [day.date for day in days] or dates[:_QUIET_DAYS]
        receipts = self.store.receipts(datetime.combine(seen[-1], time(), UTC) - _TURN if seen else None)
        newest = days[0].date if days else date.min
        quiet = sorted({day for day in (*dates, *(receipt.day for receipt in receipts)) if day > newest}, reverse=True)
        return Publication(
            profiles=tuple(self.profiles),
            feeds=feeds,
            days=tuple(replace(day, receipts=_telling(receipts, day.date)) for day in days),
            archive=tuple(archive),
            since=tuple(Day(date=day, papers=(), receipts=_telling(receipts, day)) for day in quiet[:_QUIET_DAYS]),
        )

    def _pages(self, dates: Iterable[date], feeds: dict[str, tuple[Edition, ...]]) -> tuple[list[Day], list[date]]:
        """The days to write, and all dates that have a page then; both newest first, as ``dates`` are.

        A day without papers and entries has no page. A file that is gone, as after the folder was deleted, comes back.
        """
        written: list[Day] = []
        linked: list[date] = []
        missing = 0
        for one in dates:
            fresh = len(written) < _FRESH_DAYS
            if not fresh and self.exists(f"site/{one.isoformat()}.html"):
                linked.append(one)
                continue
            if missing == _MISSING:
                continue
            day = self._day(one, feeds)
            if not day.papers and not any(edition.entries for edition in day.editions):
                continue
            if linked and linked[-1] != written[-1].date:
                # The page of the day after it is there, and must lead to this one.
                written.append(self._day(linked[-1], feeds))
            written.append(day)
            linked.append(one)
            missing += not fresh
        return written, linked

    def _day(self, day: date, feeds: dict[str, tuple[Edition, ...]]) -> Day:
        papers, total = self.store.changes_of_day(day, _PAPERS)
        editions: list[Edition] = []
        for name, newest in feeds.items():
            if len(newest) == _EDITIONS and day < newest[-1].date:
                editions += self.store.editions(reader=feed_id(name), day=day)
            else:
                editions += [edition for edition in newest if edition.date == day]
        return Day(date=day, papers=tuple(papers), more=total - len(papers), editions=tuple(editions))


def _telling(receipts: Iterable[Receipt], day: date) -> tuple[Receipt, ...]:
    """A day's receipts without those that say of a source that nothing came, where something did."""
    found = [receipt for receipt in receipts if receipt.day == day]
    brought = {receipt.source for receipt in found if receipt.dump is not None}
    quiet = {receipt.source: receipt for receipt in found if receipt.dump is None}
    return tuple(
        one for one in found if one.dump is not None or (one.source not in brought and quiet[one.source] is one)
    )
