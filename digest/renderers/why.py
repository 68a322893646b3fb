"""Why a paper is here: its score taken apart, in as few words as a reader needs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.renderers.excerpt import shorten
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digest.model import Match

__all__ = ["NO_REASON", "Chip", "Why", "shown_parts", "why"]

#: characters of a keyword, chips of a paper
_KEYWORD, _CHIPS = 48, 6


@dataclass(frozen=True, slots=True)
class Chip:
    """A keyword that matched, and how often over all fields."""

    keyword: str
    count: int

    def __str__(self) -> str:
        """``kv cache``, ``speculative decoding ×3``."""
        return f"{self.keyword} ×{self.count}" if self.count > 1 else self.keyword


@dataclass(frozen=True, slots=True)
class Why:
    """The keywords that brought a paper, and its score taken apart."""

    #: strongest first
    chips: tuple[Chip, ...] = ()
    #: how many more keywords matched than ``chips`` has
    more: int = 0
    #: what each of the chips gave, then all others together, and the score: ``9.0 + 1.2 + 0.8 = 11.0``
    sum: str = ""


#: of a paper that is only listed
NO_REASON = Why()


def why(matches: Sequence[Match]) -> Why:
    """The keywords of some matches, those that gave most first."""
    if not matches:
        return NO_REASON
    counts: dict[str, int] = {}
    gains: dict[str, float] = {}
    for match in matches:
        counts[match.keyword] = counts.get(match.keyword, 0) + match.count
        gains[match.keyword] = gains.get(match.keyword, 0.0) + match.contribution
    strongest = sorted(counts, key=lambda keyword: -gains[keyword])
    first, rest = strongest[:_CHIPS], strongest[_CHIPS:]
    parts = [gains[keyword] for keyword in first] + ([sum(gains[keyword] for keyword in rest)] if rest else [])
    shown, score = shown_parts(parts, decimals=1)
    return Why(
        chips=tuple(Chip(_short(keyword), counts[keyword]) for keyword in first),
        more=len(rest),
        sum=" + ".join(shown) + (f" = {score}" if len(shown) > 1 else ""),
    )


def shown_parts(parts: Iterable[float], *, decimals: int) -> tuple[list[str], str]:
    """Some numbers and their sum, rounded so that what is shown adds up: the largest remainders are rounded up."""
    scaled = [part * 10**decimals for part in parts]
    total = round(sum(scaled))
    floors = [int(part) for part in scaled]
    largest = sorted(range(len(scaled)), key=lambda at: floors[at] - scaled[at])
    for at in largest[: total - sum(floors)]:
        floors[at] += 1
    return [f"{floor / 10**decimals:.{decimals}f}" for floor in floors], f"{total / 10**decimals:.{decimals}f}"


def _short(keyword: str) -> str:
    return shorten(clean(keyword[: 4 * _KEYWORD]), _KEYWORD)
