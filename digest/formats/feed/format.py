"""Any feed: RSS 0.9 to 2.0, RDF and Atom as feedparser reads them, and JSON Feed (jsonfeed.org/version/1.1).

What stands in a feed is somebody else's HTML: titles and abstracts are reduced to plain text, and links to http and
https. A feed that is not well formed is read as far as feedparser makes sense of it.
"""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import feedparser

from digest.errors import DumpError
from digest.formats.dates import day
from digest.formats.decode import decode
from digest.formats.feed.repair import entry_lines, repaired
from digest.formats.ids import arxiv_id, arxiv_links, doi, web_url
from digest.formats.markup import plain
from digest.formats.people import split_names
from digest.formats.withdrawal import withdrawn
from digest.formats.xml.document import as_utf_8, declares_entities, root_of
from digest.model import Links, Paper, Reject
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from typing import BinaryIO

    from digest.dump import DumpAbout

__all__ = ["Feed"]

#: what feedparser gives, which comes without types
_Parsed: TypeAlias = Any

# feedparser holds a feed whole, in many times its size.
_MOST_BYTES = 16 * 2**20
_HEAD = 64 * 1024
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/1')
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_ROOTS = {"rss", "feed", "RDF"}
_RSS_IN_RDF = ("purl.org/rss/1.", "my.netscape.com/rdf/", "channel.netscape.com/rdf/")


class Feed:
    """The format of any feed. It takes what the formats for single sites' feeds leave, so it stands after them."""

    name = "feed"
    description = "an RSS, Atom or JSON feed"
    generic = True

    def recognises(self, head: bytes) -> bool:
        """Whether the root element is a feed's, or the JSON says that it is one."""
        root = root_of(head)
        if root is None:
            return _is_json_feed(head)
        kind = root.tag.rpartition("}")[2]
        return kind in _ROOTS - {"RDF"} or (
            kind == "RDF" and any(mark in uri for uri in root.nsmap.values() for mark in _RSS_IN_RDF)
        )

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield the entries. Raise DumpError for what is no feed, and for one of more than 16 MiB."""
        raw = stream.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise DumpError(f"it is larger than {_MOST_BYTES // 2**20} MiB, which is much for a feed")
        return _json_items(raw, about) if _is_json_feed(raw[:_HEAD]) else _entries(raw, about)


# ------------------------------------------------------------------------------------------- RSS, RDF and Atom


def _entries(raw: bytes, about: DumpAbout) -> Iterator[Paper | Reject]:
    raw = as_utf_8(raw)
    parsed = _parse(raw)
    if not parsed.get("version") or (parsed.bozo and not parsed.entries):
        reason = parsed.get("bozo_exception") or "it has no feed's elements"
        raise DumpError(f"it is no feed that can be read: {clean(str(reason))[:200]}")
    rejects: list[Reject] = []
    if parsed.bozo:
        raw, rejects = repaired(raw)
        parsed = _parse(raw)
    atom = parsed.version.startswith("atom")
    lines = entry_lines(raw)
    for number, entry in enumerate(parsed.entries):
        paper = _paper(entry, about, atom=atom)
        if paper.title:
            yield paper
        else:
            line = lines[number] if len(lines) == len(parsed.entries) else None
            yield Reject(line, "it has no title", (paper.abstract or paper.links.abstract or "")[:80])
    yield from rejects


def _parse(raw: bytes) -> _Parsed:
    root = root_of(raw[:_HEAD])
    if root is not None and declares_entities(root):
        raise DumpError("it declares entities of its own, which may hide a bomb; no feed needs any")
    try:
        # Always a stream: bytes could be the name of a file, and text an address.
        return feedparser.parse(io.BytesIO(raw), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # feedparser lets through what its helpers raise on hostile feeds
        raise DumpError(f"it is no feed that can be read: {error}") from error


def _paper(entry: _Parsed, about: DumpAbout, *, atom: bool) -> Paper:
    links = entry.get("links", ())
    pages = [_string(link, "href") for link in links if link.get("rel", "alternate") == "alternate"]
    pdfs = [_string(link, "href") for link in links if link.get("type") == "application/pdf"]
    bodies = [_string(entry, "summary"), *(_string(content, "value") for content in entry.get("content", ()))]
    return _made(
        title=plain(_string(entry, "title")),
        abstract=next(filter(None, map(plain, bodies)), ""),
        authors=_people([plain(_string(author, "name")) for author in entry.get("authors", ())]),
        categories=[plain(_string(tag, "term")) for tag in entry.get("tags", ())],
        published=_published(entry, atom=atom),
        places=[*(_string(entry, key) for key in ("prism_doi", "dc_identifier", "id")), *pages],
        links=Links(abstract=_first_web(pages), pdf=_first_web(pdfs)),
        about=about,
    )


def _published(entry: _Parsed, *, atom: bool) -> date | None:
    """When an entry came. In RSS a date of Dublin Core says so; Atom's ``updated`` does not."""
    keys = ("published", "prism_publicationdate", "created") + (() if atom else ("updated",))
    # ``in``, not ``get``: feedparser warns where it puts one date in the place of another.
    return next((found for key in keys if key in entry.keys() and (found := day(_string(entry, key)))), None)  # noqa: SIM118


