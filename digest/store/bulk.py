"""Many new rows of one table, given to the driver as they are.

SQLAlchemy goes through the columns of every row; here each column is gone through once, with SQLAlchemy's own
conversions, which takes a fifth of the time.
"""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON
from sqlalchemy.exc import StatementError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Dialect, Insert

__all__ = ["insert_rows"]


def insert_rows(connection: Connection, insert: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, each a value for every column of the table. ``insert`` has no values of its own."""
    if rows:
        statement, converters = _prepared(insert, connection.dialect)
        columns = [
            map(convert, map(itemgetter(name), rows)) if convert else map(itemgetter(name), rows)
            for name, convert in converters
        ]
        try:
            values = list(zip(*columns, strict=True))
        except (TypeError, ValueError) as error:  # what SQLAlchemy would make of it
            raise StatementError(str(error), statement, None, error) from error
        connection.exec_driver_sql(statement, values)


@lru_cache(maxsize=16)
def _prepared(insert: Insert, dialect: Dialect) -> tuple[str, list[tuple[str, Callable[[Any], Any] | None]]]:
    """The statement, and for each column its name and what makes its values the driver's."""
    columns = insert.table.columns
    return str(insert.compile(dialect=dialect)), [(column.name, _converter(column, dialect)) for column in columns]


def _converter(column: ColumnElement[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    convert = column.type.dialect_impl(dialect).bind_processor(dialect)
    # Days and instants come again and again; what is kept as JSON cannot be looked up.
    return convert if convert is None or isinstance(column.type, JSON) else lru_cache(maxsize=4096)(convert)
