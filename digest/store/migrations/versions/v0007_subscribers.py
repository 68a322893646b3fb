"""Subscribers know when their next edition is due, and have every setting that the configuration has."""

import json
from contextlib import suppress

import idna
import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

#: due at once: whoever is not, is found out at the first look
_AT_ONCE = "1970-01-01 00:00:00.000000"


def upgrade() -> None:
    """Make the table again, with its rows; international domains are in Unicode from now on."""
    for address in _addresses():
        if (normal := _normal(address)) != address:
            _rename(address, normal)
    op.execute("CREATE TEMP TABLE before AS SELECT * FROM subscribers")
    op.drop_table("subscribers")
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("profiles", sa.JSON, nullable=False),
        sa.Column("keywords", sa.JSON, nullable=False),
        sa.Column("send_at", sa.Time, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("send_empty", sa.Boolean, nullable=False),
        sa.Column("threshold", sa.Float),
        sa.Column("limit", sa.Integer),
        sa.Column("configured", sa.Boolean, nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("next_due", instant),
        sa.UniqueConstraint("reader", name="uq_subscribers_reader"),
    )
    op.create_index("ix_subscribers_next_due", "subscribers", ["next_due"])
    days = sa.text("SELECT DISTINCT days FROM before")
    for (written,) in op.get_bind().execute(days).all():
        bits = sum(1 << day for day in set(json.loads(written)))
        op.get_bind().execute(
            sa.text(
                "INSERT INTO subscribers (reader, address, profiles, keywords, send_at, timezone, days, send_empty,"
                " configured, created_at, next_due)"
                " SELECT 'mail:' || address, address, profiles, keywords, send_at, timezone, :bits, 0, 0, created_at,"
                " CASE WHEN :bits > 0 AND address NOT IN (SELECT address FROM unsubscriptions) THEN :at_once END"
                " FROM before WHERE days = :written ORDER BY address"
            ),
            {"bits": bits, "written": written, "at_once": _AT_ONCE},
        )
    op.execute("DROP TABLE before")
    op.create_table(
        "fingerprints",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def _addresses() -> list[str]:
    """Those whose domain may be written in another way."""
    written = (
        "SELECT address FROM subscribers UNION SELECT address FROM unsubscriptions"
        " UNION SELECT substr(reader, 6) FROM editions WHERE reader LIKE 'mail:%'"
    )
    found = op.get_bind().execute(sa.text(written)).scalars()
    return [address for address in found if not address.isascii() or "xn--" in address.lower()]


def _normal(address: str) -> str:
    local, at, domain = address.rpartition("@")
    with suppress(idna.IDNAError):
        domain = idna.decode(idna.encode(domain, uts46=True))
    return f"{local}{at}{domain}"


def _rename(address: str, normal: str) -> None:
    """Give an address its normal form, and its reader; of two rows of one address the newer goes."""
    names = {"address": address, "normal": normal, "reader": f"mail:{address}", "other": f"mail:{normal}"}
    for statement in (
        "DELETE FROM subscribers WHERE address = :address AND EXISTS"
        " (SELECT 1 FROM subscribers WHERE address = :normal)",
        "UPDATE subscribers SET address = :normal WHERE address = :address",
        "INSERT OR IGNORE INTO unsubscriptions SELECT :normal, at FROM unsubscriptions WHERE address = :address",
        "DELETE FROM unsubscriptions WHERE address = :address",
        "UPDATE OR IGNORE editions SET reader = :other WHERE reader = :reader",
    ):
        op.get_bind().execute(sa.text(statement), names)
