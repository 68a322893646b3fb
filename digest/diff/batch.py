"""Compare a batch of records with the history. The result has one update for each paper. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digest.diff.confidence import confidence
from digest.diff.identity import aliases, ids_conflict, is_entry, is_proof, with_proper_ids
from digest.diff.merge import given_fields, merge, newer
from digest.model import ChangeKind, Counts, KnownPaper
from digest.text import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from digest.model import Paper

__all__ = ["Diff", "PaperUpdate", "diff"]

# At most so many papers are known by a short title alone, so that the next "Editorial" is not compared with every
# earlier one.
_MOST_BEARERS = 20
# If several things happened to a paper in one batch, the first of these is reported.
_PRECEDENCE = (ChangeKind.NEW, ChangeKind.WITHDRAWN, ChangeKind.REVISED, ChangeKind.TRENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperUpdate:
    """The update of one paper."""

    #: None if there is no news: the paper was known, though some fields may have been filled in
    kind: ChangeKind | None
    #: the paper after the update; ``first_seq`` is 0 if it is new
    paper: KnownPaper
    #: whether the paper differs from what is stored
    changed: bool
    #: for REVISED: the fields that changed
    fields: tuple[str, ...] = ()
    #: the day of the change; None if it is the day of the dump
    day: date | None = None
    #: the keys of known papers that turned out to be this one; their aliases and history move here
    absorbed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """The result for a batch of records: one update for each paper, and the records in numbers."""

    updates: tuple[PaperUpdate, ...]
    counts: Counts


def diff(
    papers: Iterable[Paper],
    known: Mapping[str, Sequence[KnownPaper]],
    *,
    source: str,
    day: date,
    trending: int | None = None,
    names: Iterable[tuple[str, ...]] | None = None,
    archive: bool = False,
) -> Diff:
    """Compare records with the known papers that share an alias with them.

    ``known`` maps aliases of the records to the known papers with this alias. ``source`` is recorded as the origin of
    new facts. A paper is TRENDING when its votes reach ``trending`` on a later day than the one it was listed on.
    ``day`` is the day of the dump. ``names`` are the aliases of each record, if the caller has them already. In an
    ``archive`` of many years, the day of a change is the day on which the paper came out.
    """
    state = _State(known, source, day, trending, archive=archive)
    new = revised = seen = 0
    records = list(papers)
    named = _without_ambiguous(records, list(map(aliases, records) if names is None else names))
    for paper, of_paper in zip(records, named, strict=True):
        match state.take(paper, of_paper):
            case ChangeKind.NEW:
                new += 1
            case ChangeKind.REVISED | ChangeKind.WITHDRAWN:
                revised += 1
            case _:
                seen += 1
    counts = Counts(read=new + revised + seen, new=new, revised=revised, seen=seen)
    return Diff(updates=tuple(state.updates.values()), counts=counts)


def _without_ambiguous(records: Sequence[Paper], named: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The aliases of each record, without what a feed calls several of its entries alike."""
    titles: dict[str, set[str]] = {}
    for record, names in zip(records, named, strict=True):
        if record.ids:
            for name in filter(is_entry, names):
                titles.setdefault(name, set()).add(record.title)
    several = {name for name, of_name in titles.items() if len(of_name) > 1}
    if not several:
        return named
    return [tuple(name for name in names if name not in several) for names in named]


