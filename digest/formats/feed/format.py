"""Any feed: RSS 0.9 to 2.0, RDF and Atom (RFC 4287), and JSON Feed (jsonfeed.org/version/1.1).

What a feed holds is somebody else's HTML: titles and abstracts are reduced to plain text, and links to http and https.
XML is read by ``digest.formats.xml``, as all listings are. feedparser 6.0 (BSD), the library for this, raises
AttributeError for an ``<authors>`` element, takes quadratic time for a long ``dc:creator`` while it holds the
interpreter's lock (6 s for 40,000 characters), takes tags out of Atom's plain texts, and makes "A&B;" of "A&B".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.formats.feed import json_feed
from digest.formats.feed.entry import paper_of
from digest.formats.feed.repair import repaired
from digest.formats.xml.document import root_of
from digest.formats.xml.records import records
from digest.model import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from digest.dump import DumpAbout
    from digest.formats.xml.document import Element
    from digest.model import Paper

__all__ = ["Feed"]

_HEAD = 64 * 1024
_RSS_IN_RDF = re.compile(r"purl\.org/rss/1\.|my\.netscape\.com/rdf/|channel\.netscape\.com/rdf/")


class Feed:
    """The format of any feed. It takes what the formats for single sites' feeds leave, so it is asked after them."""

    name = "feed"
    description = "an RSS, Atom or JSON feed"
    generic = True

    def recognises(self, head: bytes) -> bool:
        """Whether the root element is a feed's, or the JSON says that it is one."""
        root = root_of(head)
        return json_feed.is_json_feed(head) if root is None else bool(_paths(root))

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield the entries. Raise DumpError for what is no feed, and for a JSON feed of more than 16 MiB."""
        head = stream.read(_HEAD)
        stream.seek(0)
        if json_feed.is_json_feed(head):
            yield from json_feed.read(stream, about)
            return
        root = root_of(head)
        paths = [] if root is None else _paths(root)
        # For what is none, the reader of XML says what it is in the place of a feed.
        for record in records(stream, *(paths or [("rss",), ("feed",), ("RDF",)]), rescue=repaired):
            if isinstance(record, Reject):
                yield record
                continue
            paper = paper_of(record.element, about)
            if paper.title:
                yield paper
            else:
                yield Reject(record.line, "it has no title", (paper.abstract or paper.links.abstract or "")[:80])


def _paths(root: Element) -> list[tuple[str, ...]]:
    """Where the entries of a feed are; empty for what is none."""
    namespace, _, kind = root.tag.rpartition("}")
    own = f"{namespace}}}" if namespace else ""
    default = f"{{{root.nsmap[None]}}}" if root.nsmap.get(None) else ""
    if kind == "feed":
        return [(root.tag, f"{own}entry")]
    if kind == "rss":
        spaces = dict.fromkeys((own, default, ""))
    elif kind == "RDF":
        spaces = dict.fromkeys(f"{{{uri}}}" for uri in root.nsmap.values() if _RSS_IN_RDF.search(uri))
    else:
        return []
    return [
        path for space in spaces for path in ((root.tag, f"{space}channel", f"{space}item"), (root.tag, f"{space}item"))
    ]
