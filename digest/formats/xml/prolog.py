"""What comes before the root element of an XML document: junk, the XML declaration and the document type.

Entities that name characters (``<!ENTITY eacute "&#233;">``) are harmless, and old feeds declare them. All others are
refused: an entity made of entities can hide a bomb, and one with an address would open a file or a page.
"""

from __future__ import annotations

import codecs
import html
import re
from typing import NamedTuple

__all__ = ["Prolog", "encoding_of", "read_prolog"]

#: characters that an entity may stand for
_LONGEST_ENTITY = 8
#: bytes before the document in which a server's warnings are looked for
_MOST_JUNK = 16 * 1024
#: bytes before the document that are passed over whatever they say
_LITTLE_JUNK = 512

_DECLARATION = re.compile(rb"""<\?xml\s[^>]{0,200}\?>""")
_ENCODING = re.compile(rb"""<\?xml\s[^>]{0,100}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_BEGIN = re.compile(rb"<\?xml\s|<(?:rss|feed|rdf:RDF|OAI-PMH)[\s>]")
_WARNING = re.compile(rb"\b(?:Warning|Notice|Deprecated|Fatal error|Parse error|Strict Standards)\b")
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE\s", re.IGNORECASE)
_SPACE = re.compile(rb"\s*")
_QUOTED_OR_END = re.compile(rb"""["'>\[]""")
_ENTITY = re.compile(rb"""<!ENTITY\s+([\w.:-]{1,40})\s+(?:"([^"]{0,200})"|'([^']{0,200})')\s*>""")
_MARKUP_DECLARATION = re.compile(rb"""<!(?:ELEMENT|ATTLIST|NOTATION)\s(?:[^"'<>]|"[^"]*"|'[^']*')*+>""")
_CHARACTERS = re.compile(r"(?:&#[0-9]{1,7};|&#[xX][0-9a-fA-F]{1,6};|[^&<%])*")
_PREDEFINED = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
_REFUSED = "it declares entities of its own, which may hide a bomb; no listing of papers needs any"
# Encodings that leave ASCII where it is. Others can hide a document type from whoever looks for one.
_ENCODINGS = re.compile(
    r"iso-?8859-?\d{1,2}|latin-?\d|(?:windows|cp)-?125\d|koi8-[ru]|gb2312|gbk|gb18030|big5|euc-(?:jp|kr)|shift[_-]jis"
)


class Prolog(NamedTuple):
    """The beginning of a document without what comes before the root; line numbers stay."""

    text: bytes
    #: the characters that the document's own entities stand for, escaped
    entities: dict[bytes, bytes]
    #: why the document must not be read; empty where it may
    refusal: str = ""


def encoding_of(head: bytes) -> str | None:
    """The encoding that the bytes of a document must be decoded from; None where they are UTF-8 or like it."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return None
    if head[:2] in (b"<\0", b"\0<"):
        return "utf-16-le" if head[1] == 0 else "utf-16-be"
    declared = _ENCODING.match(head.lstrip())
    name = declared[1].decode("ascii", "replace").lower() if declared else ""
    if not _ENCODINGS.fullmatch(name):
        return None
    # What calls itself Latin-1 is Windows-1252, as browsers have it.
    name = "cp1252" if re.fullmatch(r"iso-?8859-?1|latin-?1", name) else name
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def read_prolog(head: bytes, *, decoded: bool) -> Prolog:
    """Take off what comes before the root; ``decoded`` is whether the bytes had another encoding before."""
    head = head.lstrip(b"\xef\xbb\xbf \t") if head[:1] in b"\xef\xbb\xbf \t" else head
    junk = _junk(head)
    lines = head.count(b"\n", 0, junk)
    head = head[junk:]
    at = _SPACE.match(head).end()  # type: ignore[union-attr]  # it matches nothing too
    declaration = _DECLARATION.match(head, at)
    if declaration and (decoded or junk or at):
        # Its encoding is no longer true, or it is not where it must be.
        head = b"\n" * (lines + head.count(b"\n", 0, declaration.end())) + head[declaration.end() :]
        at = 0
    else:
        head = b"\n" * lines + head
        at = declaration.end() if declaration else 0
    while True:
        at = _SPACE.match(head, at).end()  # type: ignore[union-attr]
        if head.startswith(b"<!--", at):
            at = head.find(b"-->", at) + 3
        elif head.startswith(b"<?", at):
            at = head.find(b"?>", at) + 2
        elif _DOCTYPE.match(head, at):
            return _without_doctype(head, at)
        else:
            return Prolog(head, {})
        if at < 3:  # no end was found
            return Prolog(head, {})


def _junk(head: bytes) -> int:
    """How many bytes come before the document: the warnings that PHP writes, or a few stray characters."""
    if head.lstrip()[:1] == b"<" and _BEGIN.match(head.lstrip()):
        return 0
    found = _BEGIN.search(head, 0, _MOST_JUNK)
    if not found or head.lstrip()[:4] == b"<!--" or _DOCTYPE.match(head.lstrip()):
        return 0
    before = head[: found.start()]
    if _PAGE.search(before):
        return 0
    few = len(before) <= _LITTLE_JUNK and found[0].startswith(b"<?xml")
    return found.start() if few or _WARNING.search(before) else 0


def _without_doctype(head: bytes, begin: int) -> Prolog:
    """The document without its type, and what its entities stand for."""
    entities: dict[bytes, bytes] = {}
    at, refusal = begin + len(b"<!DOCTYPE"), ""
    while found := _QUOTED_OR_END.search(head, at):
        sign, at = found[0], found.end()
        if sign == b">":
            gone = head[begin:at]
            return Prolog(head[:begin] + b"\n" * gone.count(b"\n") + head[at:], entities, refusal)
        if sign == b"[":
            inside = _subset(head, at, entities)
            if inside < 0:
                break
            at = inside
        else:
            at = head.find(sign, at) + 1
            if not at:
                break
    return Prolog(head, {}, _REFUSED)


def _subset(head: bytes, at: int, entities: dict[bytes, bytes]) -> int:
    """Take in the declarations between brackets; the place behind them, or -1 where they are refused or have no end."""
    while True:
        at = _SPACE.match(head, at).end()  # type: ignore[union-attr]
        if head.startswith(b"]", at):
            return at + 1
        if head.startswith(b"<!--", at):
            at = head.find(b"-->", at) + 3
            if at < 3:
                return -1
        elif found := _ENTITY.match(head, at):
            if not _take(found, entities):
                return -1
            at = found.end()
        elif found := _MARKUP_DECLARATION.match(head, at):
            at = found.end()
        else:
            return -1


def _take(found: re.Match[bytes], entities: dict[bytes, bytes]) -> bool:
    """Take in what an entity stands for; whether it is harmless."""
    if found[1] in _PREDEFINED:
        return True
    written = (found[2] or found[3] or b"").decode("utf-8", "replace")
    if not _CHARACTERS.fullmatch(written):
        return False
    meaning = html.unescape(written)
    entities.setdefault(found[1], html.escape(meaning, quote=False).encode("utf-8", "replace"))
    return len(meaning) <= _LONGEST_ENTITY
