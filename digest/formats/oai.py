"""OAI-PMH 2.0 (openarchives.org/OAI/openarchivesprotocol.html): the answers to ListRecords and GetRecord.

A record has a header and, where it is not deleted, one kind of metadata. Three are read: ``arXiv`` and ``arXivRaw``
(info.arxiv.org/help/oa/), and ``oai_dc``, which every repository has. A list that is not complete ends with a
resumption token, by which the source asks for the rest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digest.errors import DumpError
from digest.formats.dates import day
from digest.formats.ids import arxiv_id, arxiv_links, doi, web_url
from digest.formats.people import split_names
from digest.formats.sites import site_ids
from digest.formats.withdrawal import withdrawn
from digest.formats.xml.document import root_of, text_at
from digest.formats.xml.records import records
from digest.model import Links, Paper, Reject
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from digest.dump import DumpAbout
    from digest.formats.xml.document import Element

__all__ = ["OaiPmh"]

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_ARXIV = "{http://arxiv.org/OAI/arXiv/}"
_RAW = "{http://arxiv.org/OAI/arXivRaw/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ROOT = f"{_OAI}OAI-PMH"
_VERBS = (f"{_OAI}ListRecords", f"{_OAI}GetRecord")
_ERROR = (_ROOT, f"{_OAI}error")
_RECORDS = tuple((_ROOT, verb, f"{_OAI}record") for verb in _VERBS)
#: the repository's way to say that nothing is new
_NOTHING = "noRecordsMatch"


class OaiPmh:
    """The format of an OAI-PMH list of records.

    A deleted record has an identifier and no title, so it can be no paper: it is a reject, which its receipt shows.
    (arXiv deletes nothing. A paper that is withdrawn there gets a new version which says so.)
    """

    name = "oai-pmh"
    description = "an OAI-PMH answer (arXiv, arXivRaw or oai_dc)"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether the root element is OAI-PMH's."""
        root = root_of(head)
        return root is not None and root.tag == _ROOT

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield the records; nothing for "noRecordsMatch". Raise DumpError for other errors and for other verbs."""
        for record in records(stream, (_ROOT,), _ERROR, *_RECORDS):
            if isinstance(record, Reject):
                yield record
            elif record.element.tag == _ERROR[-1]:
                code = record.element.get("code", "")
                if code != _NOTHING:
                    raise DumpError(_error(code, record.element.text or ""))
                return
            elif record.element.tag == _ROOT:
                _judge(record.element)
            else:
                paper = _paper(record.element, about)
                yield Reject(record.line, *paper) if isinstance(paper, tuple) else paper


def _error(code: str, text: str) -> str:
    return ": ".join(part for part in ("the repository answered with an error", clean(code), clean(text)) if part)


def _judge(root: Element) -> None:
    """Raise DumpError for an answer to another question."""
    if not any(child.tag in _VERBS for child in root):
        verbs = [child.tag.rpartition("}")[2] for child in root if child.tag[-4:] not in {"Date", "uest"}]
        raise DumpError(f"it is an OAI-PMH answer to {verbs[0] if verbs else 'nothing'}; expected one to ListRecords")


# ------------------------------------------------------------------------------------------------ its papers


def _paper(record: Element, about: DumpAbout) -> Paper | tuple[str, str]:
    """The paper of a record, or why it is none and what it is called."""
    identifier = text_at(record, f"{_OAI}header/{_OAI}identifier")
    header = record.find(f"{_OAI}header")
    if header is not None and header.get("status") == "deleted":
        return "it was deleted by the repository", identifier[:80]
    metadata = next(iter(record.iterfind(f"{_OAI}metadata/*")), None)
    if metadata is None:
        return "it has no metadata", identifier[:80]
    read = _KINDS.get(metadata.tag)
    if read is None:
        return f"its metadata is <{metadata.tag.rpartition('}')[2]}>; expected arXiv, arXivRaw or oai_dc", identifier[
            :80
        ]
    paper = read(metadata, identifier, about)
    return paper if paper.title else ("it has no title", identifier[:80])


def _of_arxiv(metadata: Element, identifier: str, about: DumpAbout) -> Paper:
    """``arXiv``: names in their parts, the day of the first version as ``created``."""
    people = (
        " ".join(filter(None, (text_at(author, f"{_ARXIV}{part}") for part in ("forenames", "keyname", "suffix"))))
        for author in metadata.iterfind(f"{_ARXIV}authors/{_ARXIV}author")
    )
    return replace(
        _arxiv_paper(metadata, _ARXIV, identifier),
        authors=tuple(filter(None, people)),
        published=day(text_at(metadata, f"{_ARXIV}created")),
        listed=about.as_of,
    )


def _of_arxiv_raw(metadata: Element, identifier: str, about: DumpAbout) -> Paper:
    """``arXivRaw``: authors in one string, every version with its date."""
    versions: dict[int, str] = {}
    for version in metadata.iterfind(f"{_RAW}version"):
        number = version.get("version", "").removeprefix("v")
        if number.isascii() and number.isdecimal() and 0 < len(number) < 5:
            versions[int(number)] = text_at(version, f"{_RAW}date")
    return replace(
        _arxiv_paper(metadata, _RAW, identifier),
        authors=split_names(text_at(metadata, f"{_RAW}authors")),
        published=day(versions.get(1, "")),
        listed=about.as_of,
        version=max(versions, default=None) or None,
    )


def _arxiv_paper(metadata: Element, namespace: str, identifier: str) -> Paper:
    """What both of arXiv's kinds write alike."""
    known = arxiv_id(text_at(metadata, f"{namespace}id")) or arxiv_id(identifier)
    title = text_at(metadata, f"{namespace}title")
    abstract = text_at(metadata, f"{namespace}abstract")
    return Paper(
        title=title,
        abstract=abstract,
        categories=tuple(dict.fromkeys(text_at(metadata, f"{namespace}categories").split())),
        links=arxiv_links(known[0]) if known else Links(),
        arxiv_id=known[0] if known else None,
        doi=doi(text_at(metadata, f"{namespace}doi")),
        withdrawn=withdrawn(abstract, text_at(metadata, f"{namespace}comments"), title),
    )


