"""PubMed's format, ``.nbib``: what "Save" and "Cite" give on pubmed.ncbi.nlm.nih.gov (MEDLINE display).

    PMID- 31234567
    TI  - A study of snails in spring: a randomised
          trial of two hedges.
    FAU - Moor, Ada
    AU  - Moor A
    DP  - 2026 May 1
    AID - 10.1000/182 [doi]

A tag is filled up to four letters; a line that begins with six spaces goes on. Records are parted by an empty line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.formats.dates import whole_day
from digest.formats.excerpt import excerpt
from digest.formats.markup import plain
from digest.formats.people import in_order, turned
from digest.formats.references import begins_with, reference, some_records, whole_text
from digest.model import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import BinaryIO

    from digest.dump import DumpAbout
    from digest.model import Paper

__all__ = ["Nbib"]

_BEGIN = re.compile(r"^PMID-\s\s?\d{1,9}[ \t]*$", re.MULTILINE)
_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)")
_DOI = re.compile(r"(10\.\S+)\s*\[doi\]", re.IGNORECASE)
_NO_BEGINNING = "it belongs to no record: the line PMID- is missing"
_CUT = "the file breaks off in this record"
#: a record that is whole has one of these at its end
_LAST = ("SO", "PST", "AID", "PHST")


class Nbib:
    """The format of PubMed's files."""

    name = "nbib"
    description = "a file of PubMed (.nbib)"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether a record begins a line, with little before it."""
        return begins_with(head, _BEGIN)

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield each record as a paper, or as a reject with its line.

        Raise DumpError for what has no record at all, and for a file of more than 64 MiB.
        """
        records = _records(whole_text(stream), about.as_of)
        yield from some_records(records, "it has no record that begins with PMID-")


class _Record:
    """A record that is being read: the values of each tag, each as its lines."""

    def __init__(self, line: int) -> None:
        self.line = line
        self._fields: dict[str, list[list[str]]] = {}
        self._last: list[str] = []

    def add(self, tag: str, value: str) -> None:
        """Take a line in; one without a tag goes on with the last."""
        if tag:
            self._last = [value]
            self._fields.setdefault(tag, []).append(self._last)
        else:
            self._last.append(value)

    def all(self, *tags: str) -> list[str]:
        """The values of some tags, in their order."""
        return [" ".join(lines).strip() for tag in tags for lines in self._fields.get(tag, ())]

    def text(self, *tags: str) -> str:
        """The first value that is not empty."""
        return next(filter(None, self.all(*tags)), "")


def _records(text: str, listed: date | None) -> Iterator[Paper | Reject]:
    record: _Record | None = None
    lost = False  # one reject for all the lines that belong to no record
    styled = False  # whether the records of this file end as PubMed's own do
    for number, line in enumerate(text.split("\n"), 1):
        found = _TAG.fullmatch(line.rstrip())
        tag, value = (found[1], found[2].strip()) if found else ("", line.strip())
        if tag == "PMID":
            if record:
                yield _paper(record, listed)
                styled = styled or bool(record.text(*_LAST))
            record, lost = _Record(number), False
            record.add(tag, value)
        elif record and (tag or value):
            record.add(tag, value)
        elif tag and not lost:
            lost = True
            yield Reject(number, _NO_BEGINNING, excerpt(line))
    if record:
        cut = not text.endswith("\n") and (not record.text("TI", "BTI") or (styled and not record.text(*_LAST)))
        yield Reject(record.line, _CUT, excerpt(record.text("TI", "PMID")), cut=True) if cut else _paper(record, listed)


def _paper(record: _Record, listed: date | None) -> Paper | Reject:
    title = plain(record.text("TI", "BTI", "TT"))
    if not title:
        return Reject(record.line, "it has no title", excerpt(f"PMID {record.text('PMID')}"))
    if title.startswith("[") and title.rstrip(".").endswith("]"):  # a title that was translated
        title = title.rstrip(".")[1:-1]
    return reference(
        title=title.removesuffix(".") if not title.endswith("..") else title,
        abstract=plain(record.text("AB")),
        authors=(*map(in_order, record.all("FAU")), *record.all("CN"))
        if record.all("FAU")
        else (*turned(tuple(record.all("AU"))), *record.all("CN")),
        published=next(filter(None, map(whole_day, record.all("DEP", "DP", "EDAT"))), None),
        listed=listed,
        ids=[found[1] for text in record.all("AID", "LID") if (found := _DOI.search(text))],
        mentions=(),
        remark="Retracted by the authors" if "Retracted Publication" in record.all("PT") else "",
        addresses=[f"https://pubmed.ncbi.nlm.nih.gov/{record.text('PMID')}/"],
    )
