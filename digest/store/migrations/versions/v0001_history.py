"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "papers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("first_seq", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("abstract", sa.Text, nullable=False),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("author_count", sa.Integer),
        sa.Column("organization", sa.Text),
        sa.Column("categories", sa.JSON, nullable=False),
        sa.Column("published", sa.Date),
        sa.Column("listed", sa.Date),
        sa.Column("version", sa.Integer),
        sa.Column("upvotes", sa.Integer),
        sa.Column("comments", sa.Integer),
        sa.Column("links", sa.JSON, nullable=False),
        sa.Column("arxiv_id", sa.Text),
        sa.Column("doi", sa.Text),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("sources", sa.JSON, nullable=False),
        sa.UniqueConstraint("key", name="uq_papers_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_papers_first_seq", "papers", ["first_seq"])
    op.create_table(
        "aliases",
        sa.Column("alias", sa.Text, nullable=False),
        sa.Column("paper_id", sa.Integer, sa.ForeignKey("papers.id"), nullable=False),
        sa.PrimaryKeyConstraint("alias", "paper_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_aliases_paper_id", "aliases", ["paper_id"])
    op.create_table(
        "absorbed",
        sa.Column("paper_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("into_id", sa.Integer, sa.ForeignKey("papers.id"), nullable=False),
    )
    op.create_index("ix_absorbed_key", "absorbed", ["key"])
    op.create_index("ix_absorbed_into_id", "absorbed", ["into_id"])
    op.create_table(
        "changes",
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("paper_id", sa.Integer, sa.ForeignKey("papers.id"), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_day_kind", "changes", ["day", "kind"])
    op.create_index("ix_changes_paper_id", "changes", ["paper_id"])
    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("dump", sa.Text),
        sa.Column("format", sa.Text),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("read", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("revised", sa.Integer, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("rejects", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_receipts_at", "receipts", ["at"])
    op.create_index("ix_receipts_source", "receipts", ["source"])
    op.create_table(
        "dumps",
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("validator", sa.Text, nullable=False),
        sa.Column("read_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("source", "name"),
    )
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("feed", sa.Boolean, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("from_seq", sa.Integer, nullable=False),
        sa.Column("to_seq", sa.Integer, nullable=False),
        sa.Column("considered", sa.Integer, nullable=False),
        sa.Column("message_id", sa.Text),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt", instant),
        sa.Column("error", sa.Text),
        sa.Column("sent_at", instant),
        sa.Column("receipts", sa.JSON, nullable=False),
        sa.Column("entries", sa.JSON, nullable=False),
        sa.UniqueConstraint("reader", "date", name="uq_editions_reader_date"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_editions_date", "editions", ["date"])
    op.create_index("ix_editions_state_date", "editions", ["state", "date"])
    op.create_index("ix_editions_feed_date", "editions", ["feed", "date"])
    op.create_index("ix_editions_reader_state_to_seq", "editions", ["reader", "state", "to_seq"])
    op.create_table(
        "frequencies",
        sa.Column("pattern", sa.Text, primary_key=True),
        sa.Column("papers", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("to_seq", sa.Integer, nullable=False),
    )
    op.create_table(
        "subscribers",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("profiles", sa.JSON, nullable=False),
        sa.Column("keywords", sa.JSON, nullable=False),
        sa.Column("send_at", sa.Time, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("days", sa.JSON, nullable=False),
        sa.Column("created_at", instant, nullable=False),
    )
    op.create_table(
        "unsubscriptions",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("at", instant, nullable=False),
    )
    op.create_table(
        "secrets",
        sa.Column("purpose", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