# ----------------------------------------------------------------------------------------------- JSON Feed


def _is_json_feed(head: bytes) -> bool:
    try:
        text = decode(head).text
    except DumpError:
        return False
    return text.lstrip("\ufeff \t\r\n").startswith("{") and bool(_JSON_FEED.search(text))


def _json_items(raw: bytes, about: DumpAbout) -> Iterator[Paper | Reject]:
    text = decode(raw).text
    begin = _ITEMS.search(text)
    if begin is None:
        raise DumpError("it is a JSON feed without items")
    read = json.JSONDecoder().raw_decode
    line = text.count("\n", 0, begin.end()) + 1
    counted = at = begin.end()
    while (at := _after(text, at, " \t\r\n,")) < len(text) and text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            item, end = read(text, at)
        except (ValueError, RecursionError):
            yield Reject(line, "the feed ends in it, or it is not JSON", clean(text[at : at + 200])[:80], cut=True)
            return
        paper = _json_paper(item, about) if isinstance(item, dict) else None
        yield paper if paper and paper.title else Reject(line, "it has no title", clean(text[at : at + 200])[:80])
        at = end
    if at >= len(text):
        yield Reject(text.count("\n") + 1, "the feed ends before it is complete", cut=True)


def _after(text: str, at: int, skipped: str) -> int:
    while at < len(text) and text[at] in skipped:
        at += 1
    return at


def _json_paper(item: dict[str, Any], about: DumpAbout) -> Paper:
    # JSON Feed 1.0 had one author.
    people = _objects(item, "authors") or _objects({"authors": [item.get("author")]}, "authors")
    tags = item.get("tags")
    pages = [_string(item, "url"), _string(item, "external_url")]
    pdfs = [_string(a, "url") for a in _objects(item, "attachments") if a.get("mime_type") == "application/pdf"]
    return _made(
        title=plain(_string(item, "title")),
        # Only ``content_html`` is HTML.
        abstract=clean(_string(item, "summary") or _string(item, "content_text"))
        or plain(_string(item, "content_html")),
        authors=_people([plain(_string(person, "name")) for person in people]),
        categories=[plain(tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        published=day(_string(item, "date_published")),
        places=[_string(item, "id"), *pages],
        links=Links(abstract=_first_web(pages), pdf=_first_web(pdfs)),
        about=about,
    )


# ------------------------------------------------------------------------------------------- common to both


def _made(
    *,
    title: str,
    abstract: str,
    authors: tuple[str, ...],
    categories: Iterable[str],
    published: date | None,
    places: list[str],
    links: Links,
    about: DumpAbout,
) -> Paper:
    known = next(filter(None, map(arxiv_id, places)), None)
    return Paper(
        title=title,
        abstract=abstract,
        authors=authors,
        categories=tuple(dict.fromkeys(filter(None, categories))),
        published=published,
        listed=about.as_of,
        version=known[1] if known else None,
        links=arxiv_links(known[0]) if known else links,
        arxiv_id=known[0] if known else None,
        doi=next(filter(None, map(doi, places)), None),
        withdrawn=withdrawn(abstract),
    )


def _string(of: Mapping[str, Any], key: str) -> str:
    """A value that is a string; else empty."""
    value = of.get(key)
    return value if isinstance(value, str) else ""


def _objects(of: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects of a list; else none."""
    value = of.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _first_web(urls: Iterable[str]) -> str | None:
    return next(filter(None, map(web_url, urls)), None)


_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s-]*){1,4}")


def _people(found: list[str]) -> tuple[str, ...]:
    """The authors, where one element names several too: "Ada Moor, B. Reed", "Moor, A., Reed, B.", but "Moor, Ada"."""
    people: list[str] = []
    for text in filter(None, found):
        several = split_names(text)
        pairs = list(zip(several[::2], several[1::2], strict=False))
        if 2 * len(pairs) == len(several) and all(_INITIALS.fullmatch(first) and first.isupper() for _, first in pairs):
            people += (f"{first} {last}" for last, first in pairs)
        elif all(" " in name for name in several):
            people += several
        else:
            # "Moor, Ada" is turned; "Research and Development Team" is one.
            last, _, first = text.partition(",")
            people.append(text if "," in first else f"{first.strip()} {last.strip()}".strip())
    return tuple(people)
