"""Editions name their output, and the outbox is worked off in pages that are leased."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column, the index in the order in which the outbox is worked off, and the table of leases.

    So far every subscriber was reached by mail. What failed because they had unsubscribed was no failure.
    """
    op.add_column("editions", sa.Column("output", sa.Text))
    op.execute("UPDATE editions SET output = 'mail' WHERE NOT feed")
    op.execute(
        "UPDATE editions SET state = 'cancelled', next_attempt = NULL WHERE state IN ('waiting', 'deferred', 'failed')"
        " AND reader IN (SELECT 'mail:' || address FROM unsubscriptions)"
    )
    op.drop_index("ix_editions_state_date", "editions")
    op.create_index("ix_editions_outbox", "editions", ["state", "output", "next_attempt", "date"])
    op.create_table(
        "leases",
        sa.Column("resource", sa.String(16), nullable=False),
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("resource", "id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_leases_owner", "leases", ["owner"])
