"""JSON Feed (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from digest.errors import DumpError
from digest.formats.dates import day
from digest.formats.decode import decode
from digest.formats.excerpt import excerpt
from digest.formats.feed.description import describe
from digest.formats.feed.entry import first_web, made
from digest.formats.markup import plain
from digest.formats.people import people
from digest.model import Links, Reject

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

    from digest.dump import DumpAbout
    from digest.model import Paper

__all__ = ["is_json_feed", "read"]

# It is held whole, in many times its size.
_MOST_BYTES = 16 * 2**20
_VERSION = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/1')
_ITEMS = re.compile(r'"items"\s*:\s*\[')


def is_json_feed(head: bytes) -> bool:
    """Whether a dump that begins so says that it is a JSON feed."""
    try:
        text = decode(head).text
    except DumpError:
        return False
    return text.lstrip("\ufeff \t\r\n").startswith("{") and bool(_VERSION.search(text))


def read(stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
    """Yield the items. Raise DumpError for a feed without any list of them, and for one of more than 16 MiB."""
    raw = stream.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise DumpError(f"it is larger than {_MOST_BYTES // 2**20} MiB, which is much for a feed")
    text = decode(raw).text
    begin = _ITEMS.search(text)
    if begin is None:
        raise DumpError("it is a JSON feed without items")
    read_value = json.JSONDecoder().raw_decode
    line = text.count("\n", 0, begin.end()) + 1
    counted = at = begin.end()
    while (at := _after(text, at, " \t\r\n,")) < len(text) and text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            item, end = read_value(text, at)
        except (ValueError, RecursionError):
            yield Reject(line, "the feed ends in it, or it is not JSON", excerpt(text[at : at + 300]), cut=True)
            return
        paper = _paper(item, about) if isinstance(item, dict) else None
        yield paper if paper and paper.title else Reject(line, "it has no title", excerpt(text[at : at + 300]))
        at = end
    if at >= len(text):
        yield Reject(text.count("\n") + 1, "the feed ends before it is complete", cut=True)


def _after(text: str, at: int, skipped: str) -> int:
    while at < len(text) and text[at] in skipped:
        at += 1
    return at


def _paper(item: dict[str, Any], about: DumpAbout) -> Paper:
    # JSON Feed 1.0 had one author.
    authors = _objects(item, "authors") or _objects({"authors": [item.get("author")]}, "authors")
    tags = item.get("tags")
    pages = [_string(item, "url"), _string(item, "external_url")]
    pdfs = [_string(a, "url") for a in _objects(item, "attachments") if a.get("mime_type") == "application/pdf"]
    named = [name for person in authors for name in people(plain(_string(person, "name")))]
    said = describe([_string(item, key) for key in ("summary", "content_text", "content_html")])
    return made(
        title=plain(_string(item, "title")),
        said=said,
        authors=named or said.authors,
        categories=[plain(tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        published=day(_string(item, "date_published")) or said.published,
        places=[_string(item, "id"), *pages],
        entry=(_string(item, "id"), next(filter(None, pages), "")),
        links=Links(abstract=first_web(pages), pdf=first_web(pdfs)),
        about=about,
    )


def _string(of: Mapping[str, Any], key: str) -> str:
    """A value that is a string; else empty."""
    value = of.get(key)
    return value if isinstance(value, str) else ""


def _objects(of: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects of a list; else none."""
    value = of.get(key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
