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

#: characters of a keyword, keywords of a paper that have a chip
_KEYWORD, _CHIPS = 48, 6
#: what shows as zero is less than this
_SHOWN = 0.05
#: the chip of all that similar papers give, as one sum; a reader's keyword may be called so too
_SIMILAR = "similar papers"


@dataclass(frozen=True, slots=True)
class Chip:
    """A keyword that matched, and how often over all fields."""

    keyword: str
    count: int
    #: what the paper has in its place, if it is not the keyword itself
    instead: str = ""

    def __str__(self) -> str:
        """``kv cache``, ``speculative decoding ×3``, ``sparse attention (words apart)``."""
        if self.instead:
            return f"{self.keyword} ({self.instead})"
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


_INSTEAD = {"apart": "words apart", "related": "a related word"}

#: of a paper that is only listed
NO_REASON = Why()


def why(matches: Sequence[Match]) -> Why:
    """The keywords of some matches, those that gave most first, then what similar papers gave.

    What gave so little that it would show as zero has no chip, and is told of only where it is something together.
    """
    if not matches:
        return NO_REASON
    found: dict[str, list[Match]] = {}
    for match in matches:
        if match.field != "similar":
            found.setdefault(match.keyword, []).append(match)
    gains = {keyword: sum(match.contribution for match in of_it) for keyword, of_it in found.items()}
    strongest = sorted(found, key=lambda keyword: -gains[keyword])
    first = [keyword for keyword in strongest[:_CHIPS] if gains[keyword] >= _SHOWN] or strongest[:1]
    rest = strongest[len(first) :]
    parts = [(_chip(keyword, found[keyword]), gains[keyword]) for keyword in first]
    if similar := [match.contribution for match in matches if match.field == "similar"]:
        parts.append((Chip(_SIMILAR, 1), sum(similar)))
    others = sum(gains[keyword] for keyword in rest)
    shown, score = shown_parts([*(gain for _, gain in parts), others], decimals=1)
    # Whatever was rounded to zero can go: what is left still adds up.
    chips = [(chip, part) for (chip, _), part in zip(parts, shown, strict=False) if float(part)]
    more = len(rest) if float(shown[-1]) else 0
    if not chips:
        return Why((parts[0][0],), more, score)
    summands = [part for _, part in chips] + (shown[-1:] if more else [])
    return Why(
        chips=tuple(chip for chip, _ in chips),
        more=more,
        sum=" + ".join(summands) + (f" = {score}" if len(summands) > 1 else ""),
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


def _chip(keyword: str, matches: Sequence[Match]) -> Chip:
    return Chip(_short(keyword), sum(match.count for match in matches), _INSTEAD.get(matches[0].field, ""))


def _short(keyword: str) -> str:
    return shorten(clean(keyword[: 4 * _KEYWORD]), _KEYWORD)
