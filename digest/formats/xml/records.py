"""XML documents that list records, read as a stream: safely, in bounded memory, and past what is spoilt.

The bytes are given to the parser one record at a time. So a record that is not well formed costs only itself: the
parser begins again with the document's opening (all before the first record) and the record that comes next. No entity
is resolved and nothing else is opened; depth (256) and the length of texts (10 MB) have libxml2's bounds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from digest.errors import DumpError
from digest.formats.decode import decode
from digest.formats.excerpt import xml_excerpt
from digest.formats.xml.document import SAFE, Document, root_of
from digest.model import Reject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from digest.formats.xml.document import Element

    #: what a record that is not well formed may have been meant to be, the best first
    Rescue = Callable[[bytes], Iterable[bytes]]

__all__ = ["Record", "records"]

_LONGEST_RECORD = 8 * 2**20
# What XML 1.0 (section 2.2) forbids even where it is escaped, and repositories send nevertheless.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PLACE = re.compile(r" line \d+(?= and )|, line \d+, column \d+\Z")
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
_NO_END = "its end is missing"
#: prefixes that feeds use without saying what they mean
_PREFIXES = {
    b"dc": b"http://purl.org/dc/elements/1.1/",
    b"content": b"http://purl.org/rss/1.0/modules/content/",
    b"prism": b"http://prismstandard.org/namespaces/basic/2.0/",
    b"media": b"http://search.yahoo.com/mrss/",
    b"atom": b"http://www.w3.org/2005/Atom",
    b"arxiv": b"http://arxiv.org/schemas/atom",
}
_ROOT_TAG = re.compile(rb"<[A-Za-z_][^<>]*>")


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


def records(stream: BinaryIO, *paths: tuple[str, ...], rescue: Rescue | None = None) -> Iterator[Record | Reject]:
    """Yield the elements at the paths, each the qualified names from the root on.

    A record that is not well formed is a reject with its line, unless ``rescue`` makes it readable. So is the end of a
    document that was cut. Raise DumpError for what is no XML with the root of the paths, for a document that declares
    entities (other than of characters), and for a record of more than 8 MiB.
    """
    tags = {path[-1] for path in paths if len(path) > 1}  # the root may be asked for too
    names = b"|".join(sorted(re.escape(tag.rpartition("}")[2]).encode() for tag in tags))
    begin = re.compile(rb"<(?:[\w.-]+:)?(?:" + names + rb")[\s/>]")
    end = re.compile(rb"</(?:[\w.-]+:)?(?:" + names + rb")\s*>")
    document = Document(stream)
    parser = _Parser(paths)
    opening: bytes | None = None
    for piece in _pieces(document.chunks(), begin, end):
        begins = begin.search(piece.raw)
        raw = document.repaired(piece.raw)
        record = document.repaired(piece.raw[begins.start() :]) if begins else raw
        line = piece.line + piece.raw.count(b"\n", 0, begins.start() if begins else 0)
        if opening is None and begins:
            opening = _with_prefixes(document.repaired(piece.raw[: begins.start()]))
            raw = opening + record
        error = parser.feed(raw, to_an_end=not piece.last)
        if not parser.root_seen:
            raise DumpError(_what_else(piece.raw, paths, error))
        if parser.unended and opening is not None:
            # A record stands in a record: the end of the outer one is missing.
            *unended, (line, record) = _parted(record, begin, line)
            yield from (Reject(at, _NO_END, xml_excerpt(outer)) for at, outer in unended)
            parser = _begun_again(paths, opening)
            error = parser.feed(record, to_an_end=not piece.last)
        yield from (Record(line, element) for element in parser.ended())
        if error is None:
            if piece.last and not parser.closed:
                yield Reject(line, "the document ends before it is complete", xml_excerpt(record), cut=True)
        elif parser.closed or piece.last:
            yield Reject(line, f"it is not well-formed XML: {error}", xml_excerpt(record), cut=not parser.closed)
            return
        else:
            parser, repaired = _again(paths, opening, record, error, rescue)
            if repaired:
                yield from (Record(line, element) for element in parser.ended())
            else:
                yield Reject(line, f"it is not well-formed XML: {error}", xml_excerpt(record))


# ------------------------------------------------------------------------------------------------- the parser


class _Parser:
    """A pull parser that gives the elements at the paths and forgets what came before them."""

    def __init__(self, paths: tuple[tuple[str, ...], ...]) -> None:
        self._paths = paths
        self._roots = {path[0] for path in paths}
        tags = self._roots | {path[-1] for path in paths}
        self._listed = [path for path in paths if len(path) > 1]
        self._pull = etree.XMLPullParser(
            events=("start", "end"), tag=tuple(tags), remove_comments=True, remove_pis=True, **SAFE
        )
        self._whole: list[Element] = []
        self.root_seen = False
        self.closed = False
        #: whether a record began within a record
        self.unended = False

    def feed(self, raw: bytes, *, to_an_end: bool = False) -> str | None:
        """Take more of the document, up to a record's end or not; what is wrong with it, if anything.

        The parser cannot be used after an error.
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
                path = _path(element)
                if path in self._paths:
                    self._whole.append(element)
                self.unended |= path[-2:-1] == path[-1:] and any(path[: len(one)] == one for one in self._listed)
        if error or end_seen:
            return error
        return next(
            (entry.message for entry in self._pull.feed_error_log), "its end can't be reached; perhaps a bare &"
        )

    def _take_root(self, element: Element) -> None:
        self.root_seen = element.tag in self._roots and element.getparent() is None
        # Document has taken off any type that it could see. An odd encoding may have hidden another.
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


