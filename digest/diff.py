"""Which records are the same paper, and what is new about it. Pure.

A record is recognised by its aliases: the arXiv id without version, the DOI, the fingerprint of the title. The first
two are proof. A title is a strong hint only: "Editorial" is the title of many papers, so the abstracts must agree too,
and the more so the less the title says.

Facts are merged so that the order in which dumps come does not matter: what is missing is filled, days take the
earliest, counts and versions the greatest, and of two spellings of a text the one that says more stays.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, TypeVar

from digest.model import ChangeKind, Counts, KnownPaper, Links, Paper
from digest.text import fingerprint, overlap, word_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

__all__ = ["Diff", "Outcome", "aliases", "diff"]

_T = TypeVar("_T")

# How far two abstracts must overlap (see digest.text.overlap) for one title to mean one paper. Unrelated abstracts of
# one field were seen to reach 0.36; one abstract with its TeX stripped in two ways stays above 0.9.
_SAME_ABSTRACT = 0.55
# "Editorial", "Reply to comments", "Comment on X": what so few words name, only the same abstract can identify.
_GENERIC_TITLE_WORDS = 4
_SAME_ABSTRACT_GENERIC = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What becomes of one paper of a dump."""

    #: None where nothing is to be told: the paper was seen before, at most enriched
    kind: ChangeKind | None
    #: the paper as it is now to be known; ``first_seq`` is 0 where it is new
    paper: KnownPaper
    #: whether the paper differs from what is stored
    changed: bool
    #: for REVISED: the fields that changed
    fields: tuple[str, ...] = ()
    #: the keys of known papers that turned out to be this one, whose aliases and history move here
    absorbed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """What a batch of records does to the history: one outcome for each paper, and what became of each record."""

    outcomes: tuple[Outcome, ...]
    counts: Counts


def aliases(paper: Paper) -> tuple[str, ...]:
    """The names by which a paper is recognised, proof first: ``arxiv:…``, ``doi:…``, ``title:…``.

    A DOI that arXiv itself gives (10.48550/arXiv.…) says no more than the arXiv id.
    """
    names = []
    doi = paper.doi.lower() if paper.doi else ""
    arxiv_doi = doi.removeprefix("10.48550/arxiv.") if doi.startswith("10.48550/arxiv.") else None
    if arxiv_id := paper.arxiv_id or arxiv_doi:
        names.append(f"arxiv:{arxiv_id}")
    if doi and not arxiv_doi:
        names.append(f"doi:{doi}")
    names.append(f"title:{fingerprint(paper.title) or 'none'}")
    return tuple(names)


def diff(
    papers: Iterable[Paper],
    known: Mapping[str, Sequence[KnownPaper]],
    *,
    source: str,
    day: date,
    trending: int | None = None,
) -> Diff:
    """Compare records with what is known under their aliases.

    ``known`` maps each alias of the records that is known to the papers that bear it. ``source`` is noted as where
    new facts come from. A paper is TRENDING when its votes reach ``trending`` after the day it was listed on; ``day``
    is that of the dump.
    """
    state = _State(known, source, day, trending)
    new = revised = seen = 0
    for paper in papers:
        match state.take(paper):
            case ChangeKind.NEW:
                new += 1
            case ChangeKind.REVISED | ChangeKind.WITHDRAWN:
                revised += 1
            case _:
                seen += 1
    counts = Counts(read=new + revised + seen, new=new, revised=revised, seen=seen)
    return Diff(outcomes=tuple(state.outcomes.values()), counts=counts)


class _State:
    """The papers known so far, those of the batch's earlier records among them."""

    def __init__(self, known: Mapping[str, Sequence[KnownPaper]], source: str, day: date, trending: int | None) -> None:
        self._source = source
        self._day = day
        self._trending = trending
        self._by_key = {paper.key: paper for papers in known.values() for paper in papers}
        self._keys = {alias: [paper.key for paper in papers] for alias, papers in known.items()}
        self.outcomes: dict[str, Outcome] = {}

    def take(self, record: Paper) -> ChangeKind | None:
        """Fold one record in and say what it was."""
        names = aliases(record)
        same = self._recognise(record, names)
        if not same:
            key = self._new_key(record, names)
            self._keep(KnownPaper(key=key, paper=record, aliases=names, sources={self._source: _facts(record)}))
            self.outcomes[key] = Outcome(kind=ChangeKind.NEW, paper=self._by_key[key], changed=True)
            return ChangeKind.NEW
        survivor, *absorbed = same
        before = self._by_key[survivor]
        after, changed_fields = _merge(before, record, names, self._source)
        kind = self._kind(before.paper, after.paper)
        for key in absorbed:
            after = self._absorb(after, key)
        self._keep(after)
        self._note(before, after, kind, changed_fields if kind else (), tuple(absorbed))
        return kind

    def _kind(self, before: Paper, after: Paper) -> ChangeKind | None:
        """What readers are told of a paper that is known already."""
        if after.withdrawn and not before.withdrawn:
            return ChangeKind.WITHDRAWN
        if _newer(after, before):
            return ChangeKind.REVISED
        late = before.listed is None or before.listed < self._day
        if late and self._trending and before.upvotes is not None and after.upvotes is not None:
            return ChangeKind.TRENDING if before.upvotes < self._trending <= after.upvotes else None
        return None

    def _recognise(self, record: Paper, names: Sequence[str]) -> list[str]:
        """The keys of the known papers that this record is, the one that came first in front."""
        found: list[str] = []
        for name in names:
            for key in self._keys.get(name, ()):
                other = self._by_key[key]
                if (
                    key not in found
                    and not _ids_conflict(record, other.paper)
                    and not any(_ids_conflict(other.paper, self._by_key[first].paper) for first in found)
                    and (not name.startswith("title:") or _same_text(record, other.paper))
                ):
                    found.append(key)
        # A paper that is new in this batch has no sequence number yet: it comes after all that have one.
        return sorted(found, key=lambda key: self._by_key[key].first_seq or float("inf"))

    def _new_key(self, record: Paper, names: Sequence[str]) -> str:
        """A key that no other paper has: the strongest alias, told apart by the abstract where a title is shared."""
        key = names[0]
        # An alias that somebody bears may have been the key of a paper that is no more: no key is given twice.
        if self._keys.get(key):
            key = f"{key}.{fingerprint(record.abstract) or 'empty'}"
        base, number = key, 2
        while key in self._by_key:
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
        for keys in self._keys.values():
            if key in keys:
                keys.remove(key)
        for source in other.sources:
            survivor, _ = _merge(survivor, other.paper, other.aliases, source)
        return survivor

    def _note(
        self,
        before: KnownPaper,
        after: KnownPaper,
        kind: ChangeKind | None,
        changed_fields: tuple[str, ...],
        absorbed: tuple[str, ...],
    ) -> None:
        """Join with what the batch already did to this paper: a paper has one outcome."""
        earlier = [self.outcomes.pop(key) for key in (after.key, *absorbed) if key in self.outcomes]
        if after == before and not earlier:
            return
        stored = tuple(
            key for key in absorbed if not any(o.paper.key == key and o.kind is ChangeKind.NEW for o in earlier)
        )
        kinds = [outcome.kind for outcome in earlier if outcome.kind and outcome.paper.key == after.key]
        self.outcomes[after.key] = Outcome(
            kind=kinds[0] if kinds else kind,
            paper=after,
            changed=True,
            fields=tuple(dict.fromkeys(name for o in earlier for name in o.fields)) or changed_fields,
            absorbed=tuple(dict.fromkeys((*(key for o in earlier for key in o.absorbed), *stored))),
        )


