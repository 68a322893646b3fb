"""Changes and scores become an edition: what one reader gets on one date. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from digest.edition.alike import group
from digest.model import ChangeKind, Edition, EditionState, Entry, ReaderKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from digest.model import Change, Profile, RankedPaper, Reader, Receipt

__all__ = ["News", "edit", "message_id", "told"]


def message_id(reader: str, day: date, domain: str) -> str:
    """The Message-ID (RFC 5322, section 3.6.4) of a reader's edition: the same whenever it is asked for.

    The reader's address does not show in it.
    """
    digest = hashlib.blake2b(f"{reader}\n{day.isoformat()}".encode(), digest_size=16).hexdigest()
    return f"<{day:%Y%m%d}.{digest}@{domain}>"


@dataclass(frozen=True)
class News:
    """The changes that an edition covers: looked through once for all readers who have them before them."""

    changes: Sequence[Change]
    _told: dict[tuple[ChangeKind, ...], dict[str, Change]] = field(default_factory=dict, repr=False)

    def told(self, kinds: tuple[ChangeKind, ...]) -> Mapping[str, Change]:
        """What somebody who wants to hear of some kinds of changes is told of each paper, by its key."""
        if kinds not in self._told:
            self._told[kinds] = told(self.changes, kinds)
        return self._told[kinds]

    @cached_property
    def considered(self) -> int:
        """How many papers came in."""
        return len({change.paper.key for change in self.changes if change.kind is ChangeKind.NEW})


def edit(
    reader: Reader,
    day: date,
    news: News,
    ranked: Mapping[Profile, Sequence[RankedPaper]],
    *,
    from_seq: int,
    to_seq: int,
    receipts: Sequence[Receipt],
    now: datetime,
    domain: str,
    before: Iterable[Entry] = (),
) -> Edition:
    """Choose what goes into a reader's edition.

    ``news`` are the changes after ``from_seq``; ``ranked`` has each profile's papers, best first. A paper that several
    profiles found stands once, under the one that gave it the highest score, and names the others. Every profile brings
    at most its ``limit`` of papers, none that does not reach its ``threshold``. Where all profiles of a
    reader group what is alike, it is. ``before`` has the entries of an edition that this one takes the place of: what
    was said of a paper stays, and so does the paper, over the limit if better ones came in since.
    """
    earlier = {one.paper.key: one for one in before}
    best: dict[str, Entry] = {}
    for profile in reader.profiles:
        changes = news.told(profile.changes)
        found = [r for r in ranked.get(profile, ()) if r.paper.key in changes and r.reaches(profile.threshold)]
        for paper in (*found[: profile.limit], *(one for one in found[profile.limit :] if one.paper.key in earlier)):
            key = paper.paper.key
            entry = Entry(
                paper=paper.paper,
                kind=changes[key].kind,
                at=changes[key].at,
                score=paper.score,
                matches=paper.matches,
                profile=profile.name,
            )
            best[key] = _better(best[key], entry) if key in best else entry
    best |= {key: _as_told(best[key], one) for key, one in earlier.items() if key in best}
    # Stable: of equal scores, the order that the ranking gave them within a profile stays.
    entries = tuple(sorted(best.values(), key=lambda entry: -entry.score))
    if all(profile.group for profile in reader.profiles):
        entries = group(entries)
    subscriber = reader.kind is ReaderKind.SUBSCRIBER
    return Edition(
        reader=reader.id,
        kind=reader.kind,
        output=reader.output,
        date=day,
        from_seq=from_seq,
        to_seq=to_seq,
        entries=entries,
        considered=news.considered,
        # The rejects stand in the history; an edition tells how many there were.
        receipts=tuple(replace(receipt, rejects=()) for receipt in receipts),
        message_id=message_id(reader.id, day, domain) if subscriber else None,
        created_at=now,
        state=EditionState.EMPTY if subscriber and not entries and not reader.send_empty else EditionState.WAITING,
    )


def _better(one: Entry, other: Entry) -> Entry:
    """The one of two profiles' entries of a paper that has the higher score, with the name of the other."""
    if other.score > one.score:
        one, other = other, one
    return replace(one, also=(*one.also, other.profile, *other.also))


def _as_told(entry: Entry, before: Entry) -> Entry:
    """An entry with the score that it was first told with: by now, its keywords may be less rare."""
    return entry if entry.profile != before.profile else replace(entry, score=before.score, matches=before.matches)


def told(changes: Iterable[Change], kinds: Collection[ChangeKind]) -> dict[str, Change]:
    """What is told of each paper: that it is new, else the last thing of the kinds that are wanted.

    A new paper that was withdrawn meanwhile is no news.
    """
    found: dict[str, Change] = {}
    for change in changes:
        paper = change.paper
        gone = paper.paper.withdrawn and change.kind is not ChangeKind.WITHDRAWN
        # A paper that was absorbed left its own NEW behind: whoever reads it was told of the one that it is.
        again = change.kind is ChangeKind.NEW and change.seq != paper.first_seq
        first = found.get(paper.key)
        if change.kind in kinds and not (gone or again or (first and first.kind is ChangeKind.NEW)):
            found[paper.key] = change
    return found
