"""An XML document as bytes: in UTF-8, without a document type, its references made good; and its root element.

What feeds write wrong most often is put right here: an ``&`` that begins no reference, and HTML's names of characters
(``&nbsp;``), which XML does not know.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from html.entities import html5
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias

from lxml import etree

from digest.compression import BrokenArchive
from digest.errors import DumpError
from digest.formats.xml.prolog import encoding_of, read_prolog
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

__all__ = ["ATOM", "SAFE", "Document", "Element", "root_of", "text_at"]

#: an element of lxml, which comes without types
Element: TypeAlias = Any

#: the namespace of Atom (RFC 4287), as lxml writes it before a name
ATOM = "{http://www.w3.org/2005/Atom}"

#: options that make a parser of lxml safe: no entity is resolved, nothing else is opened, sizes are bounded
SAFE = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}

_CHUNK = 256 * 1024
# Not one of XML's own references: "&eacute;", or an "&" that begins none.
_NO_REFERENCE = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)(?:([A-Za-z][A-Za-z0-9.:_-]{0,39});)?"
)
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class Document:
    """The bytes of a document, in pieces."""

    def __init__(self, stream: BinaryIO) -> None:
        """Read the beginning, which must hold all that comes before the root."""
        self._stream = stream
        first = _read(stream)
        encoding = encoding_of(first)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
        decoded = encoding is not None or first.startswith(codecs.BOM_UTF8)
        # Some files have two byte-order marks.
        first = self._utf_8(first).lstrip(codecs.BOM_UTF8)
        self._first, self._entities, self.refusal = read_prolog(first, decoded=decoded)

    def chunks(self) -> Iterator[bytes]:
        """Yield the document; DumpError where it declares what must not be read."""
        if self.refusal:
            raise DumpError(self.refusal)
        yield self._first
        while chunk := self._stream.read(_CHUNK):
            yield self._utf_8(chunk)

    def head(self) -> bytes:
        """The first piece, with its references made good."""
        return self.repaired(self._first)

    def repaired(self, piece: bytes) -> bytes:
        """A piece of the document whose references are XML's. What stands in CDATA is no reference."""
        if b"&" not in piece:
            return piece
        if _CDATA not in piece:
            return _NO_REFERENCE.sub(self._reference, piece)
        parts: list[bytes] = []
        at = 0
        while (begin := piece.find(_CDATA, at)) >= 0:
            end = piece.find(_CDATA_END, begin)
            end = len(piece) if end < 0 else end
            parts += (_NO_REFERENCE.sub(self._reference, piece[at:begin]), piece[begin:end])
            at = end
        return b"".join((*parts, _NO_REFERENCE.sub(self._reference, piece[at:])))

    def _reference(self, found: re.Match[bytes]) -> bytes:
        name = found[1]
        meaning = _meaning(name, self._entities) if name else None
        return b"&amp;" + found[0][1:] if meaning is None else meaning

    def _utf_8(self, chunk: bytes) -> bytes:
        return self._decoder.decode(chunk, not chunk).encode("utf-8", "replace") if self._decoder else chunk


def _read(stream: BinaryIO) -> bytes:
    """The first piece of a stream, which may give less than it is asked for."""
    pieces: list[bytes] = []
    missing = _CHUNK
    # Where an archive breaks off, the next read says so again.
    with suppress(BrokenArchive):
        while missing > 0 and (piece := stream.read(missing)):
            pieces.append(piece)
            missing -= len(piece)
    return b"".join(pieces)


def _meaning(name: bytes, entities: Mapping[bytes, bytes]) -> bytes | None:
    """What a reference stands for: what the document declared, else what HTML has."""
    if name in entities:
        return entities[name]
    characters = html5.get(f"{name.decode('ascii', 'replace')};")
    if characters is None:
        return None
    return "".join(_ESCAPED.get(one, one) for one in characters).encode()


def root_of(head: bytes) -> Element | None:
    """The root element of a document that begins with these bytes, and what of it is there; None for no XML."""
    document = Document(BytesIO(head))
    parser = etree.XMLPullParser(events=("start",), remove_comments=True, remove_pis=True, **SAFE)
    # The end is cut in the middle, if nothing worse: what was read before it is enough.
    with suppress(etree.XMLSyntaxError):
        parser.feed(document.head())
    return next((element for _, element in parser.read_events()), None)


def text_at(element: Element, *paths: str) -> str:
    """The cleaned text of the first descendant, by path, that has any; else empty."""
    return next((text for path in paths if (text := clean(element.findtext(path) or ""))), "")
