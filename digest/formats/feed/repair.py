"""Entries of feeds that are not well-formed XML, made so where that invents nothing.

What only has stray markup in its texts ("<br>" in a description that is not escaped) is read. Where an element of an
entry has no end, or runs into another, one paper could be made of two: such an entry is left to be a reject.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["repaired"]

_TELLING = re.compile(rb"<(/?)(title|id|guid|link|description|summary)(?:>|\s[^<>]{0,999}(?<!/)>)")
_ONCE = {b"title", b"id", b"guid"}
_TEXTS = re.compile(
    rb"<((?:\w{1,20}:)?(?:title|description|summary|content|encoded|creator|author|name|abstract))(\s[^<>]*)?(?<!/)>"
)
_ENTRY = re.compile(rb"<((?:\w{1,20}:)?(?:item|entry))(?:\s[^<>]*)?>")
_ELEMENT = re.compile(
    rb"<((?:\w{1,20}:)?(?:title|description|summary|content|encoded|creator|author|name|guid|id|link|category|pubDate"
    rb"|published|date|identifier|doi|publicationDate))(?:\s[^<>]*)?>"
)
_CDATA = b"<![CDATA["
# A "<" that begins no markup: "p < 0.05".
_BARE = re.compile(rb"<(?![A-Za-z_/!?])")


def repaired(entry: bytes) -> Iterator[bytes]:
    """Yield what an entry may have been meant to be, the most of it first; nothing where it must not be trusted.

    First with the markup in its texts escaped; then with nothing but the elements that are whole.
    """
    if _in_one_piece(entry):
        yield _escaped(entry)
        if begin := _ENTRY.match(entry):
            whole = b"".join(_whole_elements(entry, begin.end()))
            yield begin[0] + _escaped(whole) + b"</" + begin[1] + b">"


def _escaped(entry: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while found := _TEXTS.search(entry, at):
        end = entry.find(b"</" + found[1], found.end())
        if end < 0:
            break
        inside = entry[found.end() : end]
        if _TEXTS.search(inside):  # it holds others, as <author><name> does
            end = found.end()
            inside = b""
        elif _CDATA not in inside:
            inside = inside.replace(b"<", b"&lt;")
        parts += (entry[at : found.end()], inside)
        at = end
    return _BARE.sub(b"&lt;", b"".join((*parts, entry[at:])))


def _whole_elements(entry: bytes, at: int) -> Iterator[bytes]:
    """The elements of an entry that say something of a paper and have their end."""
    while found := _ELEMENT.search(entry, at):
        end = found.end() if found[0].endswith(b"/>") else _end_of(entry, found)
        if end:
            yield entry[found.start() : end]
        at = end or found.end()


def _end_of(entry: bytes, begin: re.Match[bytes]) -> int:
    """Where an element ends that begins so; 0 where its end tag is not the next one of its kind."""
    at = entry.find(b"</" + begin[1] + b">", begin.end())
    return at + len(begin[1]) + 3 if at >= 0 and not _ELEMENT.search(entry, begin.end(), at) else 0


def _in_one_piece(entry: bytes) -> bool:
    """Whether the elements that say what a paper is are closed, and there once."""
    found = [(name, bool(end)) for end, name in _TELLING.findall(entry)]
    counts = {one: found.count(one) for one in set(found)}
    names = {name for name, _ in found}
    # Atom's <source> has a title and an id of its own.
    once = set() if b"<source" in entry else names & _ONCE
    return all(counts.get((name, False)) == counts.get((name, True)) for name in names) and all(
        counts.get((name, False)) == 1 for name in once
    )
