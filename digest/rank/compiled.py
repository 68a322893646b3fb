"""The profiles of very many readers as rows of numbers: compiled once, and changed one at a time.

A profile becomes a row: for each keyword the number of its pattern, its weight and its sign. Rows of some thousand
profiles stand one after the other in a shard, which is what is ranked at a time. Patterns are numbered over all
profiles; a number stays with its pattern for as long as any profile has it.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from digest.keywords import Sign
from digest.rank.worth import exact_weight

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from digest.keywords import Pattern
    from digest.model import Profile

__all__ = ["EXCLUDE", "MUST", "NORMAL", "Compiled", "Shard"]

Key = TypeVar("Key", bound="Hashable")

#: signs as the rows have them
NORMAL, MUST, EXCLUDE = 0, 1, 2
_SIGNS = {Sign.NORMAL: NORMAL, Sign.MUST: MUST, Sign.EXCLUDE: EXCLUDE}

_SHARD = 8192
# Rows that were left are swept out when they are the larger part of a shard, and not for a handful.
_FEW = 1024


@dataclass(slots=True)
class _Term:
    """A pattern that profiles share."""

    pattern: Pattern
    number: int
    references: int = 0


@dataclass(slots=True)
class Shard(Generic[Key]):
    """Some thousand rows. Row ``r`` has ``lengths[r]`` keywords from ``begins[r]`` on; none if it is free.

    ``weights`` and ``asked`` are multiples of 1/1024 up to 1000, which a float of 32 bits holds exactly.
    """

    keys: list[Key | None] = field(default_factory=list)
    begins: array[int] = field(default_factory=lambda: array("i"))
    lengths: array[int] = field(default_factory=lambda: array("i"))
    limits: array[int] = field(default_factory=lambda: array("i"))
    thresholds: array[float] = field(default_factory=lambda: array("d"))
    patterns: array[int] = field(default_factory=lambda: array("i"))
    #: what decides the order, and what the threshold adds up
    weights: array[float] = field(default_factory=lambda: array("f"))
    asked: array[float] = field(default_factory=lambda: array("f"))
    signs: array[int] = field(default_factory=lambda: array("b"))
    #: keywords that no row has any more
    dead: int = 0

    def row(self, row: int) -> range:
        """Where the keywords of a row stand."""
        return range(self.begins[row], self.begins[row] + self.lengths[row])

    def patterns_of(self, row: int) -> array[int]:
        """The numbers of a row's patterns."""
        return self.patterns[self.begins[row] : self.begins[row] + self.lengths[row]]

    def free(self, row: int) -> None:
        """Let a row's key and keywords go."""
        self.keys[row] = None
        self.dead += self.lengths[row]
        self.lengths[row] = 0
        if self.dead > max(_FEW, len(self.patterns) // 2):
            self._sweep()

    def _sweep(self) -> None:
        patterns, weights, asked, signs = array("i"), array("f"), array("f"), array("b")
        for row, (begin, length) in enumerate(zip(self.begins, self.lengths, strict=True)):
            self.begins[row] = len(patterns)
            patterns += self.patterns[begin : begin + length]
            weights += self.weights[begin : begin + length]
            asked += self.asked[begin : begin + length]
            signs += self.signs[begin : begin + length]
        self.patterns, self.weights, self.asked, self.signs, self.dead = patterns, weights, asked, signs, 0


class Compiled(Generic[Key]):
    """Profiles by a key of the caller's choice. One that is set or removed costs what its own keywords cost."""

    def __init__(self) -> None:
        self.shards: list[Shard[Key]] = []
        # A place is shard × _SHARD + row.
        self._places: dict[Key, int] = {}
        self._free: list[int] = []
        self._terms: dict[Pattern, _Term] = {}
        self._by_number: list[_Term | None] = []
        self._free_numbers: list[int] = []

    def __len__(self) -> int:
        """How many profiles there are."""
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        """Whether a key has a profile."""
        return key in self._places

    def __iter__(self) -> Iterator[Key]:
        """Give the keys."""
        return iter(self._places)

    def numbers(self, patterns: Iterable[Pattern]) -> Mapping[Pattern, int]:
        """The numbers of those patterns that a profile has."""
        terms = ((pattern, self._terms.get(pattern)) for pattern in patterns)
        return {pattern: term.number for pattern, term in terms if term}

    def patterns(self, keys: Iterable[Key]) -> set[Pattern]:
        """What the profiles of some keys look for or exclude; KeyError where there is none."""
        found: set[int] = set()
        for shard, rows in self.rows(keys):
            if len(rows) == len(shard.keys) and not shard.dead:
                found.update(shard.patterns)
            else:
                found.update(number for row in rows for number in shard.patterns_of(row))
        return {self.pattern(number) for number in found}

    def pattern(self, number: int) -> Pattern:
        """The pattern of a number; KeyError where no profile has it."""
        return self._term(number).pattern

    def rows(self, keys: Iterable[Key]) -> Iterator[tuple[Shard[Key], list[int]]]:
        """Where the profiles of some keys stand; KeyError where there is none."""
        by_shard: dict[int, list[int]] = {}
        for place in map(self._places.__getitem__, keys):
            number = place // _SHARD
            if number not in by_shard:
                by_shard[number] = []
            by_shard[number].append(place % _SHARD)
        for number, rows in sorted(by_shard.items()):
            yield self.shards[number], rows

    def set(self, key: Key, profile: Profile) -> None:
        """Take a profile in, in the place of the one that the key had."""
        if key in self._places:
            self.remove(key)
        self._places[key] = place = self._place()
        shard, row = self._at(place)
        shard.keys[row] = key
        shard.begins[row] = len(shard.patterns)
        shard.lengths[row] = len(profile.keywords)
        shard.limits[row] = profile.limit
        shard.thresholds[row] = profile.threshold
        for keyword in profile.keywords:
            term = self._terms.get(keyword.pattern) or self._new_term(keyword.pattern)
            term.references += 1
            shard.patterns.append(term.number)
            shard.weights.append(exact_weight(keyword.scoring))
            shard.asked.append(exact_weight(keyword.weight))
            shard.signs.append(_SIGNS[keyword.sign])

    def remove(self, key: Key) -> None:
        """Forget a profile; KeyError where there is none."""
        place = self._places.pop(key)
        shard, row = self._at(place)
        for at in shard.row(row):
            term = self._term(shard.patterns[at])
            term.references -= 1
            if not term.references:
                self._by_number[term.number] = None
                self._free_numbers.append(term.number)
                del self._terms[term.pattern]
        shard.free(row)
        self._free.append(place)

    # -- places

    def _at(self, place: int) -> tuple[Shard[Key], int]:
        number, row = divmod(place, _SHARD)
        return self.shards[number], row

    def _place(self) -> int:
        if self._free:
            return self._free.pop()
        if not self.shards or len(self.shards[-1].keys) == _SHARD:
            self.shards.append(Shard())
        shard = self.shards[-1]
        shard.keys.append(None)
        for column in (shard.begins, shard.lengths, shard.limits):
            column.append(0)
        shard.thresholds.append(0.0)
        return (len(self.shards) - 1) * _SHARD + len(shard.keys) - 1

    def _new_term(self, pattern: Pattern) -> _Term:
        number = self._free_numbers.pop() if self._free_numbers else len(self._by_number)
        term = self._terms[pattern] = _Term(pattern, number)
        if number < len(self._by_number):
            self._by_number[number] = term
        else:
            self._by_number.append(term)
        return term

    def _term(self, number: int) -> _Term:
        term = self._by_number[number]
        if term is None:
            raise KeyError(number)
        return term
