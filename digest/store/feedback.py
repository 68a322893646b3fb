"""The log of what readers said of the papers they got."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from digest.model import Direction, Feedback
from digest.store.database import chunks
from digest.store.schema import absorbed, feedback, papers

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Row, Select

    from digest.store.database import Database

__all__ = ["FeedbackLog"]


class FeedbackLog:
    """Feedback, as it is given and taken back. Papers have the keys that they go by now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def feedback(self, profiles: Collection[str]) -> list[Feedback]:
        """What was said for some profiles, given by their names, and not taken back; oldest first."""
        with self._database.read() as connection:
            rows = [
                row
                for chunk in chunks(profiles)
                for row in connection.execute(_LOG.where(feedback.c.profile.in_(chunk)))
            ]
        return [_to_feedback(row) for row in sorted(rows, key=lambda row: row.id)]

    def add_feedback(self, given: Feedback) -> None:
        """Append to the log."""
        row = {"profile": given.profile, "paper_key": given.key, "direction": given.direction.value, "at": given.at}
        with self._database.write() as connection:
            connection.execute(feedback.insert(), row)

    def undo_feedback(self, profile: str) -> Feedback | None:
        """Take back what was said last for a profile, and return it; None where nothing was said."""
        with self._database.write() as connection:
            last = _LOG.where(feedback.c.profile == profile).order_by(feedback.c.id.desc()).limit(1)
            row = connection.execute(last).one_or_none()
            if row is None:
                return None
            connection.execute(feedback.delete().where(feedback.c.id == row.id))
            return _to_feedback(row)


def _log() -> Select[tuple[object, ...]]:
    # A paper that turned out to be another one goes by that one's key.
    present = func.coalesce(papers.c.key, feedback.c.paper_key).label("key")
    columns = (feedback.c.id, feedback.c.profile, present, feedback.c.direction, feedback.c.at)
    gone = feedback.outerjoin(absorbed, absorbed.c.key == feedback.c.paper_key)
    return select(*columns).select_from(gone.outerjoin(papers, papers.c.id == absorbed.c.into_id))


_LOG = _log()


def _to_feedback(row: Row[tuple[object, ...]]) -> Feedback:
    return Feedback(profile=row.profile, key=row.key, direction=Direction(row.direction), at=row.at)
