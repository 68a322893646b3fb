"""A format, a source and an output of somebody else's: a class each, found by entry point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT
from tests.papers import paper

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world import World

MODULE = '''
"""Minutes of a reading group: a line a paper, `title | abstract`."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

from digest.dump import Dump, DumpAbout
from digest.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from digest.model import DeliveryState, Edition, OutputContext, Paper, Reader, Reject
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


class Heliograph:
    """Flashes titles from tower to tower; `station` is whose mirror it is, `seconds` how long a flash takes."""

    def __init__(self, context: OutputContext, station: str, seconds: int = 2) -> None:
        self._log = context.folder / "flashes.txt"
        self._sign = f"{station}, {seconds} s"

    @classmethod
    def check_address(cls, text: str) -> str:
        scheme, _, tower = text.partition(":")
        if not tower.lower().startswith("tower-"):
            raise ValueError(f"{text!r} is not a tower; write for example heliograph:tower-4")
        return f"{scheme}:{tower.lower()}"

    @contextmanager
    def session(self) -> Iterator["Heliograph"]:
        if (self._log.parent / "night").exists():
            raise DeliveryError("there is no sun")
        yield self

    def send(self, edition: Edition, reader: Reader) -> DeliveryState:
        if reader.address.endswith("-13"):
            raise PermanentDeliveryError("tower 13 is a ruin")
        if (self._log.parent / "fog").exists():
            raise TemporaryDeliveryError("there is fog")
        with self._log.open("a") as log:
            titles = "; ".join(entry.paper.paper.title for entry in edition.entries)
            log.write(f"{reader.address} {edition.message_id} {self._sign}: {titles}\\n")
        return DeliveryState.SENT
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
        "[digest.outputs]\nheliograph = reading_group:Heliograph\n"
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


TOWERS = """
[heliograph]
station = "Moss Hill"
[[subscriber]]
address = "heliograph:Tower-4"
profiles = ["decoding"]
send_at = "00:00"
days = "daily"
"""


@dataclass(frozen=True)
class Digest:
    """The real command, in an environment where the output is installed."""

    world: World
    environment: dict[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "digest", "--config", str(self.world.path), *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def json(self, *arguments: str, code: int = 0) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout)

    @property
    def flashes(self) -> list[str]:
        """What was sent."""
        log = self.world.folder / "out" / "flashes.txt"
        return log.read_text().splitlines() if log.exists() else []


class TestOutput:
    """Nothing but its class and its entry point knows of it."""

    @pytest.fixture
    def digest(self, world: World, environment: dict[str, str]) -> Digest:
        world.configure(TOWERS)
        world.dump("a.txt", [paper()])
        return Digest(world, environment)

    def test_subscribers_of_both_kinds_are_sent_their_editions(self, digest: Digest) -> None:
        """From the configuration and from the command line, beside mail and feeds."""
        digest.json("subscribers", "add", "heliograph:TOWER-7", "-k", "decoding", "--send-at", "00:00")
        listed = {one["address"] for one in digest.json("subscribers", "list")["subscribers"]}
        assert listed == {"ada@example.org", "heliograph:tower-4", "heliograph:tower-7"}
        answer = digest.json("run")
        assert (answer["sent"], answer["written"], answer["failed"]) == (2, 2, 0)
        ids = {one["reader"]: one["message_id"] for one in answer["editions"]}
        assert ids.keys() == {"feed:decoding", "mail:ada@example.org", "heliograph:tower-4", "heliograph:tower-7"}
        assert sorted(digest.flashes) == [
            f"heliograph:tower-{number} {ids[f'heliograph:tower-{number}']} Moss Hill, 2 s: {paper().title}"
            for number in (4, 7)
        ]
        assert digest.json("run")["sent"] == 0

    def test_what_waits_and_what_failed_is_listed_and_tried_again(self, digest: Digest) -> None:
        digest.world.configure(TOWERS + TOWERS.partition('Hill"\n')[2].replace("4", "13"))
        (digest.world.folder / "out").mkdir()
        (digest.world.folder / "out" / "fog").touch()
        answer = digest.json("run", code=1)
        assert (answer["sent"], answer["written"], answer["deferred"], answer["failed"]) == (0, 2, 1, 1)
        listed = {one["reader"]: one for one in digest.json("outbox")["outbox"]}
        assert {reader: (one["state"], one["error"]) for reader, one in listed.items()} == {
            "heliograph:tower-4": ("deferred", "there is fog"),
            "heliograph:tower-13": ("failed", "tower 13 is a ruin"),
        }
        assert "there is fog" in digest.run("outbox").stdout
        (digest.world.folder / "out" / "fog").unlink()
        digest.json("outbox", "--retry")
        done = digest.run("deliver")
        assert "1 edition by heliograph sent, 1 edition by heliograph failed" in done.stdout
        message_id = listed["heliograph:tower-4"]["message_id"]
        assert [line.split()[:2] for line in digest.flashes] == [["heliograph:tower-4", message_id]]

    def test_when_it_cannot_be_used_mail_still_goes_out(self, digest: Digest) -> None:
        (digest.world.folder / "out").mkdir()
        (digest.world.folder / "out" / "night").touch()
        answer = digest.json("run", code=1)
        assert (answer["stopped"], answer["written"]) == ("there is no sun", 2)
        (waiting,) = digest.json("outbox")["outbox"]
        assert (waiting["reader"], waiting["state"], waiting["attempts"]) == ("heliograph:tower-4", "waiting", 0)
        found = {one["what"]: one for one in digest.json("check", code=1)["findings"]}
        assert (found["heliograph"]["verdict"], found["heliograph"]["sentence"]) == ("bad", "there is no sun")

    def test_check_and_a_dry_run_know_it(self, digest: Digest) -> None:
        assert "1 edition by heliograph" in digest.run("run", "--dry-run").stdout
        assert digest.flashes == []
        digest.json("run")
        found = {one["what"]: one["verdict"] for one in digest.json("check")["findings"]}
        assert found["heliograph"] == "good"

    def test_everything_that_is_wrong_with_its_table_and_addresses_is_said_at_once(self, digest: Digest) -> None:
        wrong = TOWERS.replace("station", "staton").replace("Tower-4", "hut")
        wrong = wrong.replace("[[subscriber", 'seconds = "two"\n[[subscriber')
        digest.world.configure(wrong)
        done = digest.run("run")
        assert done.returncode == 2
        for problem in (
            "heliograph.station: is missing",
            "heliograph.seconds: must be a whole number, not 'two'",
            "heliograph.staton: there is no such setting; did you mean 'station'?",
            "subscriber[1].address: 'heliograph:hut' is not a tower; write for example heliograph:tower-4",
        ):
            assert problem in done.stderr

    def test_a_wrong_address_is_refused_on_the_command_line(self, digest: Digest) -> None:
        done = digest.run("subscribers", "add", "heliograph:hut", "-k", "decoding")
        assert done.returncode == 2
        assert "'heliograph:hut' is not a tower" in done.stderr

    def test_without_it_its_addresses_are_refused(self, world: World) -> None:
        world.configure(TOWERS)
        done = Digest(world, dict(os.environ)).run("run")
        assert done.returncode == 2
        assert "heliograph: there is no such setting" in done.stderr
        assert "there is no output 'heliograph'" in done.stderr

    def test_nothing_else_names_it(self) -> None:
        files = [path for name in ("digest", "config", "templates") for path in (ROOT / name).rglob("*.*")]
        named = [path for path in files if path.suffix != ".pyc" and b"heliograph" in path.read_bytes().lower()]
        assert len(files) > 200
        assert named == []
