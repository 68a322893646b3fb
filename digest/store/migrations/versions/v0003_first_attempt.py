"""Editions know since when they are tried, and carry less."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column: an edition that was tried already was first tried when it was made, as far as is known.

    The receipts of feeds' editions were never looked at, nor was any edition looked up by its date alone.
    """
    op.add_column("editions", sa.Column("first_attempt", sa.DateTime(timezone=True)))
    op.execute("UPDATE editions SET first_attempt = created_at WHERE attempts > 0")
    op.execute("UPDATE editions SET receipts = '[]' WHERE feed")
    op.drop_index("ix_editions_date", "editions")
