"""Writing files so that nobody ever reads half of one."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["write_atomically"]

#: seconds; nobody writes one file for so long, so an unfinished one that is older is a dead process's
_STALE = 3600


def write_atomically(path: Path, content: bytes) -> bool:
    """Write a file beside its place and rename it into it; say whether anything changed.

    A file that has this content already is left alone, and with it the time that a web server gives as its
    Last-Modified. After a crash the old file or the new one is there, whole, and perhaps an unfinished one beside it,
    which goes when the same file is written an hour later or more. Raise OSError.
    """
    if _holds(path, content):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside, file = _open_beside(path)
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


def _open_beside(path: Path) -> tuple[Path, BinaryIO]:
    """Make a file that is nobody else's: several processes may write the same one at once.

    Its name says whose it is, so that one that was left behind is met without looking through the folder.
    """
    number = 0
    while True:
        beside = path.with_name(f".{path.name}.{number}.tmp")
        with suppress(FileNotFoundError):
            if time.time() - beside.stat().st_mtime > _STALE:
                beside.unlink()
        # Not tempfile: its files can be read by their owner alone, and a web server may be somebody else.
        with suppress(FileExistsError):
            return beside, beside.open("xb")
        number += 1


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    """Make the new name itself outlive a power cut, where the system can do that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
