"""The folder that is published, and a record of what was written into it.

The record is the file ``site.json`` next to the folder. It lists the files that we wrote, because only those may be
deleted, and what they were made of, so that they are not made again for nothing. It is not published itself.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from digest.files import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Record", "SiteFolder", "WrittenFile"]

_DAY_PAGE = re.compile(r"\d{4}-\d{2}-\d{2}\.html", re.ASCII)
#: what shows that a file in ``feeds``, next to the site, was written by an earlier version, by the file's ending
_OLD_FEEDS = {
    ".rss.xml": b"<generator>digest</generator>",
    ".atom.xml": b"<generator>digest</generator>",
    ".json": b'"version": "https://jsonfeed.org/version/1.1"',
    ".opml": b'.atom.xml" htmlUrl="',
}


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that we wrote."""

    #: a fingerprint of the templates, names and links in it; empty if that is not known
    look: str
    #: the day that it is about; None for a file that is written each time
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What was written into the folder, by paths relative to it."""

    files: dict[str, WrittenFile] = field(default_factory=dict)
    #: a fingerprint of everything that the site was made of; None if writing it was not finished
    made_of: str | None = None


class SiteFolder:
    """The folder ``site`` below the output folder. Paths are relative to it, with forward slashes.

    All methods raise OSError if the disk refuses.
    """

    def __init__(self, output: Path) -> None:
        self._output = output
        self._root = output / "site"
        self._record = output / "site.json"

    def exists(self, path: str) -> bool:
        """Whether a file is there."""
        return (self._root / path).is_file()

    def write(self, path: str, content: bytes) -> bool:
        """Write a file, and say whether that changed anything."""
        return write_atomically(self._root / path, content)

    def remove(self, path: str) -> bool:
        """Delete a file, and then its folder if it is empty; say whether there was such a file."""
        return _remove(self._root / path, self._root)

    def remove_old_feeds(self) -> list[str]:
        """Delete the feeds that an earlier version wrote to ``feeds``, next to ``site``; return their paths.

        Nothing updates them any more, and a web server must not go on serving them. Files that are not ours stay.
        """
        folder = self._output / "feeds"
        if not folder.is_dir() or folder.is_symlink():  # a link may lead to the new feeds
            return []
        found = [path for path in sorted(folder.iterdir()) if _is_old_feed(path)]
        return [str(path) for path in found if _remove(path, self._output)]

    def load(self) -> Record:
        """The record. If there is none, the pages of days that an earlier version wrote."""
        try:
            record = json.loads(self._record.read_bytes())
            files = {path: _from_json(one) for path, one in record["files"].items()}
            return Record(files, record["made_of"])
        except (FileNotFoundError, ValueError, TypeError, LookupError, AttributeError):
            return Record(
                {path.name: WrittenFile("", day) for path in self._root.glob("*.html") if (day := _day(path))}
            )

    def save(self, record: Record) -> None:
        """Write the record."""
        files = {path: _to_json(one) for path, one in sorted(record.files.items())}
        write_atomically(self._record, json.dumps({"made_of": record.made_of, "files": files}, indent=1).encode())


def _remove(path: Path, root: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    if path.parent != root:
        with suppress(OSError):  # it is not empty
            path.parent.rmdir()
    return True


def _is_old_feed(path: Path) -> bool:
    mark = next((mark for ending, mark in _OLD_FEEDS.items() if path.name.endswith(ending)), None)
    return mark is not None and path.is_file() and mark in path.read_bytes()


def _day(page: Path) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(page.stem) if _DAY_PAGE.fullmatch(page.name) else None
    return None


def _to_json(one: WrittenFile) -> dict[str, str]:
    return {"look": one.look} if one.day is None else {"look": one.look, "day": one.day.isoformat()}


def _from_json(data: dict[str, str]) -> WrittenFile:
    return WrittenFile(data["look"], date.fromisoformat(data["day"]) if "day" in data else None)
