"""From any earlier schema to the present one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

from digest.errors import StoreError
from digest.store.schema import HEAD, alembic_version, metadata

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from digest.store.database import Database

__all__ = ["migrations", "upgrade"]


def upgrade(database: Database) -> None:
    """Make the tables, or bring those that are there up to date, in one transaction.

    Raise StoreError where the database is of a newer digest, or of another program.
    """
    with database.read() as connection:
        if _revision(connection) == HEAD:
            return
    with database.write() as connection:
        revision = _revision(connection)  # another process may have been faster
        if revision is None:
            _create(connection, database.name)
        elif revision > HEAD:
            raise StoreError(
                f"{database.name} was written by a newer digest: its schema is {revision}, and this digest knows "
                f"those up to {HEAD}; upgrade digest"
            )
        elif revision < HEAD:
            _migrate(connection)


def _revision(connection: Connection) -> str | None:
    """None where nobody has made any tables, empty where no migration has been run."""
    if not inspect(connection).has_table(alembic_version.name):
        return None
    return connection.scalar(select(alembic_version.c.version_num)) or ""


def _create(connection: Connection, name: str) -> None:
    # Not by way of the migrations: importing alembic takes longer than all the rest.
    if inspect(connection).get_table_names():
        raise StoreError(f"{name} is the database of another program; set store.url to another file")
    metadata.create_all(connection, checkfirst=False)
    connection.execute(alembic_version.insert().values(version_num=HEAD))


def migrations() -> Config:
    """What alembic needs to know to find the migrations."""
    from alembic.config import Config  # noqa: PLC0415 - slow, and seldom needed

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow, and seldom needed

    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
