"""The public files: choosing what they show, and writing what changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

from digest.model import Day, Delivery, DeliveryState, EditionState, Publication, feed_id
from digest.site_folder import Record, WrittenFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from digest.model import Edition, KnownPaper, Profile, Receipt
    from digest.pipeline.protocols import Renderer
    from digest.site_folder import SiteFolder

__all__ = ["SiteStore", "SiteWriter"]

#: dates in the archive
_ARCHIVE = 1000
#: days without anything new that the index mentions
_QUIET_DAYS = 5
#: more than a local day can begin before the day in UTC
_TURN = timedelta(days=1)
#: papers that a day's page lists
_PAPERS = 500
#: editions that a feed is made of; a feed shows 100 entries, and most editions have several
_EDITIONS = 60


class SiteStore(Protocol):
    """What the public files need of the history."""

    def public_state(self) -> str:
        """A fingerprint of the history that changes whenever feeds or pages may have to be written again."""
        ...

    def waiting_feeds(self, readers: Iterable[str] | None = None) -> list[Edition]:
        """The feeds' editions that no file shows yet, without their entries: of some readers, else of all."""
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


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be written."""

    publication: Publication
    #: days that have no page now
    without_page: frozenset[date]
    #: whether nothing is left for the next run
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWriter:
    """Writes feeds and pages.

    ``renderers`` is called only if there is something to write. ``look`` is a fingerprint of everything except the
    history that decides what the files contain: templates, titles, links, the program itself.
    """

    store: SiteStore
    renderers: Callable[[], Sequence[Renderer]]
    profiles: Sequence[Profile]
    folder: SiteFolder
    look: str
    #: how many days' pages are written whenever anything is new; older pages are left as they are
    fresh_days: int = 8
    #: how many older pages are written again in one run, if they were deleted or the look changed
    older_days: int = 60

    def is_current(self) -> bool:
        """Whether writing would change nothing."""
        return self._is_current(self.folder.load(), self._made_of())

    def write(self, now: datetime) -> tuple[list[str], list[Delivery]]:
        """Write and delete what changed, and mark the feeds' editions that waited for it as sent.

        Return the paths that changed and the deliveries. Raise RenderError if a file cannot be made and OSError if one
        cannot be written: the editions go on waiting, and the next call writes everything.
        """
        made_of = self._made_of()
        record = self.folder.load()
        if self._is_current(record, made_of):
            return [], []
        waiting = self.store.waiting_feeds()
        plan = self._plan(record)
        self.folder.save(replace(record, made_of=None))  # if this run is killed, the next one writes everything
        changed, files = self._render(plan.publication)
        changed += self._remove_others(plan, record, files)
        changed += self.folder.remove_old_feeds()
        files = {path: one for path, one in (record.files | files).items() if self.folder.exists(path)}
        self.folder.save(Record(files, made_of if plan.whole else None))
        return changed, [self._mark(edition, now) for edition in waiting]

    def _made_of(self) -> str:
        return f"{self.look} {self.store.public_state()}"

    def _is_current(self, record: Record, made_of: str) -> bool:
        """Whether writing would change nothing: the sources are the same, and no file was deleted."""
        if record.made_of != made_of or self.store.waiting_feeds(feed_id(profile.name) for profile in self.profiles):
            return False
        return all(map(self.folder.exists, record.files))

    def _render(self, publication: Publication) -> tuple[list[str], dict[str, WrittenFile]]:
        """Write the files. Return the paths of those that changed, and a record of all of them."""
        changed: list[str] = []
        made: dict[str, WrittenFile] = {}
        for renderer in self.renderers():
            for file in renderer.render(publication):
                made[file.path] = WrittenFile(self.look, file.day)
                if self.folder.write(file.path, file.content):
                    changed.append(file.path)
        return changed, made

    def _remove_others(self, plan: _Plan, record: Record, made: Collection[str]) -> list[str]:
        """Delete the files that no renderer makes any more, such as the feeds of a profile that was removed."""
        others = [
            path
            for path, one in record.files.items()
            if path not in made and (one.day is None or one.day in plan.without_page)
        ]
        return [path for path in others if self.folder.remove(path)]

    def _mark(self, edition: Edition, now: datetime) -> Delivery:
        self.store.update_edition(replace(edition, state=EditionState.SENT, sent_at=now))
        return Delivery(reader=edition.reader, date=edition.date, state=DeliveryState.WRITTEN)

    # -- what is public

    def _plan(self, record: Record) -> _Plan:
        feeds = {
            profile.name: tuple(self.store.editions(reader=feed_id(profile.name), limit=_EDITIONS))
            for profile in self.profiles
        }
        dates = self.store.days(_ARCHIVE)
        days, archive, whole = self._pages(dates, feeds, record)
        # The index has the receipts of the last days even if no day has a page.
        seen = [day.date for day in days] or dates[:_QUIET_DAYS]
        receipts = self.store.receipts(datetime.combine(seen[-1], time(), UTC) - _TURN if seen else None)
        newest = days[0].date if days else date.min
        quiet = sorted({day for day in (*dates, *(receipt.day for receipt in receipts)) if day > newest}, reverse=True)
        publication = Publication(
            profiles=tuple(self.profiles),
            feeds=feeds,
            days=tuple(replace(day, receipts=_worth_showing(receipts, day.date)) for day in days),
            archive=tuple(archive),
            since=tuple(
                Day(date=day, papers=(), receipts=_worth_showing(receipts, day)) for day in quiet[:_QUIET_DAYS]
            ),
        )
        return _Plan(publication, frozenset(dates) - frozenset(archive), whole)

    def _pages(
        self, dates: Iterable[date], feeds: dict[str, tuple[Edition, ...]], record: Record
    ) -> tuple[list[Day], list[date], bool]:
        """The days to write, all dates that will have a page, both newest first, and whether no page is left for later.

        A day without papers and entries has no page. A page is written again if it was deleted, or if profiles or
        templates have changed since it was written.
        """
        written: list[Day] = []
        linked: list[date] = []
        again, whole = 0, True
        current = self._current_pages(record)
        for one in dates:
            fresh = len(written) < self.fresh_days
            if not fresh and (current.get(one) or again == self.older_days):
                whole &= current.get(one, False)
                linked += [one] if one in current else []
                continue
            day = self._day(one, feeds)
            if not day.papers and not any(edition.entries for edition in day.editions):
                continue
            if one not in current and linked and linked[-1] != written[-1].date:
                # The next day's page exists already, and needs a link to this one.
                written.append(self._day(linked[-1], feeds))
            written.append(day)
            linked.append(one)
            again += not fresh
        return written, linked, whole

    def _current_pages(self, record: Record) -> dict[date, bool]:
        """The days whose pages exist, and whether the page has the present look."""
        found: dict[date, bool] = {}
        for path, one in record.files.items():
            if one.day is not None and self.folder.exists(path):
                found[one.day] = found.get(one.day, True) and one.look == self.look
        return found

    def _day(self, day: date, feeds: dict[str, tuple[Edition, ...]]) -> Day:
        papers, total = self.store.changes_of_day(day, _PAPERS)
        editions: list[Edition] = []
        for name, newest in feeds.items():
            if len(newest) == _EDITIONS and day < newest[-1].date:
                editions += self.store.editions(reader=feed_id(name), day=day)
            else:
                editions += [edition for edition in newest if edition.date == day]
        return Day(date=day, papers=tuple(papers), more=total - len(papers), editions=tuple(editions))


def _worth_showing(receipts: Iterable[Receipt], day: date) -> tuple[Receipt, ...]:
    """A day's receipts, without "nothing came" for a source from which something came later or earlier that day."""
    found = [receipt for receipt in receipts if receipt.day == day]
    brought = {receipt.source for receipt in found if receipt.dump is not None}
    quiet = {receipt.source: receipt for receipt in found if receipt.dump is None}
    return tuple(
        one for one in found if one.dump is not None or (one.source not in brought and quiet[one.source] is one)
    )
