"""Files are written whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from digest.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "feeds" / "deep" / "a.xml"
    assert write_atomically(path, b"one")
    assert path.read_bytes() == b"one"


def test_the_same_content_leaves_the_file_and_its_time_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    write_atomically(path, b"one")
    os.utime(path, ns=(1, 1))
    before = path.stat()
    assert not write_atomically(path, b"one")
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (1, before.st_ino)


@pytest.mark.parametrize("content", [b"two", b"longer", b""])
def test_other_content_takes_its_place(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xml"
    write_atomically(path, b"one")
    assert write_atomically(path, content)
    assert path.read_bytes() == content


def test_who_has_the_old_file_open_reads_it_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    write_atomically(path, b"the old file")
    with path.open("rb") as old:
        write_atomically(path, b"the new file")
        assert old.read() == b"the old file"


def test_everybody_may_read_it_as_far_as_the_umask_lets_them(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "a.xml", b"one")
    finally:
        os.umask(before)
    assert (tmp_path / "a.xml").stat().st_mode & 0o777 == 0o644


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    """Renaming a file onto a folder fails after all has been written."""
    (tmp_path / "a.xml" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match=r"a\.xml|directory"):
        write_atomically(tmp_path / "a.xml", b"one")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xml"]
