"""A format and a source of somebody else's: a class each, found by entry point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world import World

MODULE = '''
"""Minutes of a reading group: a line a paper, `title | abstract`."""

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import BinaryIO

from digest.dump import Dump, DumpAbout
from digest.model import Paper, Reject
from digest.text import clean


class Minutes:
    name = "minutes"
    description = "the minutes of the reading group"
    generic = False

    def recognises(self, head: bytes) -> bool:
        return head.startswith(b"Minutes of ")

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        for number, line in enumerate(stream, 1):
            title, bar, abstract = line.decode().partition(" | ")
            if bar:
                yield Paper(title=clean(title), abstract=clean(abstract), listed=about.as_of)
            elif number > 1:
                yield Reject(number, "no bar between title and abstract", title.strip()[:80])


class Secretary:
    """Reads them out; `room` is where."""

    def __init__(self, name: str, room: str) -> None:
        self.name = name
        self._room = room

    def dumps(self, seen: Mapping[str, str], *, now: datetime) -> Iterator[Dump]:
        body = f"Minutes of {self._room}\\nMoss on northern walls | It grows.\\nnothing else\\n".encode()
        if self._room not in seen:
            yield Dump(name=self._room, open=lambda: io.BytesIO(body), about=DumpAbout(), validator="read")
'''


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which a package of somebody else's is installed."""
    folder = tmp_path / "site"
    information = folder / "reading_group-1.0.dist-info"
    information.mkdir(parents=True)
    (folder / "reading_group.py").write_text(MODULE)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: reading-group\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(
        "[digest.formats]\nminutes = reading_group:Minutes\n[digest.sources]\nsecretary = reading_group:Secretary\n"
    )
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


def test_they_are_found_and_used(world: World, environment: dict[str, str]) -> None:
    text = world.path.read_text().replace('kind = "files"', 'kind = "secretary"')
    world.path.write_text(text.replace(f'path = "{world.folder}/inbox"', 'room = "Room 4"'))

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "digest", "--config", str(world.path), "ingest", "--json"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    first = run()
    (receipt,) = json.loads(first.stdout)["receipts"]
    assert (receipt["format"], receipt["new"], receipt["rejected"]) == ("minutes", 1, 1)
    assert receipt["rejects"][0]["line"] == 3
    assert first.returncode == 1
    (receipt,) = json.loads(run().stdout)["receipts"]
    assert receipt["status"] == "quiet"


def test_their_options_are_checked(world: World, environment: dict[str, str]) -> None:
    world.path.write_text('[[source]]\nname = "minutes"\nkind = "secretary"\nrom = "Room 4"\n')
    command = [sys.executable, "-m", "digest", "--config", str(world.path), "ingest"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "source[0].rom: a source of kind 'secretary' has no such setting; did you mean 'room'?" in done.stderr
