"""One entry of an RSS, RDF or Atom feed as a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from digest.formats.dates import day
from digest.formats.feed.description import describe
from digest.formats.ids import arxiv_id, arxiv_links, doi, web_url
from digest.formats.markup import plain
from digest.formats.people import people
from digest.formats.sites import entry_id, site_ids
from digest.formats.withdrawal import withdrawn
from digest.model import Links, Paper
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from digest.dump import DumpAbout
    from digest.formats.feed.description import Description
    from digest.formats.xml.document import Element

__all__ = ["first_web", "made", "paper_of"]

#: namespaces by the beginning of their names, and how they are called here; those of feeds themselves have no name
_SPACES = (
    ("http://purl.org/dc/elements/1.", "dc:"),
    ("http://purl.org/dc/terms", "dc:"),
    ("http://prismstandard.org/namespaces/", "prism:"),
    ("http://purl.org/rss/1.0/modules/prism", "prism:"),
    ("http://purl.org/rss/1.0/modules/content", "content:"),
    ("http://search.yahoo.com/mrss", "media:"),
    ("http://www.itunes.com/", "itunes:"),
    ("http://arxiv.org/schemas/atom", "arxiv:"),
    ("http://purl.org/rss/1.0/modules/", "module:"),
    ("http://www.w3.org/1999/", "w3c:"),
)
_BODIES = ("description", "summary", "dc:description", "dc:abstract", "content:encoded", "content")
_PEOPLE = ("dc:creator", "author", "authors", "dc:contributor", "itunes:author")
_PUBLISHED = (
    "pubDate",
    "published",
    "issued",
    "prism:publicationDate",
    "dc:date",
    "dc:issued",
    "created",
    "dc:created",
)
_PLACES = ("prism:doi", "arxiv:doi", "dc:identifier", "guid", "id", "prism:url", "link", "origLink")


def paper_of(entry: Element, about: DumpAbout) -> Paper:
    """The paper of an entry; its title may be empty."""
    fields = _fields(entry)
    pages, pdfs = _links(fields)
    said = describe([_markup(body) for name in _BODIES for body in fields.get(name, ())])
    return made(
        title=plain(_markup(next(iter(fields.get("title") or fields.get("dc:title") or ()), None))),
        said=said,
        authors=_authors(fields) or said.authors,
        categories=[plain(_category(one)) for name in ("category", "dc:subject") for one in fields.get(name, ())],
        published=_first_day(fields) or said.published,
        places=[*(clean(one.text or "") for name in _PLACES for one in fields.get(name, ())), *pages],
        entry=(_text(fields, "guid", "id"), next(filter(None, pages), "")),
        links=Links(abstract=first_web(pages), pdf=first_web(pdfs)),
        about=about,
    )


def made(
    *,
    title: str,
    said: Description,
    authors: Iterable[str],
    categories: Iterable[str],
    published: date | None,
    places: Sequence[str],
    entry: tuple[str, str],
    links: Links,
    about: DumpAbout,
) -> Paper:
    """A paper of any feed.

    ``places`` are what may be an arXiv id, a DOI or an address of either; ``entry`` is the feed's own id for it, and
    where it leads.
    """
    known = next(filter(None, map(arxiv_id, places)), None)
    number = next(filter(None, map(doi, places)), None) or said.doi
    # Where a paper has an id of the world, it needs none of a feed.
    own = None if known or number else entry_id(*entry)
    return Paper(
        title=title,
        abstract=said.abstract,
        authors=tuple(authors),
        categories=tuple(dict.fromkeys(filter(None, categories))),
        published=published,
        listed=about.as_of,
        version=known[1] if known else None,
        upvotes=said.upvotes,
        comments=said.comments,
        links=arxiv_links(known[0]) if known else links,
        arxiv_id=known[0] if known else None,
        doi=number,
        withdrawn=withdrawn(said.abstract, "", title),
        ids=(*site_ids((*places, number or "")), *([own] if own else [])),
    )


def first_web(urls: Iterable[str]) -> str | None:
    """The first that is an address of the web."""
    return next(filter(None, map(web_url, urls)), None)


# -------------------------------------------------------------------------------------------------- elements


def _fields(entry: Element) -> dict[str, list[Element]]:
    """The children of an entry by their names: "title", "dc:creator"."""
    own = entry.tag.rpartition("}")[0].removeprefix("{")
    fields: dict[str, list[Element]] = {}
    for child in entry:
        if isinstance(child.tag, str):
            space, _, name = child.tag.rpartition("}")
            space = space.removeprefix("{")
            if space == own or not space:
                prefix = ""
            else:
                prefix = next((called for uri, called in _SPACES if space.startswith(uri)), "")
            fields.setdefault(f"{prefix}{name}", []).append(child)
    return fields


def _markup(element: Element | None) -> str:
    """The text of an element, with the markup that is in it."""
    if element is None:
        return ""
    if not len(element):
        return element.text or ""
    return (element.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in element)


def _text(fields: dict[str, list[Element]], *names: str) -> str:
    """The text of the first of some elements that has any."""
    return next((text for name in names for one in fields.get(name, ()) if (text := clean(one.text or ""))), "")


def _authors(fields: dict[str, list[Element]]) -> tuple[str, ...]:
    """The people of the first kind of element that names any."""
    for name in _PEOPLE:
        elements = fields.get(name, ())
        found = [_person(one) for one in elements]
        texts = [text for text in found if text]
        # Where each has an element of its own, "Moor, Ada" has its family name first.
        names = [one for text in texts for one in people(text, last_first=len(texts) > 1 and text.count(",") == 1)]
        if names:
            return tuple(dict.fromkeys(names))
    return ()


def _person(element: Element) -> str:
    """The text of an author's element; in Atom the name is an element in it."""
    names = [child for child in element if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == "name"]
    if names:
        return "; ".join(plain(_markup(name)) for name in names)
    return plain(_markup(element))


def _category(element: Element) -> str:
    return element.get("label") or element.get("term") or element.text or ""


def _first_day(fields: dict[str, list[Element]]) -> date | None:
    """When an entry came. Atom's ``updated`` does not say so."""
    return next((found for name in _PUBLISHED for one in fields.get(name, ()) if (found := day(one.text or ""))), None)


def _links(fields: dict[str, list[Element]]) -> tuple[list[str], list[str]]:
    """The addresses of an entry's page, and those of its PDF."""
    pages: list[str] = []
    pdfs: list[str] = []
    for link in (*fields.get("link", ()), *fields.get("enclosure", ())):
        address = clean(link.get("href") or link.get("url") or link.text or "")
        if link.get("type") == "application/pdf":
            pdfs.append(address)
        elif link.get("rel", "alternate") == "alternate" and not link.get("url"):
            pages.append(address)
    guids = [clean(one.text or "") for one in fields.get("guid", ()) if one.get("isPermaLink", "true") == "true"]
    return [*pages, *guids], pdfs