def _begun_again(paths: tuple[tuple[str, ...], ...], opening: bytes) -> _Parser:
    parser = _Parser(paths)
    if wrong := parser.feed(opening):
        raise DumpError(f"it is not well-formed XML: {wrong}")
    return parser


def _again(
    paths: tuple[tuple[str, ...], ...], opening: bytes | None, record: bytes, error: str, rescue: Rescue | None
) -> tuple[_Parser, bool]:
    """A parser that is behind a record which was spoilt, and whether it could read the record once repaired."""
    if opening is None:
        raise DumpError(f"it is not well-formed XML: {error}")
    cleaned = _cleaned(record)
    for candidate in (*([cleaned] if cleaned else []), *(rescue(cleaned or record) if rescue else [])):
        parser = _Parser(paths)
        if parser.feed(opening + candidate, to_an_end=True) is None and not parser.unended:
            return parser, True
    return _begun_again(paths, opening), False


def _cleaned(raw: bytes) -> bytes | None:
    """A record without what is no UTF-8 and no character; None where that is not what spoils it."""
    try:
        text = decode(raw).text
    except DumpError:
        return None
    cleaned = _CONTROLS.sub(" ", text).encode("utf-8", "replace")
    return None if cleaned == raw else cleaned


def _parted(raw: bytes, begin: re.Pattern[bytes], line: int) -> list[tuple[int, bytes]]:
    """Each record that begins in a piece of a document, with its line: all but the last have no end."""
    begins = [found.start() for found in begin.finditer(raw)]
    return [
        (line + raw.count(b"\n", 0, at), raw[at:until])
        for at, until in zip(begins, [*begins[1:], len(raw)], strict=True)
    ]


def _with_prefixes(opening: bytes) -> bytes:
    """The opening of a document whose root says what the usual prefixes mean."""
    root = _ROOT_TAG.search(opening)
    if not root:
        return opening
    missing = (
        b' xmlns:%s="%s"' % (prefix, name) for prefix, name in _PREFIXES.items() if b"xmlns:" + prefix not in root[0]
    )
    at = root.end() - (2 if root[0].endswith(b"/>") else 1)
    return opening[:at] + b"".join(missing) + opening[at:]


def _what_else(raw: bytes, paths: tuple[tuple[str, ...], ...], error: str | None) -> str:
    root = root_of(raw)
    if root is None:
        return f"it is not well-formed XML: {error or 'it ends before its first element'}"
    expected = " or ".join(dict.fromkeys(f"<{path[0].rpartition('}')[2]}>" for path in paths))
    return f"it is XML, but with <{root.tag.rpartition('}')[2]}> for {expected}"


# ------------------------------------------------------------------------------------------------- the pieces


def _pieces(chunks: Iterator[bytes], begin: re.Pattern[bytes], end: re.Pattern[bytes]) -> Iterator[_Piece]:
    """Cut a document after each end tag that matches; the last piece, with what is left, may be empty."""
    left, line = b"", 1
    for chunk in chunks:
        left += chunk
        start = 0
        for stop in _ends(left, begin, end):
            piece = left[start:stop]
            yield _Piece(line, piece, last=False)
            line += piece.count(b"\n")
            start = stop
        left = left[start:]
        if len(left) > _LONGEST_RECORD:
            raise DumpError(f"{_LONGEST_RECORD // 2**20} MiB of it hold no whole record", line)
    yield _Piece(line, left, last=True)


def _ends(raw: bytes, begin: re.Pattern[bytes], end: re.Pattern[bytes]) -> Iterator[int]:
    """Where records end. An end tag in CDATA is text, unless another record begins in it: then its end was lost."""
    at = 0
    cdata = raw.find(_CDATA)
    while found := end.search(raw, at):
        if not 0 <= cdata < found.start():
            at = found.end()
            yield at
            continue
        close = raw.find(_CDATA_END, cdata)
        if 0 <= found.start() < close and not begin.search(raw, cdata, close):
            at = close
        elif close < 0 or close > found.start():
            at = found.end()
            yield at
        cdata = raw.find(_CDATA, max(at, cdata + 1))
