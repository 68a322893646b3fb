r"""RIS: what reference managers and the sites of publishers export.

    TY  - JOUR
    TI  - Tidal Clocks
    AU  - Moor, Ada
    AB  - Snails open early.
    DO  - 10.1000/182
    ER  -

The lines are read here. rispy 0.10 (MIT), the library for this, tells no line numbers, drops a last record without its
end and what stands between records in silence, and makes one record of two where an end is missing; what is left
of it is a table of tags.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.formats.dates import whole_day
from digest.formats.excerpt import excerpt
from digest.formats.markup import plain
from digest.formats.people import people, turned
from digest.formats.references import begins_with, reference, some_records, whole_text
from digest.model import Paper, Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import BinaryIO

    from digest.dump import DumpAbout

__all__ = ["Ris"]

# Two spaces stand before the hyphen, and one after it; some leave out one of them, or the last at the end of a line.
_TAG = re.compile(r"\s?([A-Z][A-Z0-9])(\s{1,2})-(?:\s(.*)|\Z)")
# The tags of both specifications, that of 2001 and that of 2011.
_KNOWN = re.compile(
    "A[1-4BDNUV]|BT|C[1-8ANPTY]|D[ABOP]|E[DPRT]|I[DS]|J[12AFO]|KW|L[1-4ABK]|M[1-3]|N[12V]|OP|P[BPY]|R[INP]|S[ENPTV]"
    "|T[1-3AITY]|U[1-5R]|V[LO]|Y[12]"
)
_LOST_LINE_END = re.compile(rf"(?:{_KNOWN.pattern})  - ")
# "JOUR", and in some exports "Journal Article".
_TYPE = re.compile("[A-Z][A-Za-z]{2,15}(?:[ -][A-Za-z]{2,15}){0,3}")
_BEGIN = re.compile(rf"^\s?TY\s{{1,2}}-\s+{_TYPE.pattern}\s*$", re.MULTILINE)
_SENTENCE_END = re.compile(r"""[.!?]['")\]’”]*\Z|\A\Z""")
# What exports write before each record: its number, and where it is from.
_REMARK = re.compile(
    r"\d+[.:)]?|record\s*#?\s*\d+(?:\s+of\s+\d+)?|<?\d+>?\.?"
    r"|(?:provider|content|database|source|exported?|generated|downloaded|created|date)\b[^\n]{0,200}",
    re.IGNORECASE,
)
# One line may have several.
_ADDRESS = re.compile(r"[^\s;]+(?:;(?!\s|https?:)[^\s;]*)*")
_NO_BEGINNING = "it stands in no record: the line TY  - is missing"
_STRAY = "it stands in no record"
_TITLES = ("TI", "T1", "CT", "BT")
_ABSTRACTS = ("AB", "N2")
_PROSE = (*_ABSTRACTS, "N1")
_NUMBERS = ("DO", "M3", "ID", "AN", "C7", "U1")
_MENTIONS = ("JO", "JF", "JA", "J2", "T2", "PB", "VL", "IS", "SP", "N1", "M1", "AN", "ID")


class _Record:
    """A record that is being read."""

    def __init__(self, line: int, begin: str, *, full: bool, lost: bool = False) -> None:
        self.line = line
        self.begin = begin
        #: whether its first tag has both spaces before the hyphen
        self._full = full
        #: whether its beginning is missing, as somebody was told
        self.lost = lost
        #: the values of each tag, and the lines of each value; joined once, for a value may have a million lines
        self._fields: dict[str, list[list[str]]] = {}
        self._last_tag = ""
        self._last: list[str] = []

    def is_tag(self, tag: str, *, full: bool) -> bool:
        """Whether what looks like a tag is one, or words of a text that goes on: "AI - based", "CT - scans", "GP  - x".

        One of the specifications is a tag where it is spelt as the record spells its first. Others may be tags that
        people define themselves. A name, a day or a link doesn't go on in a second line, and must not take one in, so
        there they are tags. A title or an abstract may go on: there they are, if spelt in full, and in an abstract only
        behind the end of a sentence. That may leave a line too many in it; to take text for a tag would lose text.
        """
        known = _KNOWN.fullmatch(tag) is not None
        if known and (full or not self._full):
            return True
        if self._last_tag in _PROSE:
            return (known or full) and _SENTENCE_END.search(self._last[-1]) is not None
        return known or full or self._last_tag not in _TITLES

    def add(self, tag: str, value: str) -> None:
        """Take a line in; one without a tag belongs to the one before it."""
        if tag:
            self._last_tag, self._last = tag, [value]
            self._fields.setdefault(tag, []).append(self._last)
        elif value and self._last:
            self._last.append(value)

    def text(self, *tags: str) -> str:
        return next(filter(None, self.all(*tags)), "")

    def all(self, *tags: str) -> list[str]:
        return [" ".join(lines).strip() for tag in tags for lines in self._fields.get(tag, ())]


class Ris:
    """The format of RIS files. A dump that ends within a record gives a reject with ``cut`` for it."""

    name = "ris"
    description = "a RIS file"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether a record begins at the beginning of a line, with little before it."""
        return begins_with(head, _BEGIN)

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield each record as a paper, or as a reject with its line.

        Raise DumpError for what has no record at all, and for a file of more than 64 MiB.
        """
        records = _records(whole_text(stream), about.as_of)
        yield from some_records(records, "it has no record that begins with TY  -")


def _records(text: str, listed: date | None) -> Iterator[Paper | Reject]:
    record: _Record | None = None
    begins = ends = 0
    stray = False  # one reject for all the lines between two records
    for number, line in enumerate(text.split("\n"), 1):
        tag, value, full = _parted(line)
        # What surely begins or ends a record is asked no more, so that no two of them become one.
        if tag and record and not _is_bound(tag, value) and not record.is_tag(tag, full=full):
            tag, value = "", line.strip()
        begins += tag == "TY"
        ends += tag == "ER"
        if tag in {"TY", "ER"}:
            if record:
                yield from _read(record, listed)
            record = _Record(number, line, full=full) if tag == "TY" else None
            stray = False
        elif record:
            record.add(tag, value)
        elif tag:
            # One reject for all the lines of a record that has lost its beginning.
            yield Reject(number, _NO_BEGINNING, excerpt(line))
            record = _Record(number, line, full=full, lost=True)
        elif value and begins + ends and not stray and not _REMARK.fullmatch(value):
            # What stands before the first record says who wrote the file, and when.
            yield Reject(number, _STRAY, excerpt(line))
            stray = True
    if record and (ends or begins < 2):
        yield Reject(record.line, "the file breaks off in this record", excerpt(record.begin), cut=True)
    elif record:  # a file that ends no record
        yield from _read(record, listed)


def _parted(line: str) -> tuple[str, str, bool]:
    """The tag of a line or nothing, what stands behind it, and whether the tag has both spaces before the hyphen."""
    found = _TAG.match(line)
    return (found[1], (found[3] or "").strip(), len(found[2]) == 2) if found else ("", line.strip(), False)


def _is_bound(tag: str, value: str) -> bool:
    return (tag == "TY" and _TYPE.fullmatch(value) is not None) or (tag == "ER" and not value)


def _read(record: _Record, listed: date | None) -> Iterator[Paper | Reject]:
    if not record.lost:
        yield _paper(record, listed)


def _paper(record: _Record, listed: date | None) -> Paper | Reject:
    title = record.text(*_TITLES)
    if not title:
        return Reject(record.line, "it has no title", excerpt(record.begin))
    if any(_LOST_LINE_END.search(text) for text in (title, record.text(*_ABSTRACTS))):
        return Reject(record.line, "two of its lines have become one", excerpt(title))
    if len(set(record.all("TI"))) > 1:
        return Reject(record.line, "it has two titles: the end of a record is missing", excerpt(title))
    return reference(
        title=plain(title),
        abstract=plain(record.text(*_ABSTRACTS)),
        authors=turned(
            tuple(dict.fromkeys(name for text in record.all("A1", "AU") for name in people(text, last_first=True)))
        ),
        published=next(filter(None, map(whole_day, record.all("DA", "Y1", "PY"))), None),
        listed=listed,
        ids=record.all(*_NUMBERS),
        mentions=record.all(*_MENTIONS),
        addresses=[one for text in record.all("UR", "LK") for one in _ADDRESS.findall(text)],
        pdf=record.text("L1"),
    )
