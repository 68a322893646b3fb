"""What the descriptions of feeds hold beside or in place of an abstract: teasers, citations, and fields of their own.

Publication date: December 2026 / Source: Snail Letters, Volume 1 / Author(s): Ada Moor, Bo Reed
Authors: Ada Moor / Upvotes: 52 / Summary: Snails act in a digital world.
Proc Snail. 2026 Jan 2. doi: 10.1000/s.1. Online ahead of print. / ABSTRACT / Light moves the clock of snails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from digest.formats.dates import day
from digest.formats.ids import doi
from digest.formats.markup import lines
from digest.formats.people import people

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

__all__ = ["Description", "describe"]

_LABELS = {
    "authors": r"authors?|author\(s\)|by",
    "date": r"publication date|published(?: on| online)?|date|submitted(?: on)?|available online(?: since)?",
    "votes": r"(?:up)?votes?|likes",
    "comments": r"(?:number of )?comments",
    "abstract": r"summary|abstract|tl;?dr",
    "doi": r"doi",
    "other": r"source|journal|issue|volume|publisher|pmid|pmcid|categor(?:y|ies)|subjects?|keywords?|tags?|title|link"
    r"|url|pdf|arxiv(?: id)?|code|github|project(?: page)?|organi[sz]ation|affiliations?|paper|license|issn",
}
#: a text has fields only if it has one of these; else "Code: …" and "Source: …" are lines of an abstract
_TELLING = frozenset(("authors", "date", "votes"))
_NAMES = "|".join(rf"(?P<{kind}>{names})" for kind, names in _LABELS.items())
_LABELLED = re.compile(rf"\W{{0,4}}(?:{_NAMES})\s?:(?!//)(?P<value>.*)\Z", re.IGNORECASE | re.DOTALL)
# In one line: "Authors: Ada Moor Upvotes: 52 Summary: Snails act."
_INLINE = re.compile(
    r"(?<=\s)(?=(?:authors?|author\(s\)|(?:up)?votes|comments|summary|abstract|publication date|published|source|doi)"
    r"\s?:\s)",
    re.IGNORECASE,
)
_PUBMED = re.compile(r"PMID:\s*\d", re.IGNORECASE)
_HEADING = re.compile(r"\W*(?:abstract|summary)\W*", re.IGNORECASE)
_CITATIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Nature: "Journal of Snails, Published online: 05 January 2026; doi:10.1000/s1"
        r"[^;]{0,200}\bpublished online:?\s[^;]{0,60};\s*(?:doi:\s*)?10\.\d{4,9}/[^\s]+",
        # PubMed: "Proc Snail. 2026 Jan 2;12(3):1-9. doi: 10.1000/s.1. Online ahead of print."
        r"[A-Z][^.]{1,120}\.\s\d{4}(?:\s[A-Z][a-z]{2}(?:-[A-Z][a-z]{2})?(?:\s\d{1,2})?)?(?:;[^\s]{1,60})?\."
        r"(?:\sdoi:\s?10\.[^\s]+)?(?:\s(?:online ahead of print|ecollection|epub)[^.]{0,40}\.?)?\Z",
        # Wiley: "Snail Letters, Volume 1, Issue 2, Page 3-9, March 2026.", "Snail Letters, EarlyView."
        r"[^.]{2,150},\s(?:early ?view|accepted article|ahead of print|(?:volume|vol\.?)\s\d[^.]{0,100})\.?\Z",
        # Taylor & Francis: "Volume 45, Issue 2, November 2026, Page 1-20"
        r"(?:volume|vol\.?)\s\d+,\s(?:issue|no\.?|number|pages?)\s[^.]{0,80}\.?\Z",
    )
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>]+")
_BEGINS = re.compile(r"(?:authors?|author\(s\)|(?:up)?votes|publication date|published|source)\s?:\s", re.IGNORECASE)
_MONTH_OR_YEAR = re.compile(r"(?:[A-Za-z]{3,9}\.?\s)?\d{4}|\d{4}-\d\d")
_ENDS_EARLY = re.compile(r"(?:\[?(?:…|\.\.\.)\]?|\bread more\W*|\bcontinue reading\W*)\Z", re.IGNORECASE)
#: an abstract of fewer characters beside a longer text is a teaser
_SHORT = 300
#: a text of more characters is an article, and what stands beside it a summary of it
_ARTICLE = 8000
#: characters of a value that a field other than the abstract has
_LONGEST_VALUE = 20_000


@dataclass(frozen=True, slots=True)
class Description:
    """What the texts of an entry say."""

    abstract: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    upvotes: int | None = None
    comments: int | None = None
    doi: str | None = None


def describe(bodies: Sequence[str]) -> Description:
    """What the texts of an entry say: its description or summary first, then its whole content. Each may be HTML."""
    read = [_one(body) for body in bodies if body.strip()]
    if not read:
        return Description()
    best = read[0]
    for other in read[1:]:
        best = _together(best, other)
    return best


def _together(one: Description, other: Description) -> Description:
    """Two texts of an entry as one, with the fuller abstract, unless that is an article."""
    first, second = one.abstract, other.abstract
    teaser = len(first) < _SHORT or _ENDS_EARLY.search(first[-40:]) or second.startswith(first.rstrip("….")[:200])
    longer = len(second) > len(first) and len(second) <= _ARTICLE
    return Description(
        abstract=second if not first or (teaser and longer) else first,
        authors=one.authors or other.authors,
        published=one.published or other.published,
        upvotes=other.upvotes if one.upvotes is None else one.upvotes,
        comments=other.comments if one.comments is None else one.comments,
        doi=one.doi or other.doi,
    )


class _Line(NamedTuple):
    """A line of a text, and the field that it may be."""

    text: str
    label: str = ""
    value: str = ""


def _one(body: str) -> Description:
    """What one text of an entry says."""
    found = [_labelled(line) for line in _split(lines(body))]
    has_fields = any(line.label in _TELLING and _is_good(line) for line in found)
    fields = {line.label: line.value for line in reversed(found)} if has_fields else {}
    text: list[str] = []
    number: str | None = None
    begun = False
    for line in found:
        if line.label == "abstract" or _HEADING.fullmatch(line.text):
            # What comes before it is a citation.
            if not begun:
                text, begun = [], True
            text.append(line.value)
        elif (line.label and has_fields) or _PUBMED.match(line.text):
            continue
        elif not begun and (rest := _after_citation(line.text)) is not None:
            number = number or next(filter(None, (doi(one[0]) for one in _DOI.finditer(line.text))), None)
            text.append(rest)
        else:
            text.append(line.text)
    return Description(
        abstract=" ".join(filter(None, text)),
        authors=people(fields.get("authors", "")),
        published=day(fields.get("date", "")),
        upvotes=_count(fields.get("votes", "")),
        comments=_count(fields.get("comments", "")),
        doi=doi(fields.get("doi", "")) or number,
    )


def _split(found: list[str]) -> list[str]:
    """The lines, where one line has several fields: a line for each."""
    return [part for line in found for part in (_INLINE.split(line) if _BEGINS.match(line) else (line,))]


def _labelled(line: str) -> _Line:
    found = _LABELLED.match(line)
    if not found:
        return _Line(line)
    named = found.groupdict()
    value = (named.pop("value") or "").strip()
    return _Line(line, next(label for label, name in named.items() if name), value)


def _is_good(line: _Line) -> bool:
    """Whether the value of a field is what such a field has."""
    value = line.value.strip()
    if line.label == "authors":
        return len(value) < _LONGEST_VALUE and all(len(name) < 80 for name in people(value))
    if line.label == "date":
        return day(value) is not None or _MONTH_OR_YEAR.fullmatch(value) is not None
    return _count(value) is not None


def _after_citation(line: str) -> str | None:
    """What follows a citation that a line begins with; None where it begins with none."""
    found = next(filter(None, (form.match(line) for form in _CITATIONS)), None)
    return line[found.end() :].strip() if found else None


def _count(value: str) -> int | None:
    digits = value.strip().replace(",", "")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None
