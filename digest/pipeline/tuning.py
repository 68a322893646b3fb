"""Feedback: what readers say of papers goes into a log, and profiles get the weights that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from digest.errors import DigestError
from digest.model import Feedback
from digest.pipeline.lookup import PaperNames
from digest.rank.feedback import having, shifts, standing, tuned

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from digest.model import Direction, KnownPaper, Profile
    from digest.pipeline.protocols import Ranker
    from digest.rank.feedback import Shift

__all__ = ["FeedbackStore", "Given", "Tuning"]


class FeedbackStore(PaperNames, Protocol):
    """What tuning needs of the history."""

    def feedback(self, profiles: Collection[str]) -> list[Feedback]:
        """What was said for some profiles, given by their names, and not taken back; oldest first."""
        ...

    def add_feedback(self, given: Feedback) -> None:
        """Append to the log of feedback."""
        ...

    def undo_feedback(self, profile: str) -> Feedback | None:
        """Take back what was said last for a profile, and return it; None if nothing was said."""
        ...


@dataclass(frozen=True, slots=True)
class Given:
    """What came of saying something, or of taking it back."""

    feedback: Feedback
    #: None where the history has lost it
    paper: KnownPaper | None
    #: each keyword that the paper has, before and after
    moved: tuple[tuple[Shift, Shift], ...]
    #: whether it had been said before, so that nothing changed
    again: bool = False
    #: whether it was taken back
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Tuning:
    """The feedback of a store, and what it does to profiles as they are configured."""

    store: FeedbackStore
    ranker: Ranker

    def tuned(self, profiles: Sequence[Profile]) -> tuple[Profile, ...]:
        """The profiles with the weights that feedback gives them."""
        logs: dict[str, list[Feedback]] = {}
        for one in self.store.feedback([profile.name for profile in profiles]):
            logs.setdefault(one.profile, []).append(one)
        return tuple(tuned(one, self._shifts(one, logs[one.name])) if one.name in logs else one for one in profiles)

    def log(self, profile: Profile) -> list[tuple[Feedback, KnownPaper | None]]:
        """What was said for a profile, oldest first, with its papers; None for one that the history has lost."""
        log = self.store.feedback([profile.name])
        papers = self._papers(log)
        return [(one, papers.get(one.key)) for one in log]

    def shifts(self, profile: Profile) -> tuple[Shift, ...]:
        """Where feedback has brought each keyword of a profile, as it is configured."""
        return self._shifts(profile, self.store.feedback([profile.name]))

    def give(self, profile: Profile, paper: KnownPaper, direction: Direction, at: datetime) -> Given:
        """Say that a profile should bring more or less of what is like a paper.

        To say it again changes nothing. DigestError where the paper has none of the profile's keywords.
        """
        before = self.store.feedback([profile.name])
        said = Feedback(profile.name, paper.key, direction, at)
        moved = self._moved(profile, before, [*before, said], paper)
        if not moved:
            raise DigestError(f"{paper.key} has none of the keywords of {profile.name}, so there is no weight to shift")
        again = standing(before).get(paper.key) is direction
        if not again:
            self.store.add_feedback(said)
        return Given(said, paper, moved, again)

    def undo(self, profile: Profile) -> Given:
        """Take back what was said last. DigestError where nothing was said."""
        gone = self.store.undo_feedback(profile.name)
        if gone is None:
            raise DigestError(f"nothing was said for {profile.name} that could be taken back")
        after = self.store.feedback([profile.name])
        paper = self._papers([gone]).get(gone.key)
        moved = self._moved(profile, [*after, gone], after, paper) if paper else ()
        return Given(gone, paper, moved, undone=True)

    def _moved(
        self, profile: Profile, before: Sequence[Feedback], after: Sequence[Feedback], paper: KnownPaper
    ) -> tuple[tuple[Shift, Shift], ...]:
        hits = self.ranker.match([*{**self._papers(before), paper.key: paper}.values()], [profile])
        has = having(profile, hits, paper.key)
        pairs = zip(shifts(profile, before, hits), shifts(profile, after, hits), strict=True)
        return tuple(pair for pair in pairs if pair[0].keyword in has)

    def _shifts(self, profile: Profile, log: Sequence[Feedback]) -> tuple[Shift, ...]:
        return shifts(profile, log, self.ranker.match([*self._papers(log).values()], [profile]))

    def _papers(self, log: Iterable[Feedback]) -> dict[str, KnownPaper]:
        found = self.store.papers_named({one.key for one in log})
        return {key: papers[0] for key, papers in found.items() if papers}
