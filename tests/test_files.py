"""Files are written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from digest.files import write_atomically
from tests.conftest import ROOT

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


def test_what_a_killed_process_left_goes_after_an_hour(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    left = killed_while_writing(path)
    assert left.name.startswith(".")
    write_atomically(path, b"two")
    assert left.exists(), "another process may be writing it at this moment"
    os.utime(left, (0, 0))
    write_atomically(path, b"three")
    assert [one.name for one in tmp_path.iterdir()] == ["a.xml"]


def test_what_others_left_is_theirs(tmp_path: Path) -> None:
    left = killed_while_writing(tmp_path / "b.xml")
    os.utime(left, (0, 0))
    write_atomically(tmp_path / "a.xml", b"one")
    assert left.exists()


def killed_while_writing(path: Path) -> Path:
    """Write a file in a process that dies before the renaming, and return what is left of it."""
    code = (
        "import os, sys; from pathlib import Path; from digest.files import write_atomically\n"
        "os.fsync = lambda _file: os.kill(os.getpid(), 9)\n"
        "write_atomically(Path(sys.argv[1]), b'one')"
    )
    before = set(path.parent.iterdir())
    killed = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, check=False)
    assert killed.returncode == -9
    (left,) = set(path.parent.iterdir()) - before
    return left


def test_a_failure_leaves_nothing_behind(tmp_path: Path) -> None:
    """Renaming a file onto a folder fails after all has been written."""
    (tmp_path / "a.xml" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match=r"a\.xml|directory"):
        write_atomically(tmp_path / "a.xml", b"one")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xml"]
