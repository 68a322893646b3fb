"""The words of texts as what patterns look for: symbols, which are numbers here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.english.inflection import ground, lexemes
from digest.english.spelling import american
from digest.keywords import PARTICIPLE, RELATED
from digest.terms import NEVER_PARTS, capitals, is_hyphen, is_participle, joined, keys, root, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from digest.keywords import Pattern

__all__ = ["Rows", "Tokens"]

# Parts that are read as one word: "state-of-the-art" has four.
_MOST_PARTS = 4
_SHORTEST_WHOLE = 2
_LONGEST_BEGUN = 8
# A root is looked for where a word is long enough to have endings.
_SHORTEST_ROOTED = 4


class _Alphabet(dict[str, int]):
    """Symbol -> its number. Filled as symbols are met."""

    def __missing__(self, symbol: str) -> int:
        number = self[symbol] = len(self)
        return number


class _Roots(dict[str, int]):
    """Symbol -> the number of the symbol of its root; its own number where it has none."""

    def __init__(self, alphabet: _Alphabet) -> None:
        self._alphabet = alphabet

    def __missing__(self, symbol: str) -> int:
        number = self[symbol] = self._alphabet[f"{RELATED}{root(symbol)}" if _has_root(symbol) else symbol]
        return number


class Rows:
    """The forms of those patterns that are for texts, as rows of symbols, each with the number of its pattern.

    With ``related``, rows of related words are among them: their numbers are the patterns', plus how many there are.
    """

    def __init__(self, patterns: Sequence[Pattern], *, related: bool = False) -> None:
        alphabet = _Alphabet()
        self.alphabet: Mapping[str, int] = alphabet
        self.symbols: list[list[int]] = []
        self.numbers: list[int] = []
        number_of, root_of = alphabet.__getitem__, _Roots(alphabet).__getitem__
        for number, pattern in enumerate(patterns):
            if pattern.fields[0] in {"author", "cat"}:
                continue
            rows = [list(map(number_of, form)) for form in pattern.forms]
            if related and (row := list(map(root_of, pattern.forms[0]))) != rows[0]:
                self.symbols.append(row)
                self.numbers.append(number + len(patterns))
            self.symbols += rows
            self.numbers += [number] * len(rows)


def _has_root(key: str) -> bool:
    return len(key) >= _SHORTEST_ROOTED and key.isascii() and key.isalpha()


class Tokens(dict[str, int]):
    """Token -> its number. Filled as tokens are met, with the symbols that each stands for, as far as patterns do."""

    def __init__(self, alphabet: Mapping[str, int]) -> None:
        self._alphabet = alphabet
        self._prefix_lengths = sorted({len(symbol) - 1 for symbol in alphabet if symbol.endswith("*")})
        self._exact = any(symbol.startswith('"') for symbol in alphabet)
        self._related = any(symbol.startswith(RELATED) for symbol in alphabet)
        self._joined: dict[tuple[str, ...], list[int]] = {}
        #: how the words begin that something may be written apart for
        self._begun = {
            symbol[:length]
            for symbol in alphabet
            if symbol.isascii() and symbol.isalnum()
            for length in range(_SHORTEST_WHOLE, min(len(symbol), _LONGEST_BEGUN) + 1)
        }
        #: by number
        self.words: list[str] = []
        self.hyphens: list[bool] = []
        #: whether it ends a sentence
        self.stops: list[bool] = []
        #: whether it can be a part of a word that is written apart
        self.parts: list[bool] = []
        self.symbols: list[list[int]] = []
        #: as ``symbols``, for what follows a hyphen: "reviewed" of "peer-reviewed" is no review
        self.within: list[list[int]] = []

    def __missing__(self, token: str) -> int:
        """Number a token that is met for the first time."""
        number = self[token] = len(self)
        folded = word(token)
        self.words.append(folded)
        self.hyphens.append(is_hyphen(token))
        self.stops.append(bool(token) and not folded and not self.hyphens[-1])
        self.parts.append(folded.isascii() and folded.isalnum() and folded not in NEVER_PARTS)
        self.symbols.append(self._of(token, folded, keys(token) if folded else ()))
        within = (f"{PARTICIPLE}{folded}",) if is_participle(folded) else None
        self.within.append(self.symbols[-1] if within is None else self._of(token, folded, within))
        return number

    def flat(self, texts: Iterable[Iterable[str]]) -> list[int]:
        """The numbers of texts' tokens, and an empty token after each text, so that nothing is read across."""
        gap = self[""]
        return [number for words in texts for number in (*map(self.__getitem__, words), gap)]

    def compounds(self, flat: Sequence[int], first: int) -> Iterator[tuple[int, int, int, int]]:
        """How a word and what hyphens join to it can be read as one: "finetuning" of "fine-tuning".

        The place of the word, the symbol, the place of the last part, and the place to read on from.
        """
        parts = [self.words[flat[first]]]
        for last in range(first + 2, first + 2 * _MOST_PARTS, 2):
            parts.append(self.words[flat[last]])
            goes_on = self.hyphens[flat[last + 1]]
            whole = "".join(parts)
            begun = [f"{whole[:length]}*" for length in self._prefix_lengths if length <= len(whole)]
            for symbol in (*self._whole_of(*parts), *(self._alphabet[one] for one in begun if one in self._alphabet)):
                yield first, symbol, last, last + 2 if goes_on else last + 1
            if not goes_on:
                return

    def pair(self, one: int, other: int) -> list[int]:
        """The symbols that two tokens, by their numbers, stand for as one word: "dataset" for "data set"."""
        if not (self.parts[one] and self.parts[other]):
            return []
        before = self.words[one]
        if f"{before}{self.words[other][:2]}"[:_LONGEST_BEGUN] not in self._begun:
            return []
        found = [ground(f"{american(before)}{ending}") for ending in lexemes(self.words[other])]
        return [self._alphabet[key] for key in found if key in self._alphabet]

    def _whole_of(self, *parts: str) -> list[int]:
        """The symbols that some words stand for as one."""
        symbols = self._joined.get(parts)
        if symbols is None:
            found = joined(*parts)
            symbols = self._joined[parts] = [self._alphabet[one] for one in found if one in self._alphabet]
        return symbols

    def _of(self, token: str, folded: str, found: Sequence[str]) -> list[int]:
        """The symbols that a token stands for: some that are ``found``, and what it is for all kinds of symbols."""
        if not folded:
            return []
        symbols = list(found)
        if self._related:
            symbols += [f"{RELATED}{root(key)}" for key in keys(token) if _has_root(key)]
        symbols += [f"{folded[:length]}*" for length in self._prefix_lengths if length <= len(folded)]
        if self._exact:
            symbols += [f'"{folded}"', f'"{capitals(token)}"']
        return [self._alphabet[symbol] for symbol in dict.fromkeys(symbols) if symbol in self._alphabet]
