"""The public files: what the history has for them, and writing what the renderers make of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from digest.model import Day, Delivery, DeliveryState, EditionState, Publication

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from digest.model import Edition, Profile, Receipt
    from digest.pipeline.protocols import Renderer, Store

__all__ = ["Site"]

#: days whose pages are made again when something is new; older ones stay as they were written
_FRESH_DAYS = 8
#: dates that the archive links
_ARCHIVE = 1000
#: papers that a day's page lists
_PAPERS = 500
#: editions that a feed is made of; a feed shows 100 entries, and most editions have several
_EDITIONS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Feeds and pages. ``write_file`` takes a path below the output folder and says whether the file changed."""

    store: Store
    renderers: Sequence[Renderer]
    profiles: Sequence[Profile]
    write_file: Callable[[str, bytes], bool]

    def write(self, now: datetime) -> tuple[list[str], list[Delivery]]:
        """Write what changed, and mark the feeds' editions that waited for it as sent."""
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
            profile.name: tuple(self.store.editions(reader=f"feed:{profile.name}", limit=_EDITIONS))
            for profile in self.profiles
        }
        archive = tuple(self.store.days(_ARCHIVE))
        fresh = archive[:_FRESH_DAYS]
        receipts = self.store.receipts(datetime.combine(fresh[-1], time(), UTC)) if fresh else []
        return Publication(
            profiles=tuple(self.profiles),
            feeds=feeds,
            days=tuple(self._day(day, feeds, receipts) for day in fresh),
            archive=archive,
        )

    def _day(self, day: date, feeds: dict[str, tuple[Edition, ...]], receipts: Sequence[Receipt]) -> Day:
        papers, total = self.store.changes_of_day(day, _PAPERS)
        editions = (edition for editions in feeds.values() for edition in editions if edition.date == day)
        return Day(
            date=day,
            papers=tuple(papers),
            more=total - len(papers),
            editions=tuple(editions),
            receipts=tuple(receipt for receipt in receipts if receipt.day == day),
        )
