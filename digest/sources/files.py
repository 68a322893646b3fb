"""Dumps in files: in a folder, named on the command line, or from standard input."""

from __future__ import annotations

import io
import stat
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from digest.dump import Dump, DumpAbout
from digest.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

__all__ = ["FilesSource", "file_dumps", "stdin_dump"]

#: unfinished downloads, and backup copies of editors
_UNFINISHED = (".part", ".tmp", "~")
#: limit for dumps that can be read only once, because they are kept in memory
_MOST_BYTES = 256 * 2**20


class FilesSource:
    """The files in a folder, one file, or the files that match a pattern such as ``inbox/*.txt``.

    ``path`` is relative to the working folder. Hidden files and unfinished ones (``.part``, ``.tmp``, ``~``) are
    skipped. A file is read again when its size or modification time changes.
    """

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        self._path = path

    def dumps(self, seen: Mapping[str, str], *, now: datetime) -> Iterator[Dump]:  # noqa: ARG002 - files have no date
        """Yield new and changed files, sorted by name."""
        for dump in _dumps(_matches(self._path), as_of=None):
            if seen.get(dump.name) != dump.validator:
                yield dump


def file_dumps(path: Path, as_of: date | None) -> Iterator[Dump]:
    """Yield the file, or the files of the folder sorted by name, even if they were read before.

    Raise FetchError if there is none. Named pipes and the like can be read only once, so they are kept in memory.
    """
    if path.is_dir():
        found = list(_dumps(path.iterdir(), as_of))
        if not found:
            raise FetchError(f"the folder {path.as_posix()} has no files")
        yield from found
    elif path.is_file():
        yield _dump(path, path.stat().st_size, path.stat().st_mtime_ns, as_of)
    elif path.exists():
        yield _once(path.as_posix(), lambda size: _read(path, size), as_of)
    else:
        raise FetchError(f"there is no file or folder {path.as_posix()}")


def stdin_dump(as_of: date | None) -> Dump:
    """Standard input, under the name ``-``. It is read when it is first opened, and kept in memory."""
    return _once("-", sys.stdin.buffer.read, as_of)


def _matches(pattern: str) -> Iterable[Path]:
    """The files in a folder, one file, or the files that match a pattern. FetchError if there are none."""
    path = Path(pattern).expanduser()
    if path.is_dir():
        return path.iterdir()
    if path.exists():
        return [path]
    try:
        found = list(Path(path.anchor).glob(path.relative_to(path.anchor).as_posix()))
    except ValueError as error:
        raise FetchError(f"{pattern} is not a valid pattern for files: {error}") from error
    if not found:
        raise FetchError(f"nothing found at {pattern}; save a dump there, or correct the source's path")
    return found


def _dumps(paths: Iterable[Path], as_of: date | None) -> Iterator[Dump]:
    for path in sorted(paths):
        if path.name.startswith(".") or path.name.endswith(_UNFINISHED):
            continue
        try:
            about = path.stat()
        except OSError:  # deleted in the meantime, or a broken link
            continue
        if stat.S_ISREG(about.st_mode):
            yield _dump(path, about.st_size, about.st_mtime_ns, as_of)


def _dump(path: Path, size: int, mtime_ns: int, as_of: date | None) -> Dump:
    return Dump(
        name=path.as_posix(),
        open=lambda: path.open("rb"),
        about=DumpAbout(as_of=as_of, modified=datetime.fromtimestamp(mtime_ns / 1e9, UTC)),
        validator=f"{size}-{mtime_ns}",
    )


def _read(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def _once(name: str, read: Callable[[int], bytes], as_of: date | None) -> Dump:
    """A dump that can be read only once. ``read`` takes the maximum number of bytes."""

    @cache
    def content() -> bytes:
        held = read(_MOST_BYTES + 1)
        if len(held) > _MOST_BYTES:
            raise FetchError(f"{name} has more than {_MOST_BYTES // 2**20} MiB; save it to a file and read that")
        return held

    return Dump(name=name, open=lambda: io.BytesIO(content()), about=DumpAbout(as_of=as_of))
