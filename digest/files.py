"""Writing files: never half of one, and private ones for their owner alone."""

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

#: seconds; nobody writes one file for so long, so an older unfinished file was left by a process that died
_STALE = 3600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write_atomically(path: Path, content: bytes, *, private: bool = False) -> bool:
    """Write a file under another name and rename it; return whether anything changed.

    A file that already has this content is left alone, with the time that a web server gives as its Last-Modified.
    After a crash either the old file or the new one is there, whole. There may be an unfinished file beside it, which
    is deleted when the same file is written an hour later or more. A private file can be read by its owner only, and
    so can the folders that are made for it. Raise OSError.
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
    """Take everybody's rights to a file or folder away but its owner's, if it is there and we may do that."""
    with suppress(OSError):  # the owner is somebody else, who decides who may read it
        mode = path.stat().st_mode
        if mode & _OTHERS:
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def tighten(folder: Path) -> None:
    """Make a folder and all in it private, if others can look into it, as they could with earlier versions.

    The folder itself comes last, so that a call that was interrupted is completed by the next one. Raise OSError.
    """
    if folder.is_dir() and folder.stat().st_mode & _OTHERS:
        for path in folder.rglob("*"):
            keep_private(path)
        keep_private(folder)


def _make_private_folders(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for its owner only."""
    if folder.is_dir():
        return
    _make_private_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def _open_beside(path: Path, mode: int) -> tuple[Path, BinaryIO]:
    """Open a new file that only we write: several processes may write the same file at once.

    Its name is a function of the file's name, so that one that was left behind is found without a search.
    """
    number = 0
    while True:
        beside = path.with_name(f".{path.name}.{number}.tmp")
        with suppress(FileNotFoundError):
            if time.time() - beside.stat().st_mtime > _STALE:
                beside.unlink()
        # Not tempfile: its files can be read by their owner only, and a web server may run as another user.
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
    """Make the new name survive a power cut, where the system can do that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