# -------------------------------------------------------------------------------------------------- identity


def _ids_conflict(one: Paper, other: Paper) -> bool:
    """Whether both have an id of one kind, and another one each."""
    return bool(
        (one.arxiv_id and other.arxiv_id and one.arxiv_id != other.arxiv_id)
        or (one.doi and other.doi and one.doi.lower() != other.doi.lower())
    )


def _same_text(one: Paper, other: Paper) -> bool:
    """Whether two papers of one title are one paper."""
    if one.authors and other.authors and not _surnames(one) & _surnames(other):
        return False
    generic = word_count(one.title) <= _GENERIC_TITLE_WORDS
    if not one.abstract or not other.abstract:
        return not generic
    return overlap(one.abstract, other.abstract) >= (_SAME_ABSTRACT_GENERIC if generic else _SAME_ABSTRACT)


def _surnames(paper: Paper) -> set[str]:
    """Fingerprints of the last word of each name, or of the part before a comma."""
    return {fingerprint(name.split(",")[0].split()[-1]) for name in paper.authors if name.split(",")[0].split()}


# ------------------------------------------------------------------------------------------------------- facts


def _facts(paper: Paper) -> tuple[str, ...]:
    """The names of the fields that a paper has."""
    return tuple(f.name for f in fields(paper) if getattr(paper, f.name) not in (None, "", (), False, Links()))


def _merge(known: KnownPaper, record: Paper, names: Sequence[str], source: str) -> tuple[KnownPaper, tuple[str, ...]]:
    """A known paper with what a record adds, and the fields that this changes."""
    old = known.paper
    newer = _newer(record, old)
    merged = replace(
        old,
        title=record.title if newer else _fuller(old.title, record.title),
        abstract=(record.abstract or old.abstract) if newer else _fuller(old.abstract, record.abstract),
        authors=(record.authors or old.authors) if newer else (old.authors or record.authors),
        author_count=old.author_count if old.author_count is not None else record.author_count,
        organization=old.organization or record.organization,
        categories=tuple(dict.fromkeys(old.categories + record.categories)),
        published=_choose(min, old.published, record.published),
        listed=_choose(min, old.listed, record.listed),
        version=_choose(max, old.version, record.version),
        upvotes=_choose(max, old.upvotes, record.upvotes),
        comments=_choose(max, old.comments, record.comments),
        links=Links(**{f.name: getattr(old.links, f.name) or getattr(record.links, f.name) for f in fields(Links)}),
        arxiv_id=old.arxiv_id or record.arxiv_id,
        doi=old.doi or record.doi,
        withdrawn=old.withdrawn or record.withdrawn,
    )
    changed = tuple(f.name for f in fields(Paper) if getattr(merged, f.name) != getattr(old, f.name))
    facts = tuple(dict.fromkeys((*known.sources.get(source, ()), *changed)))
    after = replace(
        known,
        paper=merged,
        aliases=tuple(dict.fromkeys((*known.aliases, *names))),
        sources={**known.sources, source: facts},
    )
    return after, changed


def _newer(one: Paper, other: Paper) -> bool:
    return bool(one.version and other.version and one.version > other.version)


def _choose(pick: Callable[[_T, _T], _T], one: _T | None, other: _T | None) -> _T | None:
    if one is None or other is None:
        return one if other is None else other
    return pick(one, other)


def _fuller(old: str, new: str) -> str:
    """The spelling that says more: TeX over TeX stripped away, a whole text over its beginning. Of equals, the old."""
    if not old or not new or old == new:
        return old or new
    old_tex, new_tex = (text.count("\\") + text.count("$") for text in (old, new))
    if (old_tex > 0) != (new_tex > 0):
        return old if old_tex else new
    return new if len(new) > 1.2 * len(old) else old
