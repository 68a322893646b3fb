"""Everything that only SQLite does: settings of a connection, upserts, row numbers, error codes, and copies of a file.

No other module imports ``sqlite3`` or SQLAlchemy's SQLite dialect; a test checks it. Another database is another module
with a class that has the same methods.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import StaticPool, Text, column, create_engine, event, select, table
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError

from digest.errors import NoHistoryError, StoreError
from digest.files import keep_private

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import URL, ColumnElement, Connection, Engine, Insert, Table

__all__ = ["Sqlite"]

#: seconds that the driver waits for another process if nobody says how many
_PATIENCE = 5
#: bytes of the database that a connection keeps in memory at most
_CACHE = 2 * 2**20
_CACHE_OF_WRITER = 256 * 2**20

# The greatest number that a row of each table with sqlite_autoincrement ever had: https://sqlite.org/autoinc.html
_NUMBERS = table("sqlite_sequence", column("name", Text), column("seq"))


class Sqlite:
    """A database file: ``sqlite:///relative/path`` or ``sqlite:////absolute/path``; ``sqlite://`` is in memory.

    A file that is missing is made, with its folder, unless ``create`` is false. Only its owner can read it: it has
    addresses and the keys of links. A writer waits ``patience`` seconds for another one. Raise StoreError if the file
    is missing and not to be made, cannot be made, or is empty.
    """

    #: what the driver raises when SQLAlchemy does not wrap it
    errors = (sqlite3.Error,)

    def __init__(self, url: URL, *, patience: float, serialize: Callable[[Any], str], create: bool = True) -> None:
        #: None if it is in memory
        self.path = _path(url)
        #: for messages
        self.name = "the database in memory" if self.path is None else str(url.database)
        self._patience = patience
        if self.path is not None:
            _prepare(self.path, self.name, create=create)
            url = url.set(database=str(self.path))
        self.engine = self._make_engine(url, serialize)

    def _make_engine(self, url: URL, serialize: Callable[[Any], str]) -> Engine:
        options: dict[str, Any] = {"max_overflow": -1}
        if self.path is None:
            options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        engine = create_engine(url, json_serializer=serialize, **options)
        event.listen(engine, "connect", self._set_up)
        event.listen(engine, "begin", _begin)
        return engine

    # -- connections

    def _set_up(self, connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not begin transactions itself: it would begin them deferred, and too late.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={round(self._patience * 1000)}")
        self._write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Switch a new database to write-ahead logging. SQLite does not wait when two processes try that at once."""
        end = time.monotonic() + self._patience
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL").close()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(0.01)
            else:
                return

    # -- statements

    @staticmethod
    @cache
    def insert_missing(into: Table) -> Insert:
        """An INSERT that leaves out rows that the table has already."""
        return insert(into).on_conflict_do_nothing()

    @staticmethod
    def upsert(
        into: Table,
        *,
        key: Sequence[str],
        update: Sequence[str],
        where: Callable[[Any], ColumnElement[bool]] | None = None,
    ) -> Insert:
        """An INSERT that updates some columns of the row that has the same key.

        ``where`` gets the columns of the new row, and says whether the old row is updated or left alone.
        """
        added = insert(into)
        return added.on_conflict_do_update(
            index_elements=key,
            set_={name: added.excluded[name] for name in update},
            where=None if where is None else where(added.excluded),
        )

    @staticmethod
    def last_number(connection: Connection, of: Table) -> int:
        """The greatest number that a row of the table ever had, deleted rows included."""
        return connection.scalar(select(_NUMBERS.c.seq).where(_NUMBERS.c.name == of.name)) or 0

    # -- errors

    def problem(self, error: Exception) -> str:
        """What an error means, as a sentence that says what to do."""
        return _problem(error, self.name, self._patience)

    # -- copies

    @staticmethod
    def copy(url: URL, folder: Path) -> str:
        """Copy a database into a folder, and return the URL of the copy. What does not exist yet is not copied.

        Others may read and write meanwhile. Raise StoreError if it cannot be read.
        """
        path, copy = _path(url), folder / "digest.db"
        if path is not None and path.exists():
            _refuse_empty(path, str(url.database))
            try:
                with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(copy)) as new:
                    old.backup(new)
            except sqlite3.Error as error:
                raise StoreError(_problem(error, str(url.database), _PATIENCE)) from error
        return f"sqlite:///{copy}"


