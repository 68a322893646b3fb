"""The head of an XML document: its encoding, its root element, and what it declares."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias

from lxml import etree

from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["ATOM", "SAFE", "Element", "as_utf_8", "declares_entities", "root_of", "text_at", "utf_8_chunks"]

#: an element of lxml, which comes without types
Element: TypeAlias = Any

#: the namespace of Atom (RFC 4287), as lxml writes it before a name
ATOM = "{http://www.w3.org/2005/Atom}"

#: options that make a parser of lxml safe: no entity is resolved, nothing else is opened, sizes are bounded
SAFE = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}

_CHUNK = 256 * 1024
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def root_of(head: bytes) -> Element | None:
    """The root element of a document that begins with these bytes, with what of it stands there; None for no XML."""
    parser = etree.XMLPullParser(events=("start",), remove_comments=True, remove_pis=True, **SAFE)
    # The end is cut in the middle, if nothing worse: what was read before it tells.
    with suppress(etree.XMLSyntaxError):
        parser.feed(as_utf_8(head))
    return next((element for _, element in parser.read_events()), None)


def declares_entities(root: Element) -> bool:
    """Whether a document declares entities of its own."""
    declared = root.getroottree().docinfo.internalDTD
    return declared is not None and next(iter(declared.iterentities()), None) is not None


def as_utf_8(raw: bytes) -> bytes:
    """A document, or its beginning, in UTF-8 where it was UTF-16, without what some put before it."""
    return b"".join(utf_8_chunks(BytesIO(raw), len(raw)))


def text_at(element: Element, *paths: str) -> str:
    """The cleaned text of the first descendant, by path, that has any; else empty."""
    return next((text for path in paths if (text := clean(element.findtext(path) or ""))), "")


def utf_8_chunks(stream: BinaryIO, size: int = _CHUNK) -> Iterator[bytes]:
    """The document in UTF-8 or another superset of ASCII, without what some put before it."""
    first = stream.read(size)
    if first.startswith(_UTF_16):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        while first:
            yield _without_declaration(decoder.decode(first)).encode("utf-8", "replace")
            first = stream.read(size)
        return
    yield first.lstrip(b"\xef\xbb\xbf \t\r\n")
    while chunk := stream.read(size):
        yield chunk


def _without_declaration(text: str) -> str:
    """Without the XML declaration, whose encoding is no longer true."""
    return re.sub(r"\A\s*<\?xml[^>]*\?>", "", text)
