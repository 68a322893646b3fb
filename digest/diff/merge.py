"""Merge a record into a known paper. The result does not depend on the order of the records."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import compress
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from digest.model import Links, Paper
from digest.text import word_count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from digest.model import KnownPaper

__all__ = ["given_fields", "merge", "newer"]

_T = TypeVar("_T")
_FIELDS = tuple(field.name for field in fields(Paper))
_values = attrgetter(*_FIELDS)
_NO_LINKS = Links()


def given_fields(paper: Paper) -> tuple[str, ...]:
    """The names of the fields that a paper has values for."""
    given = tuple(compress(_FIELDS, _values(paper)))
    return given if paper.links != _NO_LINKS else tuple(name for name in given if name != "links")


def merge(
    known: KnownPaper, record: Paper, names: Sequence[str], source: str, *, corrected: bool = False
) -> tuple[KnownPaper, tuple[str, ...]]:
    """Return the known paper with everything that the record adds, and the names of the changed fields.

    ``corrected`` is whether the record is an entry of a feed that was read before: its present title replaces the old.
    """
    old = known.paper
    # A record with a version is more reliable than one without.
    is_newer, is_older = (record.version or 0) > (old.version or 0), (record.version or 0) < (old.version or 0)
    merged = replace(
        old,
        title=_text(old.title, record.title, newer=is_newer or corrected, older=is_older and not corrected),
        abstract=_text(old.abstract, record.abstract, newer=is_newer, older=is_older),
        authors=_authors(old.authors, record.authors, newer=is_newer, older=is_older),
        author_count=_choose(max, old.author_count, record.author_count),
        organization=_choose(max, old.organization, record.organization),
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


def newer(one: Paper, other: Paper) -> bool:
    """Whether one paper is a later version than the other; False if a version is unknown."""
    return bool(one.version and other.version and one.version > other.version)


def _choose(pick: Callable[[_T, _T], _T], one: _T | None, other: _T | None) -> _T | None:
    if one is None or other is None:
        return one if other is None else other
    return pick(one, other)


def _text(old: str, new: str, *, newer: bool, older: bool) -> str:
    """Take the text of the later version. Otherwise take the one with more words, or with more signs such as ℓₚ."""
    if newer or older:
        return (new or old) if newer else (old or new)
    if old == new:
        return old
    return max(old, new, key=lambda text: (word_count(text), sum(not c.isascii() or c in "\\$" for c in text), text))


def _authors(old: tuple[str, ...], new: tuple[str, ...], *, newer: bool, older: bool) -> tuple[str, ...]:
    """Take the authors of the later version. Otherwise take the longer list, or the one with the longer names."""
    if newer or older:
        return (new or old) if newer else (old or new)
    return max(old, new, key=lambda names: (len(names), sum(map(len, names)), names))
