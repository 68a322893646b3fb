"""Read compressed dumps as if they were not compressed. The first bytes say what kind of archive it is.

    gzip RFC 1952 · bzip2 · xz · Zstandard RFC 8878 · zip (PKWARE APPNOTE) with one file in it

The content is unpacked in pieces and never held in memory as a whole. Reading stops at a size limit, and at the
compression rate of a zip bomb.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

import zstandard

from digest.errors import DumpError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from _typeshed import WriteableBuffer

__all__ = ["BrokenArchive", "Decompressed", "decompressed"]

_MOST_BYTES = 16 * 2**30
# Papers compress to a tenth or a twentieth of their size. Deflate can't expand by more than 1032 times, so the limit
# must be well below that. Small bombs do no harm.
_MOST_TO_ONE = 500
_HARMLESS = 64 * 2**20

_PIECE = 256 * 1024  # unpacked bytes at a time, except for Zstandard
_LOADED = 64 * 1024  # packed bytes at a time
_ZSTD_LOADED = 1024  # Zstandard can turn four bytes into 128 KiB, and has no option to return less
_MOST_MEMORY = 256 * 2**20  # of an xz or Zstandard dictionary; their strongest usual settings need 64 and 128 MiB


class BrokenArchive(DumpError):  # noqa: N818 - it names a state, like the statuses of a receipt
    """The archive ends too early or is damaged. Everything read before this error is valid."""


class Decompressed(io.BufferedReader):
    """The content of an archive. ``seek(0)`` starts again; no other seek is supported.

    If the archive breaks off, everything before the break is returned first. The next read raises BrokenArchive.
    Reading raises DumpError if the content is too large.
    """

    def __init__(self, raw: _Raw) -> None:
        super().__init__(raw, _PIECE)
        self._source = raw

    @property
    def broken(self) -> BrokenArchive | None:
        """What is wrong with the archive; None if nothing wrong was found so far."""
        return self._source.broken

    def read(self, size: int | None = -1, /) -> bytes:
        """Read like any stream; see the class for what is raised."""
        return self._or_broken(super().read(size), size != 0)

    def read1(self, size: int = -1, /) -> bytes:
        """Read like any stream; see the class for what is raised."""
        return self._or_broken(super().read1(size), size != 0)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read like any stream; see the class for what is raised."""
        return self._or_broken(super().readline(size), size != 0)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read like any stream; see the class for what is raised."""
        read = super().readinto(buffer)
        self._or_broken(b"." * bool(read), memoryview(buffer).nbytes > 0)
        return read

    def _or_broken(self, read: bytes, wanted: bool) -> bytes:
        if wanted and not read and self._source.broken is not None:
            raise self._source.broken
        return read


def decompressed(stream: BinaryIO, *, most: int = _MOST_BYTES) -> BinaryIO:
    """Return ``Decompressed`` if the stream is an archive, else the stream. Closing the result closes the stream.

    ``most`` limits the unpacked size, in bytes. Reading raises DumpError if a zip does not hold exactly one file.
    """
    head = stream.read(6)
    stream.seek(0)
    kind = next((kind for kind in _KINDS if head.startswith(kind.magic)), None)
    return stream if kind is None else Decompressed(_Raw(stream, kind, most))


class _Raw(io.RawIOBase):
    """Unpacks and counts the bytes. A broken archive ends where it breaks."""

    def __init__(self, stream: BinaryIO, kind: _Kind, most: int) -> None:
        self._stream = stream
        self._kind = kind
        self._most = most
        self._restart()

    def _restart(self) -> None:
        self._stream.seek(0)
        self._pieces = self._kind.unpack(self._stream)
        self._piece = memoryview(b"")
        self._unpacked = self._given = 0
        self.broken: BrokenArchive | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._given

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        if (offset, whence) != (0, io.SEEK_SET):
            raise io.UnsupportedOperation("an archive can be read from its beginning only")
        self._restart()
        return 0

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        wanted = memoryview(buffer).cast("B")
        while not self._piece:
            piece = self._next()
            if piece is None:
                return 0
            self._piece = memoryview(piece)
        taken = min(len(wanted), len(self._piece))
        wanted[:taken] = self._piece[:taken]
        self._piece = self._piece[taken:]
        self._given += taken
        return taken

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()

    def _next(self) -> bytes | None:
        """The next piece; None at the end."""
        if self.broken is not None:
            return None
        try:
            piece = next(self._pieces, None)
        except EOFError as error:
            self._break("is cut short", error)
            return None
        except _ERRORS as error:
            # OSError is raised for a bad archive and for a bad disk; only the disk's errors have a number. One
            # exception: a zip whose directory points before its beginning gives EINVAL.
            if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
                raise
            self._break(f"is damaged ({str(error) or type(error).__name__})", error)
            return None
        if piece is not None:
            self._unpacked += len(piece)
            self._check_size()
        return piece

    def _break(self, how: str, error: Exception) -> None:
        self.broken = BrokenArchive(f"the {self._kind.name} {how}")
        self.broken.__cause__ = error

    def _check_size(self) -> None:
        if self._unpacked > self._most:
            raise DumpError(f"the {self._kind.name} unpacks to more than {self._most / 2**30:g} GiB")
        if self._unpacked > max(_HARMLESS, _MOST_TO_ONE * self._stream.tell()):
            raise DumpError(
                f"the {self._kind.name} unpacks to more than {_MOST_TO_ONE} times its size, as no dump does"
            )


# ------------------------------------------------------------------------------------------------ each kind


class _Kind(NamedTuple):
    name: str
    magic: bytes
    #: yields pieces of a few megabytes at most; raises EOFError if the archive is cut short, or one of _ERRORS
    unpack: Callable[[BinaryIO], Iterator[bytes]]


_ERRORS = (
    OSError,  # gzip, bz2
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    zipfile.BadZipFile,
    struct.error,
    # zipfile: a directory that makes no sense, an unknown compression method
    ValueError,
    RuntimeError,
    OverflowError,
)


def _gzip(stream: BinaryIO) -> Iterator[bytes]:
    yield from _read(gzip.GzipFile(fileobj=stream))


def _bzip2(stream: BinaryIO) -> Iterator[bytes]:
    yield from _read(bz2.BZ2File(stream))


def _read(file: gzip.GzipFile | bz2.BZ2File | zipfile.ZipExtFile) -> Iterator[bytes]:
    # read1, because read loses the data before a break
    while piece := file.read1(_PIECE):
        yield piece


def _xz(stream: BinaryIO) -> Iterator[bytes]:
    packed = stream.read(_LOADED)
    while packed:
        one = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY)
        while not one.eof:
            if one.needs_input and not packed and not (packed := stream.read(_LOADED)):
                raise EOFError
            if piece := one.decompress(packed, _PIECE):
                yield piece
            packed = b""
        packed = _next_member(one.unused_data, stream, _LOADED)


def _zstandard(stream: BinaryIO) -> Iterator[bytes]:
    packed = stream.read(_ZSTD_LOADED)
    while packed:
        one = zstandard.ZstdDecompressor(max_window_size=_MOST_MEMORY).decompressobj()
        while not one.eof:
            if not packed and not (packed := stream.read(_ZSTD_LOADED)):
                raise EOFError
            if piece := one.decompress(packed):
                yield piece
            packed = b""
        packed = _next_member(one.unused_data, stream, _ZSTD_LOADED)


def _next_member(left: bytes, stream: BinaryIO, size: int) -> bytes:
    """The start of the next archive in the same file, after any zero padding; empty if there is none."""
    while not (left := left.lstrip(b"\0")):
        left = stream.read(size)
        if not left:
            return b""
    return left


def _zip(stream: BinaryIO) -> Iterator[bytes]:
    try:
        archive = zipfile.ZipFile(stream)
    except zipfile.BadZipFile:
        # The directory is at the end of a zip. Without it, the first file can still be read.
        yield from _first_of_cut_zip(stream)
        raise EOFError from None
    files = [file for file in archive.infolist() if not _is_clutter(file)]
    if len(files) != 1:
        names = ", ".join(file.filename[:80] for file in files[:3])
        found = f"{len(files)} files ({names}{', …' if len(files) > 3 else ''})" if files else "no file"
        raise DumpError(f"the zip archive has {found} in it instead of one; unpack it and name the file to read")
    if files[0].flag_bits & 1:
        raise DumpError("the zip archive is encrypted; unpack it first")
    yield from _read(archive.open(files[0]))  # type: ignore[arg-type]  # typeshed: IO[bytes]


def _is_clutter(file: zipfile.ZipInfo) -> bool:
    """Whether it is a folder, or a file that file managers add."""
    return file.is_dir() or file.filename.startswith("__MACOSX/") or file.filename.rsplit("/", 1)[-1].startswith(".")


def _first_of_cut_zip(stream: BinaryIO) -> Iterator[bytes]:
    """The first file of the archive (APPNOTE 4.3.7), as far as it goes; nothing unless it is deflated."""
    stream.seek(0)
    head = stream.read(30)
    if len(head) < 30:
        return
    _, _, flags, method, *_, name_length, extra_length = struct.unpack("<4sHHHHHIIIHH", head)
    stream.read(name_length + extra_length)
    if flags & 1 or method != zipfile.ZIP_DEFLATED:
        return
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    while not inflate.eof and (packed := inflate.unconsumed_tail or stream.read(_LOADED)):
        if piece := inflate.decompress(packed, _PIECE):
            yield piece


_KINDS = (
    _Kind("gzip archive", b"\x1f\x8b", _gzip),
    _Kind("bzip2 archive", b"BZh", _bzip2),
    _Kind("xz archive", b"\xfd7zXZ\x00", _xz),
    _Kind("Zstandard archive", b"\x28\xb5\x2f\xfd", _zstandard),
    _Kind("zip archive", b"PK\x03\x04", _zip),
)
