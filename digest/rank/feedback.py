"""What readers said of papers shifts the weights of the keywords that these papers have. Pure.

    effective weight = configured weight × 1.15 ** (papers wanted more of − papers wanted less of)

and never more than four times the configured weight, nor less than a quarter of it. Of each paper counts what was said
last. Nothing but the log is kept: whoever takes a line back has the weights from before it, and a keyword that is
added later takes part at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digest.keywords import GREATEST_WEIGHT, Sign
from digest.model import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digest.keywords import Keyword
    from digest.model import Feedback, Profile
    from digest.rank.worth import Hits

__all__ = ["FARTHEST", "STEP", "Shift", "having", "shifts", "standing", "tuned"]

#: what one paper does to a weight
STEP = 1.15
#: how far from the configured weight a weight can come, as a factor
FARTHEST = 4.0
#: papers after which no weight moves any more
_MOST_STEPS = math.ceil(math.log(FARTHEST, STEP))


@dataclass(frozen=True, slots=True)
class Shift:
    """Where feedback has brought the weight of one keyword, and by which papers."""

    #: as configured
    keyword: Keyword
    #: its weight now
    effective: float
    #: the keys of the papers that have it, of which more was wanted
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()

    @property
    def configured(self) -> float:
        """Its weight without feedback."""
        return self.keyword.weight

    @property
    def steps(self) -> int:
        """How many more papers were wanted more of than less of."""
        return len(self.more) - len(self.less)

    @property
    def bound(self) -> int:
        """1 where it is as great as it gets, -1 where it is as small, else 0."""
        ends = ((end, _effective(self.configured, end * _MOST_STEPS)) for end in (1, -1))
        return next((end for end, weight in ends if weight == self.effective), 0)

    @property
    def farthest(self) -> bool:
        """Whether more of the same would not move it."""
        return self.bound != 0

    @property
    def held(self) -> int:
        """How many papers the other way it takes until it leaves its bound; 0 where it is at none."""
        back = range(1, abs(self.steps) + _MOST_STEPS + 1) if self.bound else range(0)
        moves = (_effective(self.configured, self.steps - self.bound * papers) != self.effective for papers in back)
        return next((papers for papers, moved in zip(back, moves, strict=True) if moved), 0)


def standing(log: Iterable[Feedback]) -> dict[str, Direction]:
    """What counts of a profile's log, which is in order: of each paper, by its key, what was said last."""
    return {one.key: one.direction for one in log}


def shifts(profile: Profile, log: Iterable[Feedback], hits: Hits) -> tuple[Shift, ...]:
    """How the log moves each keyword of the profile, in their order; what excludes has no weight and is left out.

    ``hits`` are of the log's papers; one that is not among them moves nothing.
    """
    said = standing(log)
    return tuple(_shift(one, said, hits) for one in profile.keywords if one.sign is not Sign.EXCLUDE)


def having(profile: Profile, hits: Hits, key: str) -> set[Keyword]:
    """The keywords of the profile that a paper has, but for those that exclude it."""
    return {
        one
        for one in profile.keywords
        if one.sign is not Sign.EXCLUDE
        and any(hits.papers[index].key == key for index in hits.found.having(one.pattern))
    }


def _shift(keyword: Keyword, said: dict[str, Direction], hits: Hits) -> Shift:
    having = [hits.papers[index].key for index in sorted(hits.found.having(keyword.pattern))]
    more = tuple(key for key in having if said.get(key) is Direction.MORE)
    less = tuple(key for key in having if said.get(key) is Direction.LESS)
    return Shift(keyword, _effective(keyword.weight, len(more) - len(less)), more, less)


def _effective(weight: float, steps: int) -> float:
    if steps == 0:
        return weight
    factor = min(FARTHEST, max(1 / FARTHEST, STEP ** max(-_MOST_STEPS, min(_MOST_STEPS, steps))))
    # 3.45 for people, instead of 3.4499999999999997.
    return float(f"{min(weight * factor, GREATEST_WEIGHT):.6g}")


def tuned(profile: Profile, moved: Sequence[Shift]) -> Profile:
    """The profile with its effective weights, which decide the order; the same object if nothing has moved."""
    effective = {one.keyword: one.effective for one in moved if one.effective != one.configured}
    if not effective:
        return profile
    keywords = (replace(one, tuned=effective.get(one)) for one in profile.keywords)
    return replace(profile, keywords=tuple(keywords))