def _problem(error: Exception, name: str, patience: float) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    # The low byte is the primary code: https://sqlite.org/rescode.html#extrc
    known = None if code is None else _PROBLEMS.get(code & 0xFF)
    return f"{name} can't be used: {cause}" if known is None else known.format(name=name, patience=patience)


_PROBLEMS = {
    sqlite3.SQLITE_BUSY: "another process is writing to {name} and was not done within {patience:g} s; try again later",
    sqlite3.SQLITE_LOCKED: "another part of this process is using {name}; try again later",
    sqlite3.SQLITE_FULL: "the disk of {name} is full, and nothing of this step was kept; make room and try again",
    sqlite3.SQLITE_NOTADB: "{name} is not a database; set store.url to another file, or move this one away",
    sqlite3.SQLITE_CORRUPT: "{name} is damaged; put its last backup in its place",
    sqlite3.SQLITE_READONLY: "{name} can't be written to; make the file and its folder writable for this user",
    sqlite3.SQLITE_CANTOPEN: "{name} can't be opened; see that it is a file and that this user may write to its folder",
    sqlite3.SQLITE_PERM: "{name} can't be opened; see that this user may write to it and to its folder",
    sqlite3.SQLITE_IOERR: "the disk of {name} gave an error, and nothing of this step was kept; check the disk",
}


def _begin(connection: Connection) -> None:
    # A deferred transaction fails at once if another one wrote between its first read and its first write; an
    # immediate one waits for its turn.
    immediate = connection.get_execution_options().get("immediate", False)
    # The aliases of a snapshot go everywhere into their index: pages that don't fit are written again and again.
    connection.exec_driver_sql(f"PRAGMA cache_size=-{(_CACHE_OF_WRITER if immediate else _CACHE) // 1024}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _path(url: URL) -> Path | None:
    if url.database in (None, "", ":memory:"):
        return None
    return Path(os.path.abspath(str(url.database)))  # noqa: PTH100 - keeps links


def _prepare(path: Path, name: str, *, create: bool) -> None:
    """See that the file is there, is not empty, and is its owner's alone."""
    try:
        if path.exists():
            _refuse_empty(path, name)
        elif create:
            _make(Path(os.path.realpath(path)))
        else:
            raise NoHistoryError(
                f"there is no history at {name} yet; `digest run` makes it. If there should be one, look at the folder "
                "that you are in, and at store.url"
            )
    except OSError as error:
        raise StoreError(f"{name} can't be opened: {error.filename or path.parent}: {error.strerror}") from error
    # SQLite gives the files that it makes beside it the same rights; those of an earlier version may be there.
    for ending in ("", "-wal", "-shm"):
        keep_private(path.with_name(path.name + ending))


def _refuse_empty(path: Path, name: str) -> None:
    if path.stat().st_size == 0:
        raise StoreError(
            f"{name} is an empty file: what was in it is lost. Put its last backup in its place, or delete it to start "
            "a new history"
        )


def _make(path: Path) -> None:
    """Make a database without tables under another name and link it into its place.

    SQLite itself would make an empty file first, and after a crash that could not be told from a history that was lost.
    """
    # Not a private one: the output folder is the usual place, and a web server may read the site in it.
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.unlink(missing_ok=True)
        beside.touch(mode=0o600)
        with closing(sqlite3.connect(beside)) as connection:
            connection.execute("PRAGMA journal_mode=WAL").close()
        with suppress(FileExistsError):  # another process was faster
            _link(beside, path)
    except sqlite3.Error as error:
        raise StoreError(_problem(error, str(path), _PATIENCE)) from error
    finally:
        beside.unlink(missing_ok=True)


def _link(old: Path, new: Path) -> None:
    try:
        new.hardlink_to(old)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if not new.exists():
            old.rename(new)
