"""The profiles of very many readers as rows of numbers: compiled once, and changed one at a time.

A profile becomes a row: for each keyword the number of its pattern, its weight and its sign. Rows of some thousand
profiles stand one after the other in a shard, which is what is ranked at a time. Patterns are numbered over all
profiles; a number stays with its pattern for as long as any profile has it.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from sys import intern
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from digest.errors import KeywordError
from digest.keywords import MOST_KEYWORDS, Sign, parse, parse_profile
from digest.rank.worth import exact_weight

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from digest.keywords import Keyword, Pattern
    from digest.model import Profile

__all__ = ["EXCLUDE", "MUST", "NORMAL", "Compiled", "Shard"]

Key = TypeVar("Key", bound="Hashable")

#: signs as the rows have them
NORMAL, MUST, EXCLUDE = 0, 1, 2
_SIGNS = {Sign.NORMAL: NORMAL, Sign.MUST: MUST, Sign.EXCLUDE: EXCLUDE}

_SHARD = 8192
# Keywords as they were typed, with what they mean: ten million have far fewer texts. Over this, all are let go.
_MOST_TEXTS = 1 << 20
# Rows that were left are swept out when they are the larger part of a shard, and not for a handful.
_FEW = 1024
# Without quotes, which can hold a ^ too; the weight is one of those that are typed most.
_WEIGHTED = re.compile(r"([a-z][a-z -]*?) *\^ *([1-9]\d{0,2}|[0-9]?\.[1-9]\d?)", re.ASCII)


@dataclass(slots=True)
class _Term:
    """A pattern that profiles share. ``number`` is -1 while none has it."""

    pattern: Pattern
    number: int = -1
    references: int = 0


class _Read(NamedTuple):
    """What a keyword's text means."""

    term: _Term
    weight: float
    sign: int
    label: str


@dataclass(slots=True)
class Shard(Generic[Key]):
    """Some thousand rows. Row ``r`` has ``lengths[r]`` keywords from ``begins[r]`` on; none if it is free.

    ``weights`` are multiples of 1/1024 up to 1000, which a float of 32 bits holds exactly.
    """

    keys: list[Key | None] = field(default_factory=list)
    begins: array[int] = field(default_factory=lambda: array("i"))
    lengths: array[int] = field(default_factory=lambda: array("i"))
    limits: array[int] = field(default_factory=lambda: array("i"))
    thresholds: array[float] = field(default_factory=lambda: array("d"))
    patterns: array[int] = field(default_factory=lambda: array("i"))
    weights: array[float] = field(default_factory=lambda: array("f"))
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
        patterns, weights, signs = array("i"), array("f"), array("b")
        for row, (begin, length) in enumerate(zip(self.begins, self.lengths, strict=True)):
            self.begins[row] = len(patterns)
            patterns += self.patterns[begin : begin + length]
            weights += self.weights[begin : begin + length]
            signs += self.signs[begin : begin + length]
        self.patterns, self.weights, self.signs, self.dead = patterns, weights, signs, 0


class Compiled(Generic[Key]):
    """Profiles by a key of the caller's choice. One that is set or removed costs what its own keywords cost."""

    def __init__(self) -> None:
        self.shards: list[Shard[Key]] = []
        # A place is shard × _SHARD + row.
        self._places: dict[Key, int] = {}
        self._free: list[int] = []
        self._texts: dict[str, _Read] = {}
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
        return {pattern: term.number for pattern, term in terms if term and term.references}

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
        """Take a profile in, in the place of the one that the key had.

        KeywordError where a keyword is wrong; then nothing has changed.
        """
        keywords = self._keywords(profile.keywords)
        if key in self._places:
            self.remove(key)
        self._places[key] = place = self._place()
        shard, row = self._at(place)
        shard.keys[row] = key
        shard.begins[row] = len(shard.patterns)
        shard.lengths[row] = len(keywords)
        shard.limits[row] = profile.limit
        shard.thresholds[row] = profile.threshold
        for term, weight, sign, _ in keywords:
            term.references += 1
            shard.patterns.append(term.number if term.number >= 0 else self._number(term))
            shard.weights.append(weight)
            shard.signs.append(sign)

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
                term.number = -1
        shard.free(row)
        self._free.append(place)

    def labels(self, profile: Profile) -> list[str]:
        """What each keyword of a profile's row is called."""
        return [read.label for read in self._keywords(profile.keywords)]

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

    def _number(self, term: _Term) -> int:
        if self._free_numbers:
            term.number = self._free_numbers.pop()
            self._by_number[term.number] = term
        else:
            term.number = len(self._by_number)
            self._by_number.append(term)
        return term.number

    def _term(self, number: int) -> _Term:
        term = self._by_number[number]
        if term is None:
            raise KeyError(number)
        return term

    # -- what keywords mean

    def _keywords(self, texts: Sequence[str]) -> list[_Read]:
        """What ``parse_profile`` says of the keywords, without reading again what was read before."""
        if len(self._texts) >= _MOST_TEXTS:
            self._forget_texts()
        known = self._texts
        found = [known.get(text) or self._read(text) for text in texts]
        if len({id(read.term) for read in found}) < len(found):
            found = self._merged(found)
        # What is wrong is said there.
        if len(texts) > MOST_KEYWORDS or all(read.sign == EXCLUDE for read in found):
            return [self._of(keyword) for keyword in parse_profile(texts)]
        return found

    @staticmethod
    def _merged(found: Iterable[_Read]) -> list[_Read]:
        """Keywords of one meaning as one; none where one looks for what another excludes."""
        merged: dict[int, _Read] = {}
        for read in found:
            first = merged.setdefault(id(read.term), read)
            if (first.sign == EXCLUDE) != (read.sign == EXCLUDE):
                return []
            merged[id(read.term)] = first._replace(
                weight=max(first.weight, read.weight), sign=max(first.sign, read.sign)
            )
        return list(merged.values())

    def _read(self, text: str) -> _Read:
        read = self._texts[text] = self._weighted(text) or self._of(parse(text))
        return read

    def _weighted(self, text: str) -> _Read | None:
        """What a plain phrase with a weight means: the phrase is read once for all weights."""
        found = _WEIGHTED.fullmatch(text)
        if not found:
            return None
        try:
            known = self._texts.get(found[1]) or self._read(found[1])
        except KeywordError:
            return None
        return known._replace(weight=exact_weight(float(found[2])))

    def _of(self, keyword: Keyword) -> _Read:
        term = self._terms.get(keyword.pattern)
        if not term:
            term = self._terms[keyword.pattern] = _Term(keyword.pattern)
        return _Read(term, exact_weight(keyword.weight), _SIGNS[keyword.sign], intern(keyword.label))

    def _forget_texts(self) -> None:
        self._texts.clear()
        self._terms = {pattern: term for pattern, term in self._terms.items() if term.references}
