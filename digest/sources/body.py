"""The body of an HTTP response: decompressed, limited in size, and kept until it has been read."""

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
    """The body ended too early."""


class Body:
    """Bytes that can be read many times, kept in memory, or in a temporary file if there are more than 4 MiB.

    The file is deleted together with the body.
    """

    def __init__(self, chunks: Iterable[bytes], most: int) -> None:
        """Read all chunks. FetchError after ``most`` bytes; OSError if the temporary file can't be written."""
        hashed = hashlib.sha256()
        self.size = 0
        self._held = BytesIO()
        self._path: Path | None = None
        for chunk in chunks:
            self.size += len(chunk)
            if self.size > most:
                raise FetchError(f"it sends more than {most / 2**20:g} MiB; save it to a file and read that")
            hashed.update(chunk)
            self._keep(chunk)
        #: for comparing two bodies
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
    """Undo a Content-Encoding (RFC 9110, 8.4.1), in pieces of at most 1 MiB.

    We ask for gzip only, and accept nothing else: other encodings, or several at once, can turn a few bytes into
    gigabytes in one step. Raise CutShortError if the compressed data end too early.
    """
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        yield from chunks
    elif encoding in {"gzip", "x-gzip"}:
        yield from _gunzipped(chunks)
    else:
        raise FetchError(f"it sent the encoding {encoding!r}, which we did not ask for")


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
        raise CutShortError(f"its answer cannot be decompressed: {error}") from error
    if begun and not unpacker.eof:
        raise CutShortError("its answer is not complete")
