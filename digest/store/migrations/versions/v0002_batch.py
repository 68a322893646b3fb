"""Receipts tell one batch of papers from another."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; of the receipts before it, nobody knows."""
    op.add_column("receipts", sa.Column("batch", sa.String(16)))
