"""Connections and transactions, and what the errors of a database mean to a person."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from sqlalchemy import Connection, StaticPool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from digest.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import URL, Engine

__all__ = ["Database", "chunks"]

_T = TypeVar("_T")

#: values in one statement; SQLite takes 32,766, and beyond a few hundred nothing gets faster
_CHUNK = 500

#: bytes of the database that a connection holds in memory at most, once it has come to need them
_CACHE = 2 * 2**20
_CACHE_OF_WRITER = 256 * 2**20


def chunks(values: Iterable[_T]) -> Iterator[list[_T]]:
    """The values, a few hundred at a time: as many as go well into one statement."""
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


class Database:
    """A SQLite database: ``sqlite:///relative/path``, ``sqlite:////absolute/path``, or ``sqlite://`` in memory.

    The folder of the file is made where it is missing. ``patience`` says for how many seconds a writer waits for
    another one. Raise StoreError where the URL is of no use.
    """

    def __init__(self, url: str, *, patience: float = 30) -> None:
        parsed = _parse(url)
        in_memory = parsed.database in (None, "", ":memory:")
        #: None where it is in memory
        self.path = None if in_memory else Path(os.path.abspath(str(parsed.database)))  # noqa: PTH100 - keeps links
        self.name = "the database in memory" if in_memory else str(parsed.database)
        self._patience = patience
        if self.path is not None:
            _make_folder(self.path.parent)
            parsed = parsed.set(database=str(self.path))
        self._engine = self._make_engine(parsed)
        self._writing = self._engine.execution_options(immediate=True)

    def _make_engine(self, url: URL) -> Engine:
        options: dict[str, Any] = {"max_overflow": -1}
        if self.path is None:
            options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        engine = create_engine(url, json_serializer=_encode, **options)
        event.listen(engine, "connect", self._set_up)
        event.listen(engine, "begin", _begin)
        return engine

    def _set_up(self, connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not begin transactions of its own: it would begin them deferred, and too late.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={round(self._patience * 1000)}")
        self._write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Switch a new database to write-ahead logging. SQLite itself does not wait where two processes try that."""
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

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees the database as it is now, whatever others write. It waits for nobody."""
        with self._mapped(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction of the one who may write: committed at the end, rolled back on any exception."""
        with self._mapped(), self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise StoreError(self._sentence(error)) from error

    def _sentence(self, error: Exception) -> str:
        cause = error.orig if isinstance(error, DBAPIError) else error
        code = getattr(cause, "sqlite_errorcode", None)
        # The low byte is the primary code: https://sqlite.org/rescode.html#extrc
        known = None if code is None else _SENTENCES.get(code & 0xFF)
        if known is None:
            return f"{self.name} can't be used: {cause}"
        return known.format(name=self.name, patience=self._patience)


_SENTENCES = {
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


# For what orjson refuses: halves of surrogate pairs, numbers of more than 64 bits.
_encode_anything = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _encode(value: object) -> str:
    """JSON in which letters stand as they are, so that they can be searched."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return _encode_anything(value)


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns from reading to writing fails at once if another one wrote in between; one that
    # takes the right to write at its beginning waits for its turn.
    immediate = connection.get_execution_options().get("immediate", False)
    # The aliases of a snapshot go everywhere into their index: pages that don't fit are written again and again.
    connection.exec_driver_sql(f"PRAGMA cache_size=-{(_CACHE_OF_WRITER if immediate else _CACHE) // 1024}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(f"store.url is {url!r}, which is no database URL; write sqlite:///out/digest.db") from error
    if parsed.get_backend_name() != "sqlite":
        shown = parsed.render_as_string(hide_password=True)
        raise StoreError(f"store.url is {shown}; the history can be kept in SQLite only: sqlite:///out/digest.db")
    return parsed


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder {folder} of the history can't be made: {error.strerror}") from error
