"""XML documents that list records, read as a stream: safely, in bounded memory, and past what is spoilt.

The bytes are given to the parser one record at a time. So a record that is not well formed costs itself: the parser
begins again with the document's opening (all before the first record) and the record that comes next. No entity is
resolved, nothing else is opened, and a document that declares a type of its own, as no listing does, is refused; depth
(256) and the length of texts (10 MB) have libxml2's bounds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from digest.errors import DumpError
from digest.formats.decode import decode
from digest.formats.excerpt import xml_excerpt
from digest.formats.xml.document import SAFE, root_of, utf_8_chunks
from digest.model import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from digest.formats.xml.document import Element

__all__ = ["Record", "records"]

_LONGEST_RECORD = 8 * 2**20
_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?\bencoding\s*=\s*["']([\w.-]+)""")
# What XML 1.0 (section 2.2) forbids even where it is escaped, and repositories send nevertheless.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PLACE = re.compile(r" line \d+(?= and )|, line \d+, column \d+\Z")


class Record(NamedTuple):
    """An element that is whole. It is emptied once the next is asked for, and its earlier siblings are gone by then."""

    #: where it begins in the document, from 1
    line: int
    element: Element


class _Piece(NamedTuple):
    """Bytes of a document up to the end of a record, or those after the last one."""

    line: int
    raw: bytes
    last: bool


def records(stream: BinaryIO, *paths: tuple[str, ...]) -> Iterator[Record | Reject]:
    """Yield the elements that stand at one of the paths, each the qualified names from the root on.

    A record that is not well formed is a reject with its line, and so is the end of a document that was cut. Raise
    DumpError for what is no XML with the root of the paths, and for a record of more than 8 MiB.
    """
    tags = {path[-1] for path in paths if len(path) > 1}  # the root may be asked for too
    names = b"|".join(sorted(re.escape(tag.rpartition("}")[2]).encode() for tag in tags))
    begin = re.compile(rb"<(?:[\w.-]+:)?(?:" + names + rb")[\s/>]")
    end = re.compile(rb"</(?:[\w.-]+:)?(?:" + names + rb")\s*>")
    parser = _Parser(paths)
    opening: bytes | None = None
    for piece in _pieces(stream, end):
        begins = begin.search(piece.raw)
        record = piece.raw[begins.start() :] if begins else piece.raw
        line = piece.line + piece.raw.count(b"\n", 0, len(piece.raw) - len(record))
        if opening is None and begins:
            opening = piece.raw[: begins.start()]
        error = parser.feed(piece.raw, to_an_end=not piece.last)
        if not parser.root_seen:
            raise DumpError(_what_else(piece.raw, paths, error))
        yield from (Record(line, element) for element in parser.ended())
        if error is None:
            if piece.last and not parser.closed:
                yield Reject(line, "the document ends before it is complete", xml_excerpt(record), cut=True)
        elif parser.closed or piece.last:
            yield Reject(line, f"it is not well-formed XML: {error}", xml_excerpt(record), cut=not parser.closed)
            return
        else:
            parser, repaired = _again(paths, opening, record, error)
            if repaired:
                yield from (Record(line, element) for element in parser.ended())
            else:
                yield Reject(line, f"it is not well-formed XML: {error}", xml_excerpt(record))


# ------------------------------------------------------------------------------------------------- the parser


