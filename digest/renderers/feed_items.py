"""The content of a feed, before it becomes RSS, Atom or JSON. Pure.

Feed readers identify an entry by its id and show it again when its time changes, so neither ever changes. The id is
made from the paper's key alone. A paper that is in several editions keeps its place in the first one. Nothing that
changes every hour, such as votes, is part of an entry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from digest.renderers.environment import render
from digest.renderers.excerpt import shorten
from digest.renderers.view import paper_view, tidy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import jinja2

    from digest.model import Edition, Entry, Profile
    from digest.renderers.view import SiteInfo

__all__ = ["Feed", "Item", "make_feed"]

_ENTRIES = 100
#: longest texts, in characters
_WHOLE, _SUMMARY, _NAME = 1_000_000, 420, 200
#: the time of a feed that never had an entry
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
#: The year in every tag: URI, in which its host was ours (RFC 4151). It must never change, because ids contain it.
_TAG_YEAR = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry of a feed. Texts are plain text without control characters; ``html`` is escaped HTML."""

    #: a tag: URI
    id: str
    title: str
    #: when it was first published, in whole seconds
    at: datetime
    summary: str
    html: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    #: the best place to read it; empty if there is none
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The feed of a profile."""

    #: a tag: URI
    id: str
    title: str
    description: str
    #: the page with the same content
    home: str
    #: the feed's own URL, without the ending of its format
    url: str
    language: str
    author: str
    #: when the newest entry was published
    updated: datetime
    #: newest edition first, and best entry first in each edition
    items: tuple[Item, ...]


def make_feed(
    profile: Profile, editions: Sequence[Edition], *, environment: jinja2.Environment, site: SiteInfo
) -> Feed:
    """Make a feed of the newest entries. ``editions`` is newest first. Raise RenderError if a template fails."""
    items = tuple(_item(entry, better, environment, site) for entry, better in _newest(editions))
    author, title = tidy(site.title) or "digest", tidy(profile.title) or profile.name
    return Feed(
        id=_tag(site, f"feed/{profile.name}"),
        title=f"{title} · {author}",
        description=f"New papers for {title}, each with the keywords that it matched. From {author}.",
        home=f"{site.base_url}/",
        url=f"{site.base_url}/feeds/{quote(profile.name)}",
        language=site.language,
        author=author,
        updated=max((item.at for item in items), default=_NEVER),
        items=items,
    )


def _newest(editions: Sequence[Edition]) -> list[tuple[Entry, Entry | None]]:
    """The newest entries. If one is nearly the same news as a better one, that comes with it."""
    known: set[str] = set()
    kept: list[list[tuple[Entry, Entry | None]]] = []
    for edition in reversed(editions):
        entries = {entry.paper.key: entry for entry in edition.entries}
        kept.append([(one, _better(one, entries)) for key, one in entries.items() if key not in known])
        known.update(entries)
    return [entry for entries in reversed(kept) for entry in entries][:_ENTRIES]


def _better(entry: Entry, entries: Mapping[str, Entry]) -> Entry | None:
    """The entry that this one is nearly the same news as, unless it was published later."""
    found = entries.get(entry.alike.key) if entry.alike else None
    return found if found and found.at <= entry.at else None


def _item(entry: Entry, better: Entry | None, environment: jinja2.Environment, site: SiteInfo) -> Item:
    # Show it as a new paper even if it is trending, because that depends on votes.
    view = paper_view(entry.paper, matches=entry.matches, cut=_WHOLE)
    like = paper_view(better.paper).name if better else ""
    if better and entry.alike:
        view = replace(view, alike=entry.alike.why)
    paper = entry.paper.paper
    abstract = "".join(piece.text for piece in view.abstract)
    return Item(
        id=_tag(site, entry.paper.key),
        title=view.name,
        at=entry.at.astimezone(UTC).replace(microsecond=0),
        summary=tidy(render(environment, "feed/summary.txt", paper=view, abstract=shorten(abstract, _SUMMARY))),
        html=render(environment, "feed/entry.html", paper=view, like=like).strip(),
        authors=tuple(name for author in paper.authors if (name := shorten(tidy(author), _NAME))),
        categories=tuple(dict.fromkeys(name for one in paper.categories if (name := shorten(tidy(one), _NAME)))),
        url=_uri(view.url),
    )


def _uri(url: str) -> str:
    """Percent-encode what is not allowed in a URI (RFC 3986), because RSS readers don't expect IRIs."""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%-._~")


def _tag(site: SiteInfo, specific: str) -> str:
    """A tag: URI (RFC 4151)."""
    host = (urlsplit(site.base_url).hostname or "localhost").encode("idna").decode("ascii")
    authority = re.sub(r"[^a-z0-9.-]+", "-", host).strip("-.") or "localhost"
    escaped = quote(specific, safe="/:@!$&'()*+,;=", errors="replace")
    return f"tag:{authority},{_TAG_YEAR}:{escaped}"
