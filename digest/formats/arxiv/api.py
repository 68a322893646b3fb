"""The arXiv API's answers: Atom with arXiv's and OpenSearch's elements (info.arxiv.org/help/api/user-manual.html).

    <entry>
      <id>http://arxiv.org/abs/2511.01234v2</id>      with the version
      <published>…</published>                         when the first version came
      <updated>…</updated>                             when this one did
      <arxiv:comment>…</arxiv:comment> <arxiv:doi>…</arxiv:doi> <arxiv:primary_category term="…"/>

An error is a feed of one entry with the title "Error"; nothing found is a feed without entries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.errors import DumpError
from digest.formats.dates import day
from digest.formats.ids import arxiv_id, arxiv_links, doi
from digest.formats.withdrawal import withdrawn
from digest.formats.xml.document import ATOM, root_of, text_at
from digest.formats.xml.records import records
from digest.model import Paper, Reject
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from digest.dump import DumpAbout
    from digest.formats.xml.document import Element

__all__ = ["ArxivAtom"]

_ARXIV = "{http://arxiv.org/schemas/atom}"
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_FEED, _ENTRY = f"{ATOM}feed", f"{ATOM}entry"


class ArxivAtom:
    """The format of an answer of the arXiv API."""

    name = "arxiv-atom"
    description = "an answer of the arXiv API (Atom)"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether a feed begins as the API's do: with its address, or with OpenSearch's numbers and arXiv's words."""
        root = root_of(head)
        if root is None or root.tag != _FEED:
            return False
        own = text_at(root, f"{ATOM}id")
        searched = root.find(f"{_OPENSEARCH}totalResults") is not None
        return "arxiv.org/api/" in own or (searched and "arxiv" in (own + text_at(root, f"{ATOM}title")).lower())

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield the entries. Raise DumpError for what is no Atom, and with arXiv's words for an error of the API."""
        entries = 0
        for record in records(stream, (_FEED, _ENTRY), (_FEED,)):
            if isinstance(record, Reject):
                yield record
            elif record.element.tag == _ENTRY:
                entries += 1
                paper = _paper(record.element, about)
                title = text_at(record.element, f"{ATOM}title")
                yield Reject(record.line, paper, title[:80]) if isinstance(paper, str) else paper
            elif entries == 0:
                _judge_empty(record.element)


def _judge_empty(feed: Element) -> None:
    """Raise DumpError for a page without entries of a list that has some: under load the API sends such pages."""
    total, start, page = (
        int(text) if (text := text_at(feed, _OPENSEARCH + name)).isdecimal() and len(text) < 10 else 0
        for name in ("totalResults", "startIndex", "itemsPerPage")
    )
    if total > start and page:
        raise DumpError(f"arXiv has {total} results, but sent none of them")


def _paper(entry: Element, about: DumpAbout) -> Paper | str:
    """The paper of an entry, or why it is none."""
    address = text_at(entry, f"{ATOM}id")
    title = text_at(entry, f"{ATOM}title")
    abstract = text_at(entry, f"{ATOM}summary")
    if "/api/errors" in address:
        raise DumpError(f"arXiv answered with an error: {abstract or title}")
    known = arxiv_id(address)
    if known is None:
        return "its id is none of arXiv's"
    if not title:
        return "it has no title"
    identifier, version = known
    return Paper(
        title=title,
        abstract=abstract,
        authors=tuple(
            name
            for author in entry.iterfind(f"{ATOM}author")
            # A ":" comes between a collaboration and its members.
            if any(map(str.isalpha, name := text_at(author, f"{ATOM}name")))
        ),
        categories=_categories(entry),
        published=day(text_at(entry, f"{ATOM}published")),
        listed=about.as_of,
        version=version,
        links=arxiv_links(identifier),
        arxiv_id=identifier,
        doi=doi(text_at(entry, f"{_ARXIV}doi")),
        withdrawn=withdrawn(abstract, text_at(entry, f"{_ARXIV}comment"), title),
    )


def _categories(entry: Element) -> tuple[str, ...]:
    """The categories, the primary one first."""
    found = [*entry.iterfind(f"{_ARXIV}primary_category"), *entry.iterfind(f"{ATOM}category")]
    return tuple(dict.fromkeys(term for category in found if (term := clean(category.get("term") or ""))))