def _of_dublin_core(metadata: Element, identifier: str, about: DumpAbout) -> Paper:
    """``oai_dc``: the first description is the abstract, remarks follow; the earliest date is the first version's."""

    def texts(name: str) -> list[str]:
        return [text for element in metadata.iterfind(f"{_DC}{name}") if (text := clean(element.text or ""))]

    descriptions = texts("description")
    remarks = [text.partition(":")[2] for text in descriptions if text.startswith("Comment:")]
    abstract = next((text for text in descriptions if not text.startswith("Comment:")), "")
    title = next(iter(texts("title")), "")
    places = texts("identifier")
    known = next(filter(None, map(arxiv_id, (identifier, *places))), None)
    address = next(filter(None, map(web_url, places)), None)
    return Paper(
        title=title,
        abstract=abstract,
        authors=tuple(_in_order(creator) for creator in texts("creator")),
        published=min(filter(None, map(day, texts("date"))), default=None),
        listed=about.as_of,
        links=arxiv_links(known[0]) if known else Links(abstract=address),
        arxiv_id=known[0] if known else None,
        doi=next(filter(None, map(doi, places)), None),
        withdrawn=withdrawn(abstract, next(iter(remarks), ""), title),
        ids=site_ids(places),
    )


def _in_order(creator: str) -> str:
    """ "Moor, Ada, Jr." as "Ada Moor Jr."."""
    last, *others = (part.strip() for part in creator.split(","))
    return " ".join(filter(None, (*others[:1], last, *others[1:])))


_KINDS: dict[str, Callable[[Element, str, DumpAbout], Paper]] = {
    f"{_ARXIV}arXiv": _of_arxiv,
    f"{_RAW}arXivRaw": _of_arxiv_raw,
    "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc": _of_dublin_core,
}
