"""The forms that a phrase can have in a text, as rows of symbols."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from digest.keywords.keyword import PARTICIPLE
from digest.terms import NEVER_PARTS, is_participle, joined, sought, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Compound", "forms"]

# A phrase of a few words is also looked for with two of them written as one; of more, nobody writes that.
_MOST_JOINED = 3
# Words of two meanings ("axes") make so many forms at most.
_MOST_FORMS = 8


@dataclass(slots=True)
class Compound:
    """Tokens that hyphens join."""

    tokens: list[str] = field(default_factory=list)
    #: whether the parts alone mean something else: SO(10), R^2
    tight: bool = False


def forms(compounds: Sequence[Compound], *, begun: bool) -> tuple[tuple[str, ...], ...]:
    """The rows of symbols of a phrase.

    "fine-tuning" matches as two words and as one, so does "data set", and "orthonormal bases" can be of bases or a
    basis. ``begun``: only the beginning of the last word is given.
    """
    rows: dict[tuple[str, ...], None] = {}
    for parts in _readings(compounds, begun=begun):
        choices = [_symbols(part) for part in parts]
        if begun:
            choices[-1] = (f"{''.join(map(word, parts[-1]))}*",)
        for row in product(*choices):
            if len(rows) < _MOST_FORMS:
                rows[row] = None
    return tuple(rows)


def _readings(compounds: Sequence[Compound], *, begun: bool) -> Iterator[list[tuple[str, ...]]]:
    """The ways to read a phrase: each as a row of words, and each word as the tokens that it is written with."""
    apart: list[tuple[str, ...]] = []
    for one in compounds:
        apart += [tuple(one.tokens)] if one.tight else [(token,) for token in one.tokens]
    yield apart
    yield [tuple(one.tokens) for one in compounds]
    if len(apart) <= _MOST_JOINED and not begun:
        for at in range(len(apart) - 1):
            if _is_part(apart[at]) and _is_part(apart[at + 1]):
                yield [*apart[:at], apart[at] + apart[at + 1], *apart[at + 2 :]]


def _is_part(tokens: tuple[str, ...]) -> bool:
    folded = word(tokens[0])
    return len(tokens) == 1 and folded.isascii() and folded.isalnum() and folded not in NEVER_PARTS


def _symbols(tokens: tuple[str, ...]) -> tuple[str, ...]:
    if len(tokens) > 1:
        return joined(*map(word, tokens))
    folded = word(tokens[0])
    return (*sought(tokens[0]), f"{PARTICIPLE}{folded}") if is_participle(folded) else sought(tokens[0])
