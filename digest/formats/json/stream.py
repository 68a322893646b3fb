"""The values of a JSON dump, one at a time, in bounded memory: lines, arrays, and objects around arrays.

A dump is taken for JSON lines where its lines are objects. Else it is a document: an array, an object that has the
array under a usual name ("papers", "results"), or one object; several may follow each other.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import orjson

from digest.errors import DumpError
from digest.formats.decode import decode
from digest.formats.excerpt import excerpt
from digest.formats.json.window import LONGEST, TOO_LONG, Chunks, EndsEarlyError, Json, Window
from digest.model import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["Located", "parse", "values"]

#: under which names an object has its records, where it is no record itself
_LISTS = frozenset({"papers", "dailyPapers", "data", "results", "items", "records", "entries", "articles", "documents"})


class Located(NamedTuple):
    """A value and the line it begins on, from 1."""

    line: int
    value: Json


def values(stream: BinaryIO) -> Iterator[Located | Reject]:
    """Yield each record of a dump, and a reject for what is no JSON.

    Raise DumpError for what does not begin as JSON. Where an archive around it breaks off, the last reject says so.
    """
    chunks = Chunks(stream)
    head = chunks.peek()
    begin = head.lstrip()[:1]
    if begin != b"[" and _is_lines(head):
        yield from _lines(chunks)
    elif begin in (b"[", b"{"):
        yield from _document(chunks)
    else:
        raise DumpError("it does not begin as JSON does" if begin else "it is empty")


def parse(raw: bytes) -> Json:
    """One value; ValueError for what is none.

    NaN, which some programs write, is taken, and so is half of a surrogate pair; what is no UTF-8 is read as ``decode``
    reads it.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(decode(raw).text)
    except (DumpError, RecursionError) as error:
        raise ValueError(str(error)) from error


# ------------------------------------------------------------------------------------------------- JSON lines


def _is_lines(head: bytes) -> bool:
    """Whether most of the lines are objects; a single one may be a document as well."""
    lines = [line for line in map(bytes.strip, head.split(b"\n")) if line]
    if len(lines) > 1:
        if not head.endswith(b"\n"):
            lines.pop()  # a part of one
        objects = sum(line.startswith(b"{") and line.endswith(b"}") and line != b"{}" for line in lines)
        return 2 * objects >= len(lines) and (objects > 1 or not _holds_list(lines[0]))
    return False


def _holds_list(line: bytes) -> bool:
    try:
        value = parse(line)
    except ValueError:
        return False
    return isinstance(value, dict) and any(isinstance(value.get(name), list) for name in _LISTS)


def _lines(chunks: Chunks) -> Iterator[Located | Reject]:
    loads = orjson.loads
    number = 0
    left = b""
    while chunk := chunks.next():
        lines = (left + chunk).split(b"\n")
        left = lines.pop()
        if lines and len(lines[0]) > LONGEST:  # no other can be: they lie within the chunk
            number += 1
            yield Reject(number, TOO_LONG, _excerpt(lines.pop(0)))
        for line in lines:
            number += 1
            try:
                yield Located(number, loads(line))
            except orjson.JSONDecodeError:
                if line.strip():
                    yield _line(number, line)
        if len(left) > LONGEST:
            number += 1
            yield Reject(number, TOO_LONG, _excerpt(left))
            left = _after_line(chunks)
    if chunks.broken or left.strip():
        yield _last_line(chunks, number + 1, left)


def _line(number: int, line: bytes) -> Located | Reject:
    """A line that is no plain JSON."""
    try:
        return Located(number, parse(line))
    except ValueError:
        return Reject(number, "the line is not JSON", _excerpt(line))


def _last_line(chunks: Chunks, number: int, line: bytes) -> Located | Reject:
    """What stands after the last line end."""
    found = _line(number, line)
    if isinstance(found, Located) and not chunks.broken:
        return found
    return chunks.cut(number, _excerpt(line))


def _after_line(chunks: Chunks) -> bytes:
    """Pass over the rest of a line; what follows it, as far as it is read."""
    while chunk := chunks.next():
        _, end, left = chunk.partition(b"\n")
        if end:
            return left
    return b""


def _excerpt(line: bytes) -> str:
    return excerpt(line[:300].decode("utf-8", "replace"))


# -------------------------------------------------------------------------------------------------- documents


def _document(chunks: Chunks) -> Iterator[Located | Reject]:
    window = Window(chunks)
    found = False
    try:
        while window.begins():
            for value in _top_level(window):
                found = True
                yield value
    except EndsEarlyError:
        yield chunks.cut(window.line, window.excerpt())
    except ValueError as error:
        if not found:
            raise DumpError(f"it is not JSON: {error}", window.line) from error
        # In the middle of a document nothing tells where the next record begins.
        yield Reject(window.line, f"it is not JSON from here on: {error}", window.excerpt(), cut=True)


def _top_level(window: Window) -> Iterator[Located]:
    if window.takes("["):
        yield from _elements(window)
    elif window.takes("{"):
        yield from _members(window)
    else:
        yield Located(window.line, window.value())


def _elements(window: Window) -> Iterator[Located]:
    while not window.takes("]"):
        yield Located(window.line, window.value())
        window.separates("]")


def _members(window: Window) -> Iterator[Located]:
    """The records that an object has under a usual name, else the object itself."""
    line, begin, members, held = window.line, window.passed, {}, False
    while not window.takes("}"):
        if not held and window.passed - begin > LONGEST:
            raise ValueError(TOO_LONG)
        name = window.name()
        window.expect(":")
        if name in _LISTS and window.takes("["):
            held = True
            yield from _elements(window)
        else:
            members[name] = window.value()
        window.separates("}")
    if not held:
        yield Located(line, members)
