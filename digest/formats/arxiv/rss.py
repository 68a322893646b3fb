"""A day of arXiv's announcements in RSS 2.0 or Atom (info.arxiv.org/help/rss_specifications.html).

    <item>                                            <entry> in Atom
      <title>…</title>
      <link>https://arxiv.org/abs/2511.01234</link>
      <description>arXiv:2511.01234v1 Announce Type: new
        Abstract: …</description>                     <summary>
      <guid>oai:arXiv.org:2511.01234v1</guid>         <id>
      <category>cs.CL</category>                      <category term="cs.CL"/>
      <arxiv:announce_type>new</arxiv:announce_type>  or cross, replace, replace-cross
      <dc:creator>Ada Moor (Fen College, Ely), B. Reed</dc:creator>

The date of an item is that of its announcement, which is not the day of the first version. On days without
announcements there are no items.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.formats.dates import day
from digest.formats.ids import arxiv_id, arxiv_links, doi
from digest.formats.people import split_names
from digest.formats.withdrawal import withdrawn
from digest.formats.xml.document import ATOM, root_of, text_at
from digest.formats.xml.records import records
from digest.model import Paper, Reject
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import BinaryIO

    from digest.dump import DumpAbout
    from digest.formats.xml.document import Element

__all__ = ["ArxivRss"]

_ARXIV = "{http://arxiv.org/schemas/atom}"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_PREFIX = re.compile(r"\A(arXiv:\S+)?\s*Announce Type:\s*([\w-]+)\s*(?:Abstract:\s*)?", re.IGNORECASE)


class ArxivRss:
    """The format of a feed of rss.arxiv.org."""

    name = "arxiv-rss"
    description = "a feed of rss.arxiv.org (RSS or Atom)"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether a feed has rss.arxiv.org's address, or an entry that announces something."""
        root = root_of(head)
        if root is None or root.tag not in {"rss", f"{ATOM}feed"}:
            return False
        address = text_at(root, f"{ATOM}id", "channel/link")
        own = root.find("channel/{*}link[@rel='self']")
        return (
            "rss.arxiv.org" in address
            or (own is not None and "rss.arxiv.org" in own.get("href", ""))
            or root.find(f".//{_ARXIV}announce_type") is not None
        )

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield what is announced, listed on the feed's day. Raise DumpError for what is no RSS 2.0 or Atom."""
        listed: date | None = None
        for record in records(stream, ("rss", "channel", "item"), (f"{ATOM}feed", f"{ATOM}entry")):
            if isinstance(record, Reject):
                yield record
                continue
            item = record.element
            listed = listed or _day_of(item.getparent()) or about.as_of
            paper = _paper(item, listed)
            yield (
                Reject(record.line, paper, text_at(item, "title", f"{ATOM}title")[:80])
                if isinstance(paper, str)
                else paper
            )


def _day_of(feed: Element) -> date | None:
    """The day of the announcement, which stands before the first item."""
    return day(text_at(feed, "pubDate", "lastBuildDate", f"{ATOM}updated"))


def _paper(item: Element, listed: date | None) -> Paper | str:
    """The paper of an item, or why it is none."""
    text = text_at(item, "description", f"{ATOM}summary")
    prefix = _PREFIX.match(text)
    # The identifier and the text name the version; the link does not.
    places = (text_at(item, "guid", f"{ATOM}id"), prefix[1] if prefix else None, text_at(item, "link"))
    known = next((found for place in places if place and (found := arxiv_id(place))), None)
    if known is None:
        return "it has no id of arXiv's"
    title = text_at(item, "title", f"{ATOM}title")
    if not title:
        return "it has no title"
    identifier, version = known
    abstract = text[prefix.end() :] if prefix else text
    return Paper(
        title=title,
        abstract=abstract,
        authors=tuple(name for creator in item.iterfind(_CREATOR) for name in split_names(creator.text or "")),
        categories=_categories(item),
        listed=listed,
        version=version,
        links=arxiv_links(identifier),
        arxiv_id=identifier,
        doi=doi(text_at(item, f"{_ARXIV}DOI", f"{_ARXIV}doi")),
        withdrawn=withdrawn(abstract, "", title),
        replacement=(text_at(item, f"{_ARXIV}announce_type") or (prefix[2] if prefix else "")).startswith("replace"),
    )


def _categories(item: Element) -> tuple[str, ...]:
    terms = [category.text or "" for category in item.iterfind("category")]
    terms += [category.get("term") or "" for category in item.iterfind(f"{ATOM}category")]
    return tuple(dict.fromkeys(term for text in terms if (term := clean(text))))
