"""The tables.

Whoever changes one adds a migration to ``migrations/versions`` and raises ``HEAD``; a test holds the two ways to a
database, migrating and creating, to the same schema.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
)

__all__ = [
    "HEAD",
    "UtcDateTime",
    "absorbed",
    "alembic_version",
    "aliases",
    "changes",
    "dumps",
    "editions",
    "feedback",
    "fingerprints",
    "frequencies",
    "leases",
    "metadata",
    "papers",
    "receipts",
    "secrets",
    "subscribers",
    "unsubscriptions",
]

#: the newest migration; revisions are numbers of four digits, so that a newer one sorts after an older one
HEAD = "0007"


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, aware and in UTC; SQLite keeps it as text that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse an instant without a zone: nobody can know which one was meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """SQLite gives back what it was given, without the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

papers = Table(
    "papers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    # 0 only between a paper's insertion and that of its change, within one transaction
    Column("first_seq", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("abstract", Text, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("author_count", Integer),
    Column("organization", Text),
    Column("categories", JSON, nullable=False),
    Column("published", Date),
    Column("listed", Date),
    Column("version", Integer),
    Column("upvotes", Integer),
    Column("comments", Integer),
    Column("links", JSON, nullable=False),
    Column("arxiv_id", Text),
    Column("doi", Text),
    Column("withdrawn", Boolean, nullable=False),
    # in their order, for whoever reads a paper; the table aliases is the way from an alias to its papers
    Column("aliases", JSON, nullable=False),
    Column("sources", JSON, nullable=False),
    UniqueConstraint("key", name="uq_papers_key"),
    Index("ix_papers_first_seq", "first_seq"),
    # An id that was absorbed must not come back for another paper: old editions name it.
    sqlite_autoincrement=True,
)

aliases = Table(
    "aliases",
    metadata,
    Column("alias", Text, nullable=False),
    Column("paper_id", Integer, ForeignKey("papers.id"), nullable=False),
    PrimaryKeyConstraint("alias", "paper_id"),
    Index("ix_aliases_paper_id", "paper_id"),
    sqlite_with_rowid=False,
)

absorbed = Table(
    "absorbed",
    metadata,
    # a paper that is no more, and the one that it turned out to be
    Column("paper_id", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("into_id", Integer, ForeignKey("papers.id"), nullable=False),
    Index("ix_absorbed_key", "key"),
    Index("ix_absorbed_into_id", "into_id"),
)

changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("paper_id", Integer, ForeignKey("papers.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("source", Text, nullable=False),
    Column("fields", JSON, nullable=False),
    Index("ix_changes_day_kind", "day", "kind"),
    Index("ix_changes_paper_id", "paper_id"),
    sqlite_autoincrement=True,
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("dump", Text),
    Column("format", Text),
    Column("status", String(16), nullable=False),
    Column("read", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("revised", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("rejects", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("batch", String(16)),
    Index("ix_receipts_at", "at"),
    Index("ix_receipts_source", "source"),
    Index("ix_receipts_day", "day"),
    sqlite_autoincrement=True,
)

dumps = Table(
    "dumps",
    metadata,
    Column("source", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("validator", Text, nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("source", "name"),
)

editions = Table(
    "editions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reader", Text, nullable=False),
    Column("feed", Boolean, nullable=False),
    Column("date", Date, nullable=False),
    Column("from_seq", Integer, nullable=False),
    Column("to_seq", Integer, nullable=False),
    Column("considered", Integer, nullable=False),
    Column("message_id", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt", UtcDateTime),
    Column("error", Text),
    Column("sent_at", UtcDateTime),
    # The long columns come last, so that whoever asks for the others need not read past them.
    Column("receipts", JSON, nullable=False),
    Column("entries", JSON, nullable=False),
    # Where migrations put them: at the end.
    Column("first_attempt", UtcDateTime),
    Column("output", Text),
    UniqueConstraint("reader", "date", name="uq_editions_reader_date"),
    Index("ix_editions_outbox", "state", "output", "next_attempt", "date"),
    Index("ix_editions_feed_date", "feed", "date"),
    Index("ix_editions_reader_state_to_seq", "reader", "state", "to_seq"),
    sqlite_autoincrement=True,
)

# Who works on what, and until when nobody else may: one row for each edition of a page of the outbox.
leases = Table(
    "leases",
    metadata,
    Column("resource", String(16), nullable=False),
    Column("id", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("resource", "id"),
    Index("ix_leases_owner", "owner"),
    sqlite_with_rowid=False,
)

frequencies = Table(
    "frequencies",
    metadata,
    Column("pattern", Text, primary_key=True),
    Column("papers", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("to_seq", Integer, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("profile", Text, nullable=False),
    # as it was when somebody said so: see ``absorbed`` for one that is no more
    Column("paper_key", Text, nullable=False),
    Column("direction", String(8), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_feedback_profile", "profile"),
    sqlite_autoincrement=True,
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Integer, primary_key=True),
    # the id of the reader, as in editions: see digest.model.subscriber_id
    Column("reader", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("profiles", JSON, nullable=False),
    # as a person would type them
    Column("keywords", JSON, nullable=False),
    Column("send_at", Time, nullable=False),
    Column("timezone", Text, nullable=False),
    # a bit for each weekday: 1 is Monday, 64 Sunday
    Column("days", Integer, nullable=False),
    Column("send_empty", Boolean, nullable=False),
    Column("threshold", Float),
    Column("limit", Integer),
    Column("configured", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # the instant from which an edition is due: see digest.schedule.next_due; null for those who get none. It may be
    # too early, since whoever finds nothing due then corrects it, but never too late.
    Column("next_due", UtcDateTime),
    UniqueConstraint("reader", name="uq_subscribers_reader"),
    Index("ix_subscribers_next_due", "next_due"),
)

# A table of its own: whoever is removed and named again still gets nothing.
unsubscriptions = Table(
    "unsubscriptions",
    metadata,
    Column("address", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

# What was last written from the configuration, so that nothing is done while it stays the same.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("purpose", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# As alembic makes it; it is ours to read, so that alembic need not be imported when there is nothing to migrate.
alembic_version = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
