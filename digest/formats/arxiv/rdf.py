"""A day of arXiv's announcements as its feeds were before 2024: RSS 1.0 in RDF, as archives still have them.

<item rdf:about="http://arxiv.org/abs/2311.08405">
  <title>Snails Open Late. (arXiv:2311.08405v3 [cs.CL] UPDATED)</title>      or CROSS LISTED, or neither
  <link>http://arxiv.org/abs/2311.08405</link>
  <description>&lt;p&gt;Snails open late.&lt;/p&gt;</description>
  <dc:creator>&lt;a href="…"&gt;Cy Sedge&lt;/a&gt;, …</dc:creator>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.formats.dates import day
from digest.formats.ids import arxiv_id, arxiv_links
from digest.formats.markup import plain
from digest.formats.people import split_names
from digest.formats.withdrawal import withdrawn
from digest.formats.xml.document import root_of, text_at
from digest.formats.xml.records import records
from digest.model import Paper, Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import BinaryIO

    from digest.dump import DumpAbout
    from digest.formats.xml.document import Element

__all__ = ["ArxivRdf"]

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
_RSS = "{http://purl.org/rss/1.0/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
# "Snails Open Late. (arXiv:2311.08405v3 [cs.CL] UPDATED)"
_END = re.compile(r"\.?\s*\((arXiv:[^\s()]{5,40})\s*(?:\[([\w.-]{2,20})\])?\s*([A-Z ]{0,40})\)\s*\Z")


class ArxivRdf:
    """The format of arXiv's feeds of before 2024."""

    name = "arxiv-rdf"
    description = "a feed of arXiv of before 2024 (RDF)"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether it is RDF whose channel is arXiv's."""
        root = root_of(head)
        if root is None or root.tag != _RDF:
            return False
        address = text_at(root, f"{_RSS}channel/{_RSS}link")
        return re.fullmatch(r"https?://(?:export\.|www\.)?arxiv\.org/.*", address) is not None

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield what is announced, listed on the feed's day. Raise DumpError for what is no RDF."""
        listed: date | None = None
        for record in records(stream, (_RDF, f"{_RSS}item"), (_RDF, f"{_RSS}channel")):
            if isinstance(record, Reject):
                yield record
            elif record.element.tag == f"{_RSS}channel":
                listed = day(text_at(record.element, f"{_DC}date"))
            else:
                paper = _paper(record.element, listed or about.as_of)
                title = text_at(record.element, f"{_RSS}title")
                yield Reject(record.line, paper, title[:80]) if isinstance(paper, str) else paper


def _paper(item: Element, listed: date | None) -> Paper | str:
    """The paper of an item, or why it is none."""
    title = plain(text_at(item, f"{_RSS}title"))
    said = _END.search(title)
    known = (arxiv_id(said[1]) if said else None) or arxiv_id(text_at(item, f"{_RSS}link"))
    if known is None:
        return "it has no id of arXiv's"
    title = title[: said.start()] if said else title
    if not title:
        return "it has no title"
    abstract = plain(item.findtext(f"{_RSS}description") or "")
    names = (name for one in item.iterfind(f"{_DC}creator") for name in split_names(plain(one.text or "")))
    return Paper(
        title=title,
        abstract=abstract,
        authors=tuple(names),
        categories=(said[2],) if said and said[2] else (),
        listed=listed,
        version=known[1],
        links=arxiv_links(known[0]),
        arxiv_id=known[0],
        withdrawn=withdrawn(abstract, "", title),
        replacement=bool(said and "UPDATED" in said[3]),
    )
