"""Dumps in files: what somebody saved into a folder, named on the command line, or piped in."""

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

#: files that somebody is still writing, or that an editor keeps as a copy
_UNFINISHED = (".part", ".tmp", "~")
#: what is held in memory because it can be read only once
_MOST_BYTES = 256 * 2**20


class FilesSource:
    """The files of a folder, one file, or the files that a pattern such as ``inbox/*.txt`` matches.

    ``path`` is relative to the working folder. Hidden files and those still being written (``.part``, ``.tmp``, ``~``)
    are left alone. A file is a new dump whenever its size or time of change is not what it was.
    """

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        self._path = path

    def dumps(self, seen: Mapping[str, str], *, now: datetime) -> Iterator[Dump]:  # noqa: ARG002 - files have no date
        """Yield the files that are new or changed, in the order of their names."""
        for dump in _dumps(_matches(self._path), as_of=None):
            if seen.get(dump.name) != dump.validator:
                yield dump


def file_dumps(path: Path, as_of: date | None) -> Iterator[Dump]:
    """Yield the file, or the folder's files in the order of their names, whether or not they were read before.

    Raise FetchError where there is none. What can be read only once, such as a named pipe, is held in memory.
    """
    if path.is_dir():
        found = list(_dumps(path.iterdir(), as_of))
        if not found:
            raise FetchError(f"there are no files in the folder {path.as_posix()}")
        yield from found
    elif path.is_file():
        yield _dump(path, path.stat().st_size, path.stat().st_mtime_ns, as_of)
    elif path.exists():
        yield _once(path.as_posix(), lambda size: _read(path, size), as_of)
    else:
        raise FetchError(f"there is no file or folder {path.as_posix()}; is the name right?")


def stdin_dump(as_of: date | None) -> Dump:
    """What is piped in, under the name ``-``; it is read when it is opened first, and held in memory."""
    return _once("-", sys.stdin.buffer.read, as_of)


def _matches(pattern: str) -> Iterable[Path]:
    """What a folder holds, a file, or what a pattern matches; FetchError where there is nothing."""
    path = Path(pattern).expanduser()
    if path.is_dir():
        return path.iterdir()
    if path.exists():
        return [path]
    try:
        found = list(Path(path.anchor).glob(path.relative_to(path.anchor).as_posix()))
    except ValueError as error:
        raise FetchError(f"{pattern} is no pattern that files can be found by: {error}") from error
    if not found:
        raise FetchError(f"nothing is at {pattern}; save a dump there, or correct the source's path")
    return found


def _dumps(paths: Iterable[Path], as_of: date | None) -> Iterator[Dump]:
    for path in sorted(paths):
        if path.name.startswith(".") or path.name.endswith(_UNFINISHED):
            continue
        try:
            about = path.stat()
        except OSError:  # gone since it was listed, or a link to nowhere
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
    """A dump that can be read only once; ``read`` takes the greatest number of bytes."""

    @cache
    def content() -> bytes:
        held = read(_MOST_BYTES + 1)
        if len(held) > _MOST_BYTES:
            raise FetchError(f"{name} gives more than {_MOST_BYTES // 2**20} MiB; save it and name the file")
        return held

    return Dump(name=name, open=lambda: io.BytesIO(content()), about=DumpAbout(as_of=as_of))
