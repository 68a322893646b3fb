"""How far a long reading has got, and what is said of it: how fast it goes, and how long it will take."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Lines", "Pace", "Progress"]

#: seconds over which a pace is measured, and between two lines
_WHILE = 30


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of a dump has got."""

    dump: str
    #: how many were read, those that an earlier run took in among them
    records: int
    #: bytes that were read of the dump as it came, packed or not; None where its stream does not tell
    position: int | None = None
    #: bytes that it has; None where that is not known
    size: int | None = None

    @property
    def share(self) -> float | None:
        """The part that was read, from 0 to 1; None where that is not known."""
        return min(self.position / self.size, 1.0) if self.position is not None and self.size else None


class Pace:
    """Tells how fast a reading goes, from the last half minute of it."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, Progress]] = deque()

    def __call__(self, progress: Progress, now: float) -> str:
        """What is to be said at this moment, in seconds of any clock.

        "1,200,000 records, 15,000/s, about 2 min left", as far as it is known.
        """
        if self._seen and self._seen[-1][1].dump != progress.dump:
            self._seen.clear()
        while len(self._seen) > 1 and self._seen[0][0] < now - _WHILE:
            self._seen.popleft()
        self._seen.append((now, progress))
        began, first = self._seen[0]
        said = [f"{progress.records:,} records"]
        if now > began:
            said.append(f"{(progress.records - first.records) / (now - began):,.0f}/s")
            if progress.share is not None and first.share is not None and progress.share > first.share:
                left = (1 - progress.share) * (now - began) / (progress.share - first.share)
                said.append(f"about {_span(left)} left")
        return ", ".join(said)


class Lines:
    """Says every half minute, in a line, how far a reading has got; nothing of one that takes no longer than that."""

    def __init__(self, say: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._pace = Pace()
        self._last = clock()

    def __call__(self, progress: Progress) -> None:
        """Take note, and say it if it is time."""
        now = self._clock()
        said = self._pace(progress, now)
        if now - self._last >= _WHILE:
            self._last = now
            share = "" if progress.share is None else f"{progress.share:.0%}, "
            self._say(f"{progress.dump}: {share}{said}")


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
