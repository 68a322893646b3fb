"""The progress of reading a large dump, as text: how much was read, how fast, and how long it will still take."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Progress", "ProgressLog", "ProgressText"]

#: seconds over which the speed is measured, and between two lines of a log
_WHILE = 30


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a dump was read."""

    dump: str
    #: how many were read, including those that an earlier run read
    records: int
    #: bytes that were read, before decompression; None if the stream has no position
    position: int | None = None
    #: the dump's size in bytes, before decompression; None if it is not known
    size: int | None = None

    @property
    def share(self) -> float | None:
        """The part that was read, from 0 to 1; None if it is not known."""
        return min(self.position / self.size, 1.0) if self.position is not None and self.size else None


class ProgressText:
    """Progress as text, with the speed over the last half minute."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, Progress]] = deque()

    def __call__(self, progress: Progress, now: float) -> str:
        """Such as "1,200,000 records, 15,000/s, about 2 min left"; what is not known is left out.

        ``now`` is in seconds of any clock.
        """
        if self._seen and self._seen[-1][1].dump != progress.dump:
            self._seen.clear()
        while len(self._seen) > 1 and self._seen[0][0] < now - _WHILE:
            self._seen.popleft()
        self._seen.append((now, progress))
        began, first = self._seen[0]
        parts = [f"{progress.records:,} records"]
        if now > began:
            parts.append(f"{(progress.records - first.records) / (now - began):,.0f}/s")
            if progress.share is not None and first.share is not None and progress.share > first.share:
                left = (1 - progress.share) * (now - began) / (progress.share - first.share)
                parts.append(f"about {_span(left)} left")
        return ", ".join(parts)


class ProgressLog:
    """Writes a line of progress every half minute; nothing for a dump that takes less."""

    def __init__(self, write: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._write = write
        self._clock = clock
        self._text = ProgressText()
        self._last = clock()

    def __call__(self, progress: Progress) -> None:
        """Remember the progress, and write a line if it is time."""
        now = self._clock()
        text = self._text(progress, now)
        if now - self._last >= _WHILE:
            self._last = now
            share = "" if progress.share is None else f"{progress.share:.0%}, "
            self._write(f"{progress.dump}: {share}{text}")


def _span(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
