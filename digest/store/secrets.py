"""The secrets that sign links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from digest.store.schema import secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from digest.store.database import Database

__all__ = ["Secrets"]


class Secrets:
    """Secrets by their purpose."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def secret(self, purpose: str, make: Callable[[], str]) -> str:
        """The secret for a purpose; the first time it is made, and every process gets the same one."""
        known = select(secrets.c.value).where(secrets.c.purpose == purpose)
        with self._database.read() as connection:
            found: str | None = connection.scalar(known)
        if found is not None:
            return found
        with self._database.write() as connection:
            row = {"purpose": purpose, "value": make()}
            connection.execute(self._database.dialect.insert_missing(secrets), row)
            value: str = connection.execute(known).scalar_one()
        return value
