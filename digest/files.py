"""Write files atomically, and keep private files readable by their owner only."""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["keep_private", "tighten", "write_atomically"]

#: seconds; writing one file never takes so long, so an older temporary file belongs to a process that died
_STALE = 3600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> bool:
    """Write a temporary file and rename it. Return whether anything changed.

    A file that already has this content is not touched, so web servers keep its Last-Modified time.
    After a crash, either the old or the new file is there, complete. A temporary file may be left beside it; writing
    the same file again, an hour later or more, deletes it. A private file, and every folder that is created for it,
    can be read by its owner only. Raise OSError.
    """
    if _holds(path, content):
        if private:
            keep_private(path)
        return False
    if private:
        _make_private_folders(path.parent)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
    beside, file = _open_beside(path, 0o600 if private else 0o666)
    try:
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return True


def keep_private(path: Path) -> None:
    """Let only the owner read a file or folder, if it exists and we may change it."""
    with suppress(OSError):  # if it belongs to somebody else, they decide who may read it
        mode = path.stat().st_mode
        if mode & _OTHERS:
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def tighten(folder: Path) -> None:
    """Make a folder and everything in it private if others can read it. Earlier versions let them.

    The folder itself is changed last, so that an interrupted call is completed by the next one. Raise OSError.
    """
    if folder.is_dir() and folder.stat().st_mode & _OTHERS:
        for path in folder.rglob("*"):
            keep_private(path)
        keep_private(folder)


def _make_private_folders(folder: Path) -> None:
    """Make a folder and its missing parents, each readable by its owner only."""
    if folder.is_dir():
        return
    _make_private_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def _open_beside(path: Path, mode: int) -> tuple[Path, BinaryIO]:
    """Open a new temporary file that no other process writes, even if several write the same file at once.

    Its name is made from the file's name, so a file that was left behind is found without a search.
    """
    number = 0
    while True:
        beside = path.with_name(f".{path.name}.{number}.tmp")
        with suppress(FileNotFoundError):
            if time.time() - beside.stat().st_mtime > _STALE:
                beside.unlink()
        # Not tempfile: only the owner can read its files, and a web server may run as another user.
        with suppress(FileExistsError):
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
            return beside, os.fdopen(handle, "wb")
        number += 1


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    """Make the rename survive a power cut, on systems that can do that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
