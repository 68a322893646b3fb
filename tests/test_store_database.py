"""What goes wrong with a database is a sentence that says what to do, and never a foreign error."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from digest.diff import PaperUpdate
from digest.errors import StoreError
from digest.model import ChangeKind
from digest.store import SqlStore, copy_database, open_store
from digest.store.database import Database, chunks
from tests.conftest import ROOT
from tests.papers import known, paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def write(store: SqlStore, number: int = 0, size: int = 100) -> None:
    outcome = PaperUpdate(
        kind=ChangeKind.NEW, paper=known(paper(f"Lantern number {number}", "x" * size), seq=0), changed=True
    )
    with store.recording() as recording:
        recording.apply([outcome], source="inbox", at=NOW, day=NOW.date())


@contextmanager
def on_each_connection(pragma: str) -> Iterator[None]:
    def run(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(pragma)

    event.listen(Engine, "connect", run)
    try:
        yield
    finally:
        event.remove(Engine, "connect", run)


class TestOpening:
    def test_a_missing_folder_is_made(self, tmp_path: Path) -> None:
        with open_store(f"sqlite:///{tmp_path}/a/b/digest.db") as store:
            write(store)
        assert (tmp_path / "a" / "b" / "digest.db").stat().st_size > 0

    def test_a_relative_path_is_relative_to_the_working_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        with open_store("sqlite:///out/digest.db") as store:
            monkeypatch.chdir("/")
            write(store)  # it is still the same one
        assert (tmp_path / "out" / "digest.db").is_file()

    def test_a_closed_history_is_one_file(self, tmp_path: Path) -> None:
        """So that whoever copies it has all of it."""
        with open_store(f"sqlite:///{tmp_path}/digest.db") as store:
            write(store)
        assert [path.name for path in tmp_path.iterdir()] == ["digest.db"]

    def test_what_was_written_is_there_again(self, tmp_path: Path) -> None:
        for number in range(2):
            with open_store(f"sqlite:///{tmp_path}/digest.db") as store:
                write(store, number)
        with open_store(f"sqlite:///{tmp_path}/digest.db") as store:
            assert (store.paper_count(), store.last_seq()) == (2, 2)

    def test_in_memory_it_works_as_in_a_file(self) -> None:
        with open_store("sqlite://") as store:
            write(store)
            assert store.paper_count() == 1

    def test_every_connection_has_the_promised_settings(self, tmp_path: Path) -> None:
        database = Database(f"sqlite:///{tmp_path}/digest.db", patience=7)
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        with closing(database), database.read() as one, database.write() as other:
            for connection in (one, other):
                found = [connection.scalar(text(f"PRAGMA {pragma}")) for pragma in pragmas]
                assert found == ["wal", 2, 1, 7000]  # 2 is FULL

    @pytest.mark.parametrize(
        ("url", "sentence"),
        [
            ("out/digest.db", "is no database URL; write sqlite:///out/digest.db"),
            ("postgresql+psycopg://ada:secret@db.example/digest", r"//ada:\*\*\*@db\.example/digest; .* SQLite only"),
            ("sqlite:////dev/null/digest.db", "/dev/null/digest.db can't be opened: /dev/null: .+"),
        ],
    )
    def test_a_url_of_no_use_says_why(self, url: str, sentence: str) -> None:
        with pytest.raises(StoreError, match=sentence) as caught:
            open_store(url)
        assert "secret" not in str(caught.value)

    def test_what_is_no_database_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "digest.db"
        path.write_text("Dear diary, " * 100)
        with pytest.raises(StoreError, match=r"digest\.db is not a database; set store\.url to another file"):
            open_store(f"sqlite:///{path}")
        assert path.read_text().startswith("Dear diary")

    def test_the_database_of_another_program_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "digest.db"
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE stamps (id INTEGER)")
        with pytest.raises(StoreError, match="is the database of another program"):
            open_store(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as other:
            assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("stamps",)]

    def test_a_folder_is_no_database(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="can't be opened; see that it is a file"):
            open_store(f"sqlite:///{tmp_path}")


class TestWriting:
    def test_a_writer_waits_for_another_one_and_then_says_so(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/digest.db"
        with open_store(url) as one, open_store(url, patience=0.05) as other:
            with one.recording(), pytest.raises(StoreError, match=r"another process is writing to .* within 0\.05 s"):
                write(other)
            write(other)
            assert one.paper_count() == 1

    def test_a_writer_who_is_patient_gets_a_turn(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/digest.db"
        with open_store(url) as one, open_store(url) as other:
            with one.recording() as recording:
                thread = threading.Thread(target=write, args=(other, 1))
                thread.start()
                outcome = PaperUpdate(kind=ChangeKind.NEW, paper=known(seq=0), changed=True)
                recording.apply([outcome], source="inbox", at=NOW, day=NOW.date())
            thread.join()
            assert one.last_seq() == 2

    def test_readers_wait_for_nobody(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/digest.db"
        with open_store(url) as one, open_store(url, patience=0) as other:
            write(one)
            with one.recording() as recording:
                outcome = PaperUpdate(kind=ChangeKind.NEW, paper=known(paper("Another"), seq=0), changed=True)
                recording.apply([outcome], source="inbox", at=NOW, day=NOW.date())
                assert other.paper_count() == 1
                assert other.last_seq() == 1
            assert other.paper_count() == 2

    def test_a_full_disk_keeps_nothing_and_says_so(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/digest.db"
        with open_store(url) as store:
            write(store)
        with on_each_connection("PRAGMA max_page_count=80"), open_store(url) as store:
            with pytest.raises(StoreError, match="is full, and nothing of this step was kept; make room"):
                write(store, 1, size=1_000_000)
            assert (store.paper_count(), store.last_seq()) == (1, 1)
            write(store, 2)
            assert store.last_seq() == 2

    def test_a_history_that_may_only_be_read_says_so(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/digest.db"
        with open_store(url) as store:
            write(store)
        with on_each_connection("PRAGMA query_only=ON"), open_store(url) as store:
            assert store.paper_count() == 1
            with pytest.raises(StoreError, match="can't be written to; make the file and its folder writable"):
                write(store, 1)

    def test_a_damaged_history_says_so(self, tmp_path: Path) -> None:
        path = tmp_path / "digest.db"
        with open_store(f"sqlite:///{path}") as store:
            for number in range(50):
                write(store, number, size=4000)
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (path.stat().st_size - 4096))
        with pytest.raises(StoreError, match="is damaged; put its last backup in its place"):  # noqa: SIM117
            with open_store(f"sqlite:///{path}") as store:
                list(store.papers())

    def test_a_damaged_history_is_not_copied(self, tmp_path: Path) -> None:
        (tmp_path / "digest.db").write_text("Dear diary, " * 100)
        (tmp_path / "copy").mkdir()
        with pytest.raises(StoreError, match=r"is not a database; set store\.url to another file"):
            copy_database(f"sqlite:///{tmp_path}/digest.db", tmp_path / "copy")

    def test_a_copy_has_what_was_written_and_leaves_the_history_alone(self, tmp_path: Path) -> None:
        (tmp_path / "copy").mkdir()
        with open_store(f"sqlite:///{tmp_path}/digest.db") as store:
            write(store)
            with open_store(copy_database(f"sqlite:///{tmp_path}/digest.db", tmp_path / "copy")) as copy:
                write(copy, 1)
                assert (store.paper_count(), copy.paper_count()) == (1, 2)

    def test_an_unknown_trouble_is_told_too(self, tmp_path: Path) -> None:
        with open_store(f"sqlite:///{tmp_path}/digest.db") as store:
            write(store)
            with pytest.raises(StoreError, match=r"can't be used: UNIQUE constraint failed: papers\.key") as caught:
                write(store)
        assert caught.value.__cause__ is not None


def test_chunks_are_whole_and_small() -> None:
    assert list(chunks([])) == []
    found = list(chunks(range(1201)))
    assert [number for chunk in found for number in chunk] == list(range(1201))
    assert max(map(len, found)) <= 500


def test_opening_does_not_bring_alembic(tmp_path: Path) -> None:
    """It takes longer to import than all the rest, and every command opens the history."""
    code = (
        "import sys; from digest.store import open_store\n"
        "for _ in range(2): open_store(sys.argv[1]).close()\n"
        "print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path}/digest.db"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
