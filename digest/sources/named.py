"""Dumps from the command line: files, folders, URLs, and ``-`` for standard input."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from digest.dump import Dump, DumpAbout
from digest.errors import FetchError
from digest.sources.files import file_dumps, stdin_dump

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from typing import BinaryIO

__all__ = ["named_dumps"]


def named_dumps(names: Iterable[str], as_of: date | None) -> Iterator[tuple[str, Dump]]:
    """Yield each dump with the name of its source, which is the dump's own name.

    If nothing has that name, opening the dump raises FetchError, and the other dumps are still read.
    """
    for name in names:
        if name == "-":
            yield "-", stdin_dump(as_of)
        elif name.startswith(("http://", "https://")):
            from digest.sources.url import url_dump  # noqa: PLC0415 - only URLs need an HTTP client

            dump = url_dump(name, as_of)
            yield dump.name, dump  # its name is the URL without secrets
        else:
            try:
                for dump in file_dumps(Path(name), as_of):
                    yield dump.name, dump
            except FetchError as error:
                yield name, _unreadable(Path(name).as_posix(), error)


def _unreadable(name: str, error: FetchError) -> Dump:
    def fail() -> BinaryIO:
        raise error

    return Dump(name=name, open=fail, about=DumpAbout())
