"""Prepare papers and their matches for the templates. Pure.

A view holds plain text without control characters and of limited length, and ``http`` or ``https`` links. Templates
only lay it out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, quote_plus, urlsplit

from digest.errors import KeywordError
from digest.formats.ids import doi_link
from digest.keywords import parse
from digest.model import ChangeKind, Links
from digest.rank.marks import spans
from digest.renderers.excerpt import Piece, excerpt, pieces, shorten
from digest.renderers.why import NO_REASON, Why, why
from digest.renderers.wording import plural
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from digest.keywords import Pattern
    from digest.model import Entry, KnownPaper, Match, Paper

__all__ = ["Link", "PaperView", "SiteInfo", "entry_views", "paper_view", "safe_url", "tidy"]

_TITLE, _ABSTRACT, _NAME, _URL = 300, 6_000, 80, 1_000
_CUT, _SHORT_CUT, _NAMES = 300, 240, 3

# Characters that change the direction of the text after them (UAX #9). A title must not reverse its neighbours.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteInfo:
    """The title, address and language of the site, as mails, feeds and pages show them."""

    title: str
    #: absolute, without a slash at the end
    base_url: str
    language: str = "en"

    def __post_init__(self) -> None:
        """Remove the slash."""
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))


class Link(NamedTuple):
    """A link to a paper."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """A paper as the templates show it."""

    key: str
    title: tuple[Piece, ...]
    #: the title without marks
    name: str
    #: the link of the title: the first of ``links``; empty if there is none
    url: str
    #: a few lines around the matches
    abstract: tuple[Piece, ...]
    #: the whole abstract, if ``abstract`` is only a part
    whole: tuple[Piece, ...] = ()
    #: why it is here
    why: Why = NO_REASON
    authors: str = ""
    organization: str = ""
    date: date | None = None
    upvotes: int | None = None
    comments: int | None = None
    links: tuple[Link, ...] = ()
    #: ``revised``, ``trending``, ``withdrawn``, or empty for a new one
    label: str = ""
    #: the titles of the profiles that found it; empty if they are not shown
    profile: str = ""
    #: why it is grouped below a better one: "by the same authors"
    alike: str = ""
    #: papers that are nearly the same news, grouped below this one
    others: tuple[PaperView, ...] = ()
    #: how many more of them are not shown
    more_others: int = 0


def tidy(text: str) -> str:
    """Clean a text so that it is one line and can't change the direction of the text around it."""
    return clean(_TURNS.sub("", text))


def safe_url(url: str | None) -> str:
    """Return the URL if it is ``http`` or ``https`` and not too long, else an empty text."""
    if not url or len(url) > _URL or url != tidy(url) or " " in url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def entry_views(entries: Sequence[Entry], profiles: Mapping[str, str]) -> list[PaperView]:
    """Return views of an edition's entries. Papers that are nearly the same news are grouped below the best of them.

    ``profiles`` maps the names of profiles that should be shown to their titles.
    """
    keys = {entry.paper.key for entry in entries}
    below: dict[str, list[PaperView]] = {}
    for entry in entries:
        if entry.alike and entry.alike.key in keys:
            view = replace(_entry_view(entry, profiles), alike=entry.alike.why)
            below.setdefault(entry.alike.key, []).append(view)
    return [
        replace(_entry_view(entry, profiles), others=tuple(below.get(entry.paper.key, ())))
        for entry in entries
        if not (entry.alike and entry.alike.key in keys)
    ]


def _entry_view(entry: Entry, profiles: Mapping[str, str]) -> PaperView:
    return paper_view(
        entry.paper,
        matches=entry.matches,
        kind=entry.kind,
        profile=", ".join(tidy(profiles[name]) for name in (entry.profile, *entry.also) if name in profiles),
        cut=_CUT,
    )


