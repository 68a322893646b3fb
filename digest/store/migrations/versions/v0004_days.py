"""The days on which papers came in are told by the receipts."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the index by which they are found."""
    op.create_index("ix_receipts_day", "receipts", ["day"])
