"""The words of texts as what patterns look for: symbols, which are numbers here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.text import is_hyphen, stem, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from digest.keywords import Pattern

__all__ = ["Rows", "Tokens"]

# Parts that are read as one word: "state-of-the-art" has four.
_MOST_PARTS = 4


class Rows:
    """The forms of those patterns that are for texts, as rows of symbols, each with the number of its pattern."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        alphabet: dict[str, int] = {}
        self.alphabet: Mapping[str, int] = alphabet
        self.symbols: list[list[int]] = []
        self.numbers: list[int] = []
        for number, pattern in enumerate(patterns):
            if pattern.fields[0] not in {"author", "cat"}:
                for form in pattern.forms:
                    self.symbols.append([alphabet.setdefault(symbol, len(alphabet)) for symbol in form])
                    self.numbers.append(number)


class Tokens(dict[str, int]):
    """Token -> its number. Filled as tokens are met, with the symbols that each stands for, as far as patterns do."""

    def __init__(self, alphabet: Mapping[str, int]) -> None:
        self._alphabet = alphabet
        self._prefix_lengths = sorted({len(symbol) - 1 for symbol in alphabet if symbol.endswith("*")})
        self._exact = any(symbol.startswith('"') for symbol in alphabet)
        self._joined: dict[str, list[int]] = {}
        #: by number
        self.words: list[str] = []
        self.hyphens: list[bool] = []
        #: whether it ends a sentence
        self.stops: list[bool] = []
        self.symbols: list[list[int]] = []

    def __missing__(self, token: str) -> int:
        """Number a token that is met for the first time."""
        number = self[token] = len(self)
        folded = word(token)
        self.words.append(folded)
        self.hyphens.append(is_hyphen(token))
        self.stops.append(bool(token) and not folded and not self.hyphens[-1])
        self.symbols.append(self._of(folded))
        return number

    def flat(self, texts: Iterable[Iterable[str]]) -> list[int]:
        """The numbers of texts' tokens, and an empty token after each text, so that nothing is read across."""
        gap = self[""]
        return [number for words in texts for number in (*map(self.__getitem__, words), gap)]

    def compounds(self, flat: Sequence[int], first: int) -> Iterator[tuple[int, int, int, int]]:
        """How a word and what hyphens join to it can be read as one: "finetuning" of "fine-tuning".

        The place of the word, the symbol, the place of the last part, and the place to read on from.
        """
        joined = self.words[flat[first]]
        for last in range(first + 2, first + 2 * _MOST_PARTS, 2):
            joined += self.words[flat[last]]
            symbols = self._joined.get(joined)
            if symbols is None:
                symbols = self._joined[joined] = self._of(joined, joined=True)
            goes_on = self.hyphens[flat[last + 1]]
            for symbol in symbols:
                yield first, symbol, last, last + 2 if goes_on else last + 1
            if not goes_on:
                return

    def _of(self, folded: str, *, joined: bool = False) -> list[int]:
        """The symbols that a word stands for. The parts of a compound are words as they stand; the whole is not."""
        if not folded:
            return []
        symbols = [stem(folded), *(f"{folded[:length]}*" for length in self._prefix_lengths if length <= len(folded))]
        if self._exact and not joined:
            symbols.append(f'"{folded}"')
        return [self._alphabet[symbol] for symbol in symbols if symbol in self._alphabet]
