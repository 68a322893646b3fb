"""Where one text has a few patterns, to mark them; for many in many texts see ``digest.rank.matcher``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.rank.words import Rows, Tokens
from digest.terms import token_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digest.keywords import Pattern

__all__ = ["spans"]


def spans(text: str, patterns: Iterable[Pattern]) -> list[tuple[int, int]]:
    """Where a text has any of the patterns, whatever field they are meant for: sorted offsets, overlaps merged.

    Patterns for authors and categories are found nowhere.
    """
    merged: list[tuple[int, int]] = []
    places = token_spans(text)
    for first, last in sorted(set(_found([text[begin:end] for begin, end in places], patterns))):
        begin, end = places[first][0], places[last][1]
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _found(words: Sequence[str], patterns: Iterable[Pattern]) -> Iterator[tuple[int, int]]:
    """The first and the last of the tokens of everything that is found."""
    rows = Rows(list(patterns))
    numbers = Tokens(rows.alphabet)
    flat = numbers.flat([words])
    for first in range(len(flat)):
        # Places from which to read on, each with what is left of the rows that lead there.
        ways = [(first, rows.symbols)]
        while ways:
            at, left = ways.pop()
            for symbol, last, after in _readings(numbers, flat, at):
                going_on = [row[1:] for row in left if row[0] == symbol]
                if not all(going_on):
                    yield first, last
                if going_on := [row for row in going_on if row]:
                    ways.append((after, going_on))


def _readings(numbers: Tokens, flat: Sequence[int], at: int) -> Iterator[tuple[int, int, int]]:
    """What the word at a place can be read as: a symbol, the place of its last word, and the place to read on from."""
    joins = at + 1 < len(flat) and numbers.hyphens[flat[at + 1]]
    within = at > 0 and numbers.hyphens[flat[at - 1]]
    for symbol in (numbers.within if within else numbers.symbols)[flat[at]]:
        yield symbol, at, at + 2 if joins else at + 1
    if joins:
        for _, symbol, last, after in numbers.compounds(flat, at):
            yield symbol, last, after
    elif at + 1 < len(flat):
        goes_on = at + 2 < len(flat) and numbers.hyphens[flat[at + 2]]
        for symbol in numbers.pair(flat[at], flat[at + 1]):
            yield symbol, at + 1, at + 3 if goes_on else at + 2
