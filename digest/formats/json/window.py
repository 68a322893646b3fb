"""The bytes of a JSON dump (RFC 8259), and a window that passes over them value by value, in bounded memory."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from digest.compression import BrokenArchive
from digest.formats.excerpt import excerpt
from digest.model import Reject

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["LONGEST", "TOO_LONG", "Chunks", "EndsEarlyError", "Json", "Window"]

#: what stands for a JSON value in Python
Json: TypeAlias = Any

#: bytes of a line, characters of a value
LONGEST = 2**20
TOO_LONG = f"it is longer than {LONGEST // 2**20} MiB, as no record of a paper is"

_CUT = "the dump ends in the middle of this record"
_CHUNK = 256 * 1024
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECODER = json.JSONDecoder()
# A value that goes on in the next chunk fails at the end of this one, within the longest literal ("-Infinity") or
# escape; but for a string, which fails where it begins.
_FAILS_BEFORE_END = 12  # characters


class Chunks:
    """The bytes of a dump as UTF-8 without byte-order mark, up to its end or to the break of its archive."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._peeked: bytes | None = None
        self._recode: codecs.IncrementalDecoder | None = None
        self.broken: BrokenArchive | None = None
        self._begin()

    def _begin(self) -> None:
        first = self._stream.read(_CHUNK)
        if first.startswith(_UTF_16):
            self._recode = codecs.getincrementaldecoder("utf-16")("replace")
            first = self._recode.decode(first).encode("utf-8", "replace")
        self._peeked = first.removeprefix(codecs.BOM_UTF8)

    def peek(self) -> bytes:
        """The first chunk, which is given again."""
        return self._peeked or b""

    def next(self) -> bytes:
        """The next chunk; empty at the end."""
        if self._peeked:
            chunk, self._peeked = self._peeked, None
            return chunk
        try:
            chunk = self._stream.read(_CHUNK)
        except BrokenArchive as error:
            self.broken = error
            return b""
        if self._recode is not None:
            return self._recode.decode(chunk, final=not chunk).encode("utf-8", "replace")
        return chunk

    def cut(self, line: int, excerpt: str) -> Reject:
        """A reject for the record that the dump ends in."""
        return Reject(line, self.broken.reason if self.broken else _CUT, excerpt, cut=True)


def _as_1252(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as Windows-1252, as ``decode`` does."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_OR_1252 = "digest.utf-8-or-1252"
codecs.register_error(_OR_1252, _as_1252)


class EndsEarlyError(ValueError):
    """The dump ends within a value."""


class Window:
    """The part of a document that is looked at; ``line`` is where its next value begins."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._decoder = codecs.getincrementaldecoder("utf-8")(_OR_1252)
        self._text = ""
        self._at = 0
        self._ended = False
        self.line = 1
        #: how many characters stand before the next value
        self.passed = 0

    def begins(self) -> bool:
        """Whether another value begins."""
        return self._peek() != ""

    def takes(self, sign: str) -> bool:
        """Step over a sign if it comes next."""
        found = self._peek()
        if not found:
            raise EndsEarlyError("it ends")
        if found == sign:
            self._step(self._at + 1)
        return found == sign

    def expect(self, sign: str) -> None:
        """Step over a sign that must come."""
        if not self.takes(sign):
            raise ValueError(f"expected {sign!r}")

    def separates(self, end: str) -> None:
        """Step over a comma, unless the end comes."""
        if not self.takes(",") and self._peek() != end:
            raise ValueError(f"expected ',' or {end!r}")

    def name(self) -> str:
        """The name of a member."""
        if self._peek() != '"':
            raise EndsEarlyError("it ends") if self._ended and self._at == len(self._text) else ValueError("no name")
        return str(self.value())

    def value(self) -> Json:
        """The next value; ValueError where there is none, where it is too long or too deep."""
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise ValueError("it is nested too deeply") from None
            except json.JSONDecodeError as error:
                if not (error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _FAILS_BEFORE_END):
                    raise
                if self._ended:
                    raise EndsEarlyError("it ends") from error
                if len(self._text) - self._at > LONGEST:
                    raise ValueError(TOO_LONG) from error
                self._more()
                continue
            # "-12" may be the beginning of "-12.5e3".
            if self._ended or not isinstance(value, (int, float)) or end < len(self._text) - _FAILS_BEFORE_END:
                self._step(end)
                return value
            self._more()

    def excerpt(self) -> str:
        """What stands at the next value."""
        return excerpt(self._text[self._at : self._at + 300])

    def _peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._step(found.end() if found else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._more()

    def _step(self, to: int) -> None:
        self.line += self._text.count("\n", self._at, to)
        self.passed += to - self._at
        self._at = to

    def _more(self) -> None:
        chunk = self._chunks.next()
        self._ended = not chunk
        self._text = self._text[self._at :] + self._decoder.decode(chunk, final=self._ended)
        self._at = 0
