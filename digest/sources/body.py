"""The body of an answer: unpacked, counted, and kept until it has been read."""

from __future__ import annotations

import hashlib
import os
import tempfile
import weakref
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

__all__ = ["Body", "CutShortError", "unpacked"]

_IN_MEMORY = 4 * 2**20
_PIECE = 2**20
_GZIP = zlib.MAX_WBITS | 16


class CutShortError(FetchError):
    """A body ended before it was complete."""


class Body:
    """Bytes that can be read any number of times: held in memory, or beyond 4 MiB in a temporary file.

    The file goes when nobody has the body any more.
    """

    def __init__(self, chunks: Iterable[bytes], most: int) -> None:
        """Take all chunks; FetchError beyond ``most`` bytes. OSError where the temporary file can't be written."""
        hashed = hashlib.sha256()
        self.size = 0
        self._held = BytesIO()
        self._path: Path | None = None
        for chunk in chunks:
            self.size += len(chunk)
            if self.size > most:
                raise FetchError(f"it sends more than {most / 2**20:g} MiB; save it and name the file")
            hashed.update(chunk)
            self._keep(chunk)
        #: tells whether two bodies are the same
        self.sha256 = hashed.hexdigest()

    def open(self) -> BinaryIO:
        """A new stream from the beginning."""
        return BytesIO(self._held.getvalue()) if self._path is None else self._path.open("rb")

    def _keep(self, chunk: bytes) -> None:
        if self._path is None and self._held.tell() + len(chunk) > _IN_MEMORY:
            descriptor, name = tempfile.mkstemp(prefix="digest-")
            os.close(descriptor)
            self._path = Path(name)
            weakref.finalize(self, _remove, self._path)
            self._path.write_bytes(self._held.getvalue())
            self._held = BytesIO()
        if self._path is None:
            self._held.write(chunk)
        else:
            with self._path.open("ab") as file:
                file.write(chunk)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def unpacked(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Undo a Content-Encoding (RFC 9110, 8.4.1) in pieces of at most 1 MiB, whatever the bytes claim to hold.

    Only gzip is asked for, and nothing else is taken: other encodings, or several on top of each other, can make
    gigabytes of a few bytes in one step. Raise CutShortError where the packed data end too early.
    """
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        yield from chunks
    elif encoding in {"gzip", "x-gzip"}:
        yield from _gunzipped(chunks)
    else:
        raise FetchError(f"it answers in the encoding {encoding!r}, which was not asked for")


def _gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_GZIP)
    begun = False
    try:
        for chunk in chunks:
            left = chunk
            while left:
                if unpacker.eof:  # another member follows (RFC 1952, 2.2)
                    unpacker = zlib.decompressobj(_GZIP)
                begun = True
                yield unpacker.decompress(left, _PIECE)
                left = unpacker.unconsumed_tail or unpacker.unused_data
        yield unpacker.flush()
    except zlib.error as error:
        raise CutShortError(f"what it sends cannot be unpacked: {error}") from error
    if begun and not unpacker.eof:
        raise CutShortError("what it sends ends before it is complete")
