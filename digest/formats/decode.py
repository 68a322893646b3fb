"""Bytes to text, and what bytes look like to a person."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from digest.errors import DumpError
from digest.text import clean

__all__ = ["Decoded", "decode", "looks_like"]

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# A few control characters come with copied text; more than one in fifty don't.
_CONTROLS_LOOKED_AT = 1 << 16
_CONTROLS_SHARE = 1 / 50

# Only tags that begin a document: a title may well begin with "<think>".
_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|meta|title|script|div|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(r"\s*<(?:\?xml|!doctype|rss|feed|rdf:rdf|oai-pmh)\b", re.IGNORECASE)
# A title may begin with "[Re]" or "{": what follows tells.
_JSON = re.compile(r"""\s*(?:\{\s*(?:"|\}\s*\Z)|\[\s*(?:[{"\[]|\]\s*\Z|-?\d+(?:\.\d+)?\s*[,\]]))""")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})", re.IGNORECASE)


class Decoded(NamedTuple):
    """The text of a dump."""

    text: str
    #: whether the bytes end in the middle of a character
    cut: bool


def decode(raw: bytes) -> Decoded:
    """Read bytes as UTF-8, as UTF-16 where a byte-order mark says so, or as Windows-1252 where they can be neither.

    A line that is no UTF-8 is read as Windows-1252 by itself: one bad byte does not spoil the others. A character that
    is cut at the very end is left out. Raise DumpError for what is no text.
    """
    encoding = "utf-8"
    for mark, name in _BOMS:
        if raw.startswith(mark):
            raw, encoding = raw[len(mark) :], name
            break
    if encoding == "utf-8":
        text, cut = _utf8(raw)
    else:
        text = codecs.getincrementaldecoder(encoding)("replace").decode(raw)
        cut = len(text.encode(encoding, "surrogatepass")) < len(raw)
    looked_at = text[:_CONTROLS_LOOKED_AT]
    if "\0" in text or len(_CONTROLS.findall(looked_at)) > len(looked_at) * _CONTROLS_SHARE:
        raise DumpError("it is binary data, not text")
    return Decoded(text, cut)


def _utf8(raw: bytes) -> Decoded:
    try:
        text, read = codecs.utf_8_decode(raw, "strict", False)
    except UnicodeDecodeError:
        *lines, last = raw.splitlines(keepends=True)
        decoded = _utf8_or_1252(last, final=False)
        return Decoded("".join(_utf8_or_1252(line).text for line in lines) + decoded.text, decoded.cut)
    return Decoded(text, read < len(raw))


def _utf8_or_1252(line: bytes, *, final: bool = True) -> Decoded:
    try:
        text, read = codecs.utf_8_decode(line, "strict", final)
    except UnicodeDecodeError:
        return Decoded(line.decode("cp1252", "replace"), cut=False)
    return Decoded(text, read < len(line))


def looks_like(head: bytes) -> str:
    """What a dump that begins so looks like, for a message: "empty", "binary data", "an HTML page (“Sign in”)"."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    try:
        return _text_like(decode(head).text)
    except DumpError:
        return "binary data"


def _text_like(text: str) -> str:
    if not text.strip().strip("\ufeff"):
        return "empty"
    if _HTML.match(text):
        title = _TITLE.search(text)
        return f"an HTML page (“{clean(title[1])[:80]}”)" if title else "an HTML page"
    if _XML.match(text):
        return "XML"
    return "JSON" if _JSON.match(text) else "text"
