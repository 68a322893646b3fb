"""A batch of records compared with the history: one update for each paper. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.diff.identity import aliases, confidence, ids_conflict, with_proper_ids
from digest.diff.merge import given_fields, merge, newer
from digest.model import ChangeKind, Counts, KnownPaper
from digest.text import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from digest.model import Paper

__all__ = ["Diff", "PaperUpdate", "diff"]

# No more papers than these are known by a short title alone, so that the next "Editorial" is not compared with all
# that came before it.
_MOST_BEARERS = 20
# What is told of a paper to which several things happened in one batch.
_PRECEDENCE = (ChangeKind.NEW, ChangeKind.WITHDRAWN, ChangeKind.REVISED, ChangeKind.TRENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperUpdate:
    """What becomes of one paper of a dump."""

    #: None where nothing is to be told: the paper was seen before, at most enriched
    kind: ChangeKind | None
    #: the paper as it is now to be known; ``first_seq`` is 0 where it is new
    paper: KnownPaper
    #: whether the paper differs from what is stored
    changed: bool
    #: for REVISED: the fields that changed
    fields: tuple[str, ...] = ()
    #: the day of its change, where that is not the dump's
    day: date | None = None
    #: the keys of known papers that turned out to be this one, whose aliases and history move here
    absorbed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """What a batch of records does to the history: one update for each paper, and what became of each record."""

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
    """Compare records with what is known under their aliases.

    ``known`` maps each alias of the records that is known to the papers that bear it. ``source`` is noted as where
    new facts come from. A paper is TRENDING when its votes reach ``trending`` after the day it was listed on; ``day``
    is that of the dump. ``names`` are the aliases of each record, for whoever has them already. In an ``archive`` of
    what came over the years, a change is of the day on which its paper did.
    """
    state = _State(known, source, day, trending, archive=archive)
    new = revised = seen = 0
    records = list(papers)
    for paper, of_paper in zip(records, map(aliases, records) if names is None else names, strict=True):
        match state.take(paper, of_paper):
            case ChangeKind.NEW:
                new += 1
            case ChangeKind.REVISED | ChangeKind.WITHDRAWN:
                revised += 1
            case _:
                seen += 1
    counts = Counts(read=new + revised + seen, new=new, revised=revised, seen=seen)
    return Diff(updates=tuple(state.updates.values()), counts=counts)


class _State:
    """The papers known so far, those of the batch's earlier records among them."""

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
        """Fold one record in, which has these aliases, and say what it was."""
        record = with_proper_ids(record)
        # Of an archive, most names are nobody's yet.
        same = [] if self._keys.keys().isdisjoint(names) else self._recognise(record, names)
        if not same:
            return self._add(record, names)
        survivor, *absorbed = same
        before = self._by_key[survivor]
        after, changed_fields = merge(before, record, names, self._source)
        kind = self._kind(before.paper, after.paper)
        for key in absorbed:
            after = self._absorb(after, key)
        self._keep(after)
        self._note(before, after, kind, changed_fields if kind else (), tuple(absorbed))
        return kind

    def _add(self, record: Paper, names: tuple[str, ...]) -> ChangeKind:
        key = self._new_key(record, names)
        crowded = [
            name for name in names if name.startswith("title:") and len(self._keys.get(name, ())) >= _MOST_BEARERS
        ]
        if crowded and names[-1].startswith("text:"):
            names = tuple(name for name in names if name not in crowded)
        new = KnownPaper(key=key, paper=record, aliases=names, sources={self._source: given_fields(record)})
        self._keep(new)
        self.updates[key] = PaperUpdate(kind=ChangeKind.NEW, paper=new, changed=True, day=self._day_of_change(record))
        return ChangeKind.NEW

    def _recognise(self, record: Paper, names: Sequence[str]) -> list[str]:
        """The keys of the known papers that this record is, the one that came first in front."""
        proven: list[str] = []
        for name in names:
            if name.startswith(("arxiv:", "doi:")):
                proven += (key for key in self._keys.get(name, ()) if key not in proven and self._agree(key, proven))
        hinted = self._by_text(record, [name for name in names if name.startswith(("title:", "text:"))])
        if not proven:
            return hinted[:1]
        # What was known by its title only turns out to be a paper that has ids.
        unproven = [key for key in hinted if key not in proven and not self._has_ids(key) and record.abstract]
        unproven = [key for key in unproven if self._by_key[key].paper.abstract]
        return sorted((*proven, *unproven), key=self._order)

    def _by_text(self, record: Paper, names: Sequence[str]) -> list[str]:
        """The papers of this title whose abstract agrees, the most alike first."""
        found = dict.fromkeys(key for name in reversed(names) for key in self._keys.get(name, ()))
        alike = []
        for key in found:
            other = self._by_key[key].paper
            alikeness = 0.0 if ids_conflict(record, other) else confidence(record, other)
            if alikeness:
                alike.append((-alikeness, self._order(key), key))
        return [key for *_, key in sorted(alike)]

    def _agree(self, key: str, others: Iterable[str]) -> bool:
        """Whether no paper that was proven before has another arXiv id: of two proofs, that is the stronger one."""
        arxiv_id = self._by_key[key].paper.arxiv_id
        theirs = {self._by_key[other].paper.arxiv_id for other in others} - {None}
        return not arxiv_id or not theirs or theirs == {arxiv_id}

    def _has_ids(self, key: str) -> bool:
        paper = self._by_key[key].paper
        return bool(paper.arxiv_id or paper.doi)

    def _order(self, key: str) -> float:
        """A paper that is new in this batch has no sequence number yet: it comes after all that have one."""
        return self._by_key[key].first_seq or float("inf")

    def _kind(self, before: Paper, after: Paper) -> ChangeKind | None:
        """What readers are told of a paper that is known already."""
        if after.withdrawn and not before.withdrawn:
            return ChangeKind.WITHDRAWN
        if newer(after, before):
            return ChangeKind.REVISED
        late = before.listed is None or before.listed < self._day
        if late and self._trending and before.upvotes is not None and after.upvotes is not None:
            return ChangeKind.TRENDING if before.upvotes < self._trending <= after.upvotes else None
        return None

    def _day_of_change(self, paper: Paper) -> date | None:
        """What has been known to the world for years is no news of the dump's day."""
        return (paper.listed or paper.published) if self._archive else None

    def _new_key(self, record: Paper, names: Sequence[str]) -> str:
        """A key that no other paper has: the strongest alias, told apart by the abstract where a title is shared."""
        key = names[0]
        # An alias that somebody bears may have been the key of a paper that is no more: no key is given twice.
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
        """Join with what the batch already did to this paper: a paper has one update."""
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