def paper_view(
    known: KnownPaper,
    *,
    matches: Sequence[Match] = (),
    kind: ChangeKind = ChangeKind.NEW,
    profile: str = "",
    cut: int = _SHORT_CUT,
) -> PaperView:
    """Return the view of a paper, with about ``cut`` characters of its abstract around the matches."""
    paper = known.paper
    name = _short(paper.title, _TITLE) or "Untitled"
    abstract = _short(paper.abstract, _ABSTRACT)
    marks = _marks(abstract, matches, "abstract")
    window = excerpt(abstract, marks, cut)
    links = _links(paper, name)
    return PaperView(
        key=known.key,
        title=pieces(name, _marks(name, matches, "title")),
        name=name,
        url=links[0].url if links else "",
        abstract=pieces(abstract, marks, window),
        whole=pieces(abstract, marks) if window != (0, len(abstract)) else (),
        why=why(matches),
        authors=_authors(paper),
        organization=_short(paper.organization or "", _NAME),
        date=paper.published or paper.listed,
        upvotes=paper.upvotes,
        comments=paper.comments,
        links=links,
        label=_label(paper, kind),
        profile=profile,
    )


def _short(text: str, limit: int) -> str:
    # Cut very long texts first, because cleaning takes time.
    return shorten(tidy(text[: 4 * limit]), limit)


@lru_cache(maxsize=4096)
def _pattern(keyword: str) -> Pattern | None:
    """None for what an older version took for a keyword: nothing is marked then."""
    try:
        return parse(keyword, stored=True).pattern
    except KeywordError:
        return None


def _marks(text: str, matches: Sequence[Match], field: str) -> list[tuple[int, int]]:
    patterns: set[Pattern] = set()
    for match in matches:
        pattern = _pattern(match.keyword) if match.field in {field, "apart"} else None
        # The words of a phrase that is meant for titles may well stand in the abstract, and are nothing there.
        if pattern and field in pattern.fields:
            patterns.update(pattern.words if match.field == "apart" else (pattern,))
    return [_balanced(text, *span) for span in spans(text, patterns)] if patterns else []


def _balanced(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the bracket just outside of it whose other half it has: ``(KV) cache`` and not ``KV) cache``."""
    marked = text[start:end]
    opened, closed = marked.count("("), marked.count(")")
    if closed > opened and text[:start].endswith("("):
        start -= 1
    if opened > closed and text[end:].startswith(")"):
        end += 1
    return start, end


def _authors(paper: Paper) -> str:
    names = [name for author in paper.authors[: _NAMES + 1] if (name := _short(author, _NAME))]
    total = max(len(paper.authors), paper.author_count or 0)
    if not names:
        return plural(total, "author") if total else ""
    if total <= len(names):
        return ", ".join(names)
    names = names[:_NAMES]
    return f"{', '.join(names)} and {total - len(names):,} more"


def _label(paper: Paper, kind: ChangeKind) -> str:
    if paper.withdrawn or kind is ChangeKind.WITHDRAWN:
        return "withdrawn"
    return "" if kind is ChangeKind.NEW else str(kind)


def _links(paper: Paper, name: str) -> tuple[Link, ...]:
    """The links of a paper, best first. If it has none, the first is a search for its title on arXiv."""
    known = paper.links
    if not any((known.abstract, known.pdf)) and paper.arxiv_id:
        at = quote(paper.arxiv_id, safe="/")
        known = Links(
            abstract=f"https://arxiv.org/abs/{at}",
            pdf=f"https://arxiv.org/pdf/{at}",
            code=known.code,
            project=known.project,
        )
    doi = doi_link(paper.doi) if paper.doi and not known.abstract else None
    labelled = (
        ("Abstract", known.abstract),
        ("PDF", known.pdf),
        ("DOI", doi),
        ("Project", known.project),
        ("Code", known.code),
    )
    links = tuple(Link(label, url) for label, raw in labelled if (url := safe_url(raw)))
    readable = any(link.label in {"Abstract", "PDF", "DOI"} for link in links)
    return links if readable else (*_search(name), *links)


def _search(name: str) -> tuple[Link, ...]:
    # For arXiv, ? and * are wildcards; other punctuation is ignored.
    words = " ".join(re.findall(r"[\w'’-]*\w", name[:200]))
    if not words:
        return ()
    url = f"https://arxiv.org/search/?query={quote_plus(words)}&searchtype=title"
    return (Link("Find it on arXiv", url),)
