"""A compressed dump reads as if it were not, as far as it goes and never further than is safe."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import zipfile
import zlib
from collections import deque
from functools import cache, partial
from typing import TYPE_CHECKING, BinaryIO

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.compression import BrokenArchive, Decompressed, decompressed
from digest.errors import DumpError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def zipped(content: bytes, *more: str, name: str = "papers.jsonl", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of one file, and of empty ones beside it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr(name, content)
        for other in more:
            archive.writestr(other, b"")
    return made.getvalue()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": partial(lzma.compress, preset=0),
    "Zstandard": zstandard.ZstdCompressor(write_checksum=True).compress,
    "zip": zipped,
}
# No two lines are alike, so that a cut archive has something left to give.
_words = random.Random(7)
LINES = b"".join(
    json.dumps({"id": n, "title": f"Tide {n}", "abstract": _words.randbytes(60).hex()}).encode() + b"\n"
    for n in range(20_000)
)


@cache
def packed_lines(kind: str) -> bytes:
    return PACK[kind](LINES)


@pytest.fixture(params=PACK)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def unpacked(packed: bytes, **options: int) -> Decompressed:
    stream = decompressed(io.BytesIO(packed), **options)
    assert isinstance(stream, Decompressed)
    return stream


def until_broken(stream: BinaryIO, size: int = 50_000) -> tuple[bytes, BrokenArchive | None]:
    """What can be read, and what is raised after it."""
    read = b""
    try:
        while piece := stream.read(size):
            read += piece
    except BrokenArchive as error:
        return read, error
    return read, None


def test_what_is_packed_reads_as_it_was(kind: str) -> None:
    stream = unpacked(packed_lines(kind))
    head = stream.read(64 * 1024)
    assert head == LINES[: 64 * 1024]
    stream.seek(0)
    assert stream.readlines() == LINES.splitlines(keepends=True)
    assert stream.read() == b""
    stream.seek(0)
    buffer = bytearray(len(LINES))
    assert stream.readinto(buffer) == len(LINES)
    assert buffer == LINES
    assert stream.broken is None


def test_what_is_not_packed_is_left_alone() -> None:
    for content in (b"", b"[]", b"B", b"PK and other initials", LINES):
        plain = io.BytesIO(content)
        assert decompressed(plain) is plain
        assert plain.read() == content


def test_nothing_can_be_packed_too(kind: str) -> None:
    assert unpacked(PACK[kind](b"")).read() == b""


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "Zstandard"])
def test_several_archives_in_one_file_are_read_one_after_the_other(kind: str) -> None:
    parts = [LINES[:5000], b"", LINES[5000:300_000], LINES[300_000:]]
    assert unpacked(b"".join(map(PACK[kind], parts))).read() == LINES


def test_closing_it_closes_the_file(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "dump"
    path.write_bytes(packed_lines(kind))
    plain = path.open("rb")
    with decompressed(plain) as stream:
        assert stream.read(7) == LINES[:7]
    assert plain.closed


def test_it_can_be_sought_nowhere_but_at_the_beginning(kind: str) -> None:
    stream = unpacked(packed_lines(kind))
    with pytest.raises(io.UnsupportedOperation):
        stream.seek(len(LINES) // 2)


# ------------------------------------------------------------------------------------------------- broken ones


def test_a_cut_archive_gives_what_stands_before_the_cut(kind: str) -> None:
    packed = packed_lines(kind)
    stream = unpacked(packed[: len(packed) // 2])
    read, error = until_broken(stream)
    assert read == LINES[: len(read)]
    assert len(LINES) * 0.2 < len(read) < len(LINES)
    assert str(error).endswith("archive is cut short")
    assert stream.broken is error
    with pytest.raises(BrokenArchive):
        stream.readline()
    with pytest.raises(BrokenArchive):
        stream.readinto(bytearray(9))
    stream.seek(0)
    assert until_broken(stream)[0] == read


def test_one_great_read_of_a_cut_archive_loses_nothing(kind: str) -> None:
    packed = packed_lines(kind)[:-200_000]
    whole, _ = until_broken(unpacked(packed))
    stream = unpacked(packed)
    assert stream.read(len(LINES)) == whole != b""
    assert stream.broken is not None
    with pytest.raises(BrokenArchive):
        stream.read(1)


def test_lines_before_a_cut_are_whole(kind: str) -> None:
    packed = packed_lines(kind)
    lines: list[bytes] = []
    with pytest.raises(BrokenArchive):
        lines.extend(iter(unpacked(packed[: len(packed) // 2]).readline, None))
    assert lines == LINES.splitlines(keepends=True)[: len(lines) - 1] + lines[-1:]


def test_a_damaged_archive_says_so(kind: str) -> None:
    packed = bytearray(packed_lines(kind))
    packed[len(packed) // 2] ^= 0xFF
    read, error = until_broken(unpacked(bytes(packed)))
    assert len(read) <= len(LINES)
    assert "damaged" in str(error) or kind == "zip"


@given(kind=st.sampled_from(list(PACK)), data=st.data())
@settings(max_examples=150)
def test_no_spoilt_archive_does_worse_than_break(kind: str, data: st.DataObject) -> None:
    packed = bytearray(PACK[kind](LINES[:3000]))
    for _ in range(data.draw(st.integers(0, 3))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(packed)))
    stream = decompressed(io.BytesIO(bytes(packed[:end])))
    try:
        read, _ = until_broken(stream)
    except DumpError:
        return
    assert len(read) <= len(LINES)


def test_a_disk_that_fails_is_not_taken_for_a_bad_archive() -> None:
    class BadDisk(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 1000:
                raise OSError(5, "Input/output error")
            return super().read(size)

    stream = decompressed(BadDisk(gzip.compress(LINES)))
    with pytest.raises(OSError, match="Input/output error"):
        stream.read()


# ------------------------------------------------------------------------------------------------------- bombs


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "Zstandard", "zip"])
def test_a_bomb_is_refused(kind: str) -> None:
    stream = unpacked(PACK[kind](bytes(200 * 2**20)))
    with pytest.raises(DumpError, match="unpacks to more than 500 times its size") as caught:
        deque(iter(lambda: stream.read(2**20), b""), maxlen=0)
    assert not isinstance(caught.value, BrokenArchive)
    assert 50 * 2**20 < stream.tell() < 150 * 2**20


def test_more_than_the_cap_is_refused(kind: str) -> None:
    packed = packed_lines(kind)
    assert unpacked(packed, most=len(LINES)).read() == LINES
    with pytest.raises(DumpError, match="unpacks to more than"):
        unpacked(packed, most=len(LINES) - 1).read()


def test_an_archive_that_asks_for_much_memory_is_refused() -> None:
    # 1 GiB is written into the headers of small archives: the byte for the dictionary's size, then its check sum.
    xz = bytearray(lzma.compress(LINES[:1000]))
    header = slice(12, 12 + 4 * xz[12])
    xz[16] = 36
    xz[header.stop : header.stop + 4] = zlib.crc32(xz[header]).to_bytes(4, "little")
    with pytest.raises(BrokenArchive, match=r"[Mm]emory"):
        unpacked(bytes(xz)).read(1)
    packer = zstandard.ZstdCompressor().compressobj()
    zst = bytearray(packer.compress(LINES[:1000]) + packer.flush())
    zst[5] = 20 << 3
    with pytest.raises(BrokenArchive, match="memory"):
        unpacked(bytes(zst)).read(1)


# --------------------------------------------------------------------------------------------------------- zips


def test_what_file_managers_add_to_a_zip_does_not_count() -> None:
    packed = zipped(LINES, "folder/", "__MACOSX/papers.jsonl", "folder/.DS_Store", name="folder/papers.jsonl")
    assert unpacked(packed).read() == LINES


def test_a_zip_of_several_files_is_refused_and_names_them() -> None:
    with pytest.raises(DumpError, match=r"4 files \(papers.jsonl, a.json, b.json, …\)"):
        unpacked(zipped(LINES, "a.json", "b.json", "c.json")).read()
    with pytest.raises(DumpError, match="no file in it"):
        unpacked(zipped(b"", name="folder/")).read()


def test_an_encrypted_zip_is_refused() -> None:
    packed = bytearray(zipped(LINES))
    packed[6] |= 1
    packed[packed.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DumpError, match="encrypted"):
        unpacked(bytes(packed)).read()


def test_a_zip_whose_list_leads_astray_is_damaged(tmp_path: Path) -> None:
    packed = bytearray(zipped(LINES))
    at = packed.rindex(b"PK\x05\x06") + 16
    packed[at : at + 4] = (2**31).to_bytes(4, "little")
    path = tmp_path / "dump.zip"
    path.write_bytes(packed)
    for plain in (io.BytesIO(bytes(packed)), path.open("rb")):
        with decompressed(plain) as stream:
            assert "damaged" in str(until_broken(stream)[1])


def test_a_stored_zip_is_read() -> None:
    assert unpacked(zipped(LINES, method=zipfile.ZIP_STORED)).read() == LINES