class _Parser:
    """A pull parser that gives the elements at the paths and forgets what stood before them."""

    def __init__(self, paths: tuple[tuple[str, ...], ...]) -> None:
        self._paths = paths
        self._roots = {path[0] for path in paths}
        tags = self._roots | {path[-1] for path in paths}
        self._pull = etree.XMLPullParser(
            events=("start", "end"), tag=tuple(tags), remove_comments=True, remove_pis=True, **SAFE
        )
        self._whole: list[Element] = []
        self.root_seen = False
        self.closed = False

    def feed(self, raw: bytes, *, to_an_end: bool = False) -> str | None:
        """Take more of the document, up to a record's end or not; what is wrong with it, if anything.

        The parser is spent then.
        """
        error = None
        # Where libxml2 meets a bare "&" or an unknown entity it says nothing, and waits or skips what follows.
        end_seen = not to_an_end
        try:
            if raw:
                self._pull.feed(raw)
        except etree.XMLSyntaxError as caught:
            # The line that libxml2 counts is one of its own input.
            error = _PLACE.sub("", caught.msg or "unknown error")
        for event, element in self._pull.read_events():
            if not self.root_seen:
                self._take_root(element)
            elif event == "end":
                end_seen = True
                self.closed |= element.getparent() is None
                if _path(element) in self._paths:
                    self._whole.append(element)
        if error or end_seen:
            return error
        return next(
            (entry.message for entry in self._pull.feed_error_log), "its end can't be reached; perhaps a bare &"
        )

    def _take_root(self, element: Element) -> None:
        self.root_seen = element.tag in self._roots and element.getparent() is None
        if element.getroottree().docinfo.internalDTD is not None:
            raise DumpError("it declares a document type, which may hide a bomb; no listing of papers has one")

    def ended(self) -> Iterator[Element]:
        """The elements that have become whole."""
        for element in self._whole:
            parent = element.getparent()
            yield element
            # lxml's rule for pull parsing: an element may be emptied, but only those before it may be taken out.
            element.clear(keep_tail=True)
            while parent is not None and parent[0] is not element:
                del parent[0]
        self._whole = []


def _path(element: Element) -> tuple[str, ...]:
    return (*(ancestor.tag for ancestor in reversed(list(element.iterancestors()))), element.tag)


def _again(
    paths: tuple[tuple[str, ...], ...], opening: bytes | None, record: bytes, error: str
) -> tuple[_Parser, bool]:
    """A parser that stands behind a record which was spoilt, and whether it could read the record once repaired."""
    if opening is None:
        raise DumpError(f"it is not well-formed XML: {error}")
    repaired = _repair(record, opening)
    if repaired is not None:
        parser = _Parser(paths)
        if parser.feed(opening + repaired, to_an_end=True) is None:
            return parser, True
    parser = _Parser(paths)
    if wrong := parser.feed(opening):
        raise DumpError(f"it is not well-formed XML: {wrong}")
    return parser, False


def _repair(raw: bytes, opening: bytes) -> bytes | None:
    """A record without what is no UTF-8 and no character; None where that is not what spoils it."""
    declared = _ENCODING.match(opening)
    if declared and declared[1].lower() not in {b"utf-8", b"utf8", b"us-ascii"}:
        return None
    try:
        text = decode(raw).text
    except DumpError:
        return None
    repaired = _CONTROLS.sub(" ", text).encode("utf-8", "replace")
    return None if repaired == raw else repaired


def _what_else(raw: bytes, paths: tuple[tuple[str, ...], ...], error: str | None) -> str:
    root = root_of(raw)
    if root is None:
        return f"it is not well-formed XML: {error or 'it ends before its first element'}"
    expected = " or ".join(dict.fromkeys(f"<{path[0].rpartition('}')[2]}>" for path in paths))
    return f"it is XML, but with <{root.tag.rpartition('}')[2]}> for {expected}"


# ------------------------------------------------------------------------------------------------- the pieces


def _pieces(stream: BinaryIO, end: re.Pattern[bytes]) -> Iterator[_Piece]:
    """Cut a document after each end tag that matches; the last piece, with what is left, may be empty."""
    left, line = b"", 1
    for chunk in utf_8_chunks(stream):
        left += chunk
        start = 0
        for found in end.finditer(left):
            piece = left[start : found.end()]
            yield _Piece(line, piece, last=False)
            line += piece.count(b"\n")
            start = found.end()
        left = left[start:]
        if len(left) > _LONGEST_RECORD:
            raise DumpError(f"{_LONGEST_RECORD // 2**20} MiB of it hold no whole record", line)
    yield _Piece(line, left, last=True)