class _State:
    """The papers known so far, including those from earlier records of the batch."""

    def __init__(
        self,
        known: Mapping[str, Sequence[KnownPaper]],
        source: str,
        day: date,
        trending: int | None,
        *,
        archive: bool,
    ) -> None:
        self._source = source
        self._day = day
        self._trending = trending
        self._archive = archive
        self._by_key = {paper.key: paper for papers in known.values() for paper in papers}
        self._gone: set[str] = set()
        self._keys = {alias: [paper.key for paper in papers] for alias, papers in known.items()}
        self.updates: dict[str, PaperUpdate] = {}

    def take(self, record: Paper, names: tuple[str, ...]) -> ChangeKind | None:
        """Merge one record with these aliases, and return the kind of change."""
        is_replacement = record.replacement
        record = with_proper_ids(record)
        if record.ids or is_replacement:  # these are in the aliases and in the kind of change
            record = replace(record, ids=(), replacement=False)
        # Fast path: in an archive, most aliases are unknown.
        same = [] if self._keys.keys().isdisjoint(names) else self._recognise(record, names)
        if not same:
            return self._add(record, names, ChangeKind.REVISED if is_replacement else ChangeKind.NEW)
        survivor, *absorbed = same
        before = self._by_key[survivor]
        again = any(is_entry(name) and name in before.aliases for name in names)
        after, changed_fields = merge(before, record, names, self._source, corrected=again)
        kind = self._kind(before.paper, after.paper)
        for key in absorbed:
            after = self._absorb(after, key)
        self._keep(after)
        self._note(before, after, kind, changed_fields if kind else (), tuple(absorbed))
        return kind

    def _add(self, record: Paper, names: tuple[str, ...], kind: ChangeKind) -> ChangeKind:
        key = self._new_key(record, names)
        crowded = [
            name for name in names if name.startswith("title:") and len(self._keys.get(name, ())) >= _MOST_BEARERS
        ]
        if crowded and any(name.startswith("text:") for name in names):
            names = tuple(name for name in names if name not in crowded)
        new = KnownPaper(key=key, paper=record, aliases=names, sources={self._source: given_fields(record)})
        self._keep(new)
        self.updates[key] = PaperUpdate(kind=kind, paper=new, changed=True, day=self._day_of_change(record))
        return kind

    def _recognise(self, record: Paper, names: Sequence[str]) -> list[str]:
        """The keys of the known papers that this record is about, the oldest paper first."""
        proven: list[str] = []
        for name in names:
            if is_proof(name):
                proven += (
                    key
                    for key in self._keys.get(name, ())
                    if key not in proven
                    and self._agree(key, proven)
                    and not (is_entry(name) and self._differs(key, record))
                )
        hinted = self._by_text(record, [name for name in names if not is_proof(name)])
        if not proven:
            return hinted[:1]
        # A paper that was known only by its title turns out to be one with ids.
        unproven = [key for key in hinted if key not in proven and not self._has_ids(key) and record.abstract]
        unproven = [key for key in unproven if self._by_key[key].paper.abstract]
        return sorted((*proven, *unproven), key=self._order)

    def _by_text(self, record: Paper, names: Sequence[str]) -> list[str]:
        """The papers with this title whose abstract agrees, most similar first."""
        found = dict.fromkeys(key for name in reversed(names) for key in self._keys.get(name, ()))
        alike = []
        for key in found:
            other = self._by_key[key].paper
            alikeness = 0.0 if ids_conflict(record, other) else confidence(record, other)
            if alikeness:
                alike.append((-alikeness, self._order(key), key))
        return [key for *_, key in sorted(alike)]

    def _differs(self, key: str, record: Paper) -> bool:
        """Whether a paper has another id than a record: a feed may use the id of an entry again."""
        return ids_conflict(self._by_key[key].paper, record)

    def _agree(self, key: str, others: Iterable[str]) -> bool:
        """Whether none of the others has a different arXiv id. An arXiv id is stronger proof than a DOI."""
        arxiv_id = self._by_key[key].paper.arxiv_id
        theirs = {self._by_key[other].paper.arxiv_id for other in others} - {None}
        return not arxiv_id or not theirs or theirs == {arxiv_id}

    def _has_ids(self, key: str) -> bool:
        paper = self._by_key[key].paper
        return bool(paper.arxiv_id or paper.doi)

    def _order(self, key: str) -> float:
        """Sort key. A paper that is new in this batch has no sequence number yet, so it comes last."""
        return self._by_key[key].first_seq or float("inf")

    def _kind(self, before: Paper, after: Paper) -> ChangeKind | None:
        """The kind of change of a paper that was known before; None if there is no news."""
        if after.withdrawn and not before.withdrawn:
            return ChangeKind.WITHDRAWN
        if newer(after, before):
            return ChangeKind.REVISED
        late = before.listed is None or before.listed < self._day
        if late and self._trending and before.upvotes is not None and after.upvotes is not None:
            return ChangeKind.TRENDING if before.upvotes < self._trending <= after.upvotes else None
        return None

    def _day_of_change(self, paper: Paper) -> date | None:
        """In an archive, papers are years old, so they are not news of the dump's day."""
        return (paper.listed or paper.published) if self._archive else None

    def _new_key(self, record: Paper, names: Sequence[str]) -> str:
        """A new key: the strongest alias, with a fingerprint of the abstract if another paper has the same title."""
        key = names[0]
        # This alias may have been the key of a paper that was merged into another. Keys are never reused.
        if self._keys.get(key):
            key = f"{key}.{fingerprint(record.abstract) or 'empty'}"
        base, number = key, 2
        while key in self._by_key or key in self._gone:
            key, number = f"{base}.{number}", number + 1
        return key

    def _keep(self, paper: KnownPaper) -> None:
        self._by_key[paper.key] = paper
        for alias in paper.aliases:
            keys = self._keys.setdefault(alias, [])
            if paper.key not in keys:
                keys.append(paper.key)

    def _absorb(self, survivor: KnownPaper, key: str) -> KnownPaper:
        other = self._by_key.pop(key)
        self._gone.add(key)
        for keys in self._keys.values():
            if key in keys:
                keys.remove(key)
        for source in other.sources:
            survivor, _ = merge(survivor, other.paper, other.aliases, source)
        return survivor

    def _note(
        self,
        before: KnownPaper,
        after: KnownPaper,
        kind: ChangeKind | None,
        changed_fields: tuple[str, ...],
        absorbed: tuple[str, ...],
    ) -> None:
        """Record the update. If the batch has one for this paper already, combine them."""
        earlier = [self.updates.pop(key) for key in (after.key, *absorbed) if key in self.updates]
        if after == before and not earlier and not absorbed:
            return
        stored = tuple(
            key for key in absorbed if not any(o.paper.key == key and o.kind is ChangeKind.NEW for o in earlier)
        )
        kinds = {kind, *(update.kind for update in earlier if update.paper.key == after.key)}
        self.updates[after.key] = PaperUpdate(
            kind=next((one for one in _PRECEDENCE if one in kinds), None),
            paper=after,
            changed=True,
            day=self._day_of_change(after.paper),
            fields=tuple(dict.fromkeys(name for o in earlier for name in o.fields)) or changed_fields,
            absorbed=tuple(dict.fromkeys((*(key for o in earlier for key in o.absorbed), *stored))),
        )
