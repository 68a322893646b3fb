"""Connections and transactions, on whatever database the URL names."""

from __future__ import annotations

import json
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import orjson
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from digest.errors import StoreError
from digest.store.sqlite import Sqlite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import URL, Connection

__all__ = ["Database", "chunks", "copy_database"]

_T = TypeVar("_T")

#: values in one statement; SQLite takes 32,766, and beyond a few hundred nothing gets faster
_CHUNK = 500


def chunks(values: Iterable[_T]) -> Iterator[list[_T]]:
    """The values, a few hundred at a time: as many as go well into one statement."""
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


class Database:
    """A database, opened by its URL. A writer waits ``patience`` seconds for another one.

    Every error of the database is raised as a StoreError whose sentence says what to do. Raise StoreError if the URL
    is not one of a database that is supported, or if there is no database and ``create`` is false.
    """

    def __init__(self, url: str, *, patience: float = 30, create: bool = True) -> None:
        #: what this kind of database does in its own way
        self.dialect = Sqlite(_parse(url), patience=patience, serialize=_encode, create=create)
        #: for messages
        self.name = self.dialect.name
        #: its file; None if it is in memory
        self.path = self.dialect.path
        self._engine = self.dialect.engine
        self._writing = self._engine.execution_options(immediate=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees the database as it is now, whatever others write. It waits for nobody."""
        with self._mapped(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write: committed at the end, rolled back on any exception."""
        with self._mapped(), self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, *self.dialect.errors) as error:
            raise StoreError(self.dialect.problem(error)) from error


def copy_database(url: str, folder: Path) -> str:
    """Copy a database into a folder, and return the URL of the copy. Raise StoreError if it can't be read."""
    return Sqlite.copy(_parse(url), folder)


# For what orjson refuses: halves of surrogate pairs, numbers of more than 64 bits.
_encode_anything = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _encode(value: object) -> str:
    """JSON that keeps letters as they are, so that they can be searched."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return _encode_anything(value)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(f"store.url is {url!r}, which is no database URL; write sqlite:///out/digest.db") from error
    if parsed.get_backend_name() != "sqlite":
        shown = parsed.render_as_string(hide_password=True)
        raise StoreError(f"store.url is {shown}; the history can be kept in SQLite only: sqlite:///out/digest.db")
    return parsed
