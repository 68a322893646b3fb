"""Where papers have the keywords of all profiles: everything is looked for at once, in one pass over each text.

The forms of all patterns make one tree of symbols. A word of a text is turned into the few symbols of that tree that
it stands for, once for each distinct word; most words stand for none and cost one look-up in a dict, however many
patterns there are.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

from digest.text import is_hyphen, stem, token_spans, tokens, word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from digest.model import Paper
    from digest.rank.keywords import Pattern

__all__ = ["Found", "match", "spans"]

#: pattern -> the index of each paper that has it -> field -> how often
Found = dict["Pattern", dict[int, dict[str, int]]]

# Parts that are read as one word: "state-of-the-art" has four.
_MOST_PARTS = 4
# Stands for a hyphen; no pattern has it.
_HYPHEN = (-1,)
_SYMBOL_BITS = 32


def match(papers: Sequence[Paper], patterns: Collection[Pattern]) -> Found:
    """Say for every pattern which papers have it, in which fields, and how often.

    In a text a pattern is counted once for each word it begins at; of authors, those who bear the name are counted; a
    category counts once.
    """
    patterns = list(dict.fromkeys(patterns))
    found: list[dict[int, dict[str, int]]] = [{} for _ in patterns]
    vocabulary, names, categories = _Vocabulary(patterns), _Names(patterns), _Categories(patterns)
    for index, paper in enumerate(papers):
        for field, text in (("title", paper.title), ("abstract", paper.abstract)):
            counts: dict[int, int] = {}
            for _, ends in vocabulary.find(text):
                for pattern in ends:
                    counts[pattern] = counts.get(pattern, 0) + 1
            for pattern, count in counts.items():
                if field in patterns[pattern].fields:
                    found[pattern].setdefault(index, {})[field] = count
        for pattern, count in names.counts(paper.authors).items():
            found[pattern].setdefault(index, {})["author"] = count
        for pattern in categories.of(paper.categories):
            found[pattern].setdefault(index, {})["cat"] = 1
    return dict(zip(patterns, found, strict=True))


def spans(text: str, patterns: Iterable[Pattern]) -> list[tuple[int, int]]:
    """Where a text has any of the patterns, whatever field they are meant for: sorted offsets, overlaps merged.

    Patterns for authors and categories are found nowhere.
    """
    merged: list[tuple[int, int]] = []
    places = token_spans(text)
    for first, ends in sorted(_Vocabulary(patterns).find(text)):
        begin, end = places[first][0], places[max(ends.values())][1]
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


# ------------------------------------------------------------------------------------------------------- texts


class _Symbols(dict[str, tuple[int, ...]]):
    """Token -> the symbols it stands for, as far as any pattern has them. Filled as tokens are met."""

    def __init__(self, alphabet: Mapping[str, int]) -> None:
        self._alphabet = alphabet
        self._prefix_lengths = sorted({len(symbol) - 1 for symbol in alphabet if symbol.endswith("*")})
        self._exact = any(symbol.startswith('"') for symbol in alphabet)

    def __missing__(self, token: str) -> tuple[int, ...]:
        symbols = self[token] = _HYPHEN if is_hyphen(token) else self._of(word(token))
        return symbols

    def _of(self, folded: str) -> tuple[int, ...]:
        symbols = [stem(folded)]
        if self._exact:
            symbols.append(f'"{folded}"')
        symbols += [f"{folded[:length]}*" for length in self._prefix_lengths if length <= len(folded)]
        return tuple(self._alphabet[symbol] for symbol in symbols if symbol in self._alphabet)


class _Vocabulary:
    """The patterns for texts, ready to be looked for. They go by their numbers here, which hash faster."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        # The tree is flat: an object for each of half a million nodes would take longer to make than the search.
        #: node and symbol in one number -> the node below; the root is 0
        self._steps: dict[int, int] = {}
        #: node -> the patterns that end there
        self._ending: list[tuple[int, ...]] = [()]
        #: node -> whether any goes on
        self._inner = bytearray(1)
        alphabet: dict[str, int] = {}
        for number, pattern in enumerate(patterns):
            if pattern.fields[0] not in {"author", "cat"}:
                for form in pattern.forms:
                    self._add([alphabet.setdefault(symbol, len(alphabet)) for symbol in form], number)
        self._symbols = _Symbols(alphabet)
        # The parts of a compound are words as they stand; the whole, read as one word, is not.
        self._joined = _Symbols({text: symbol for text, symbol in alphabet.items() if not text.startswith('"')})

    def _add(self, form: Iterable[int], pattern: int) -> None:
        steps = self._steps
        node = 0
        for symbol in form:
            step = node << _SYMBOL_BITS | symbol
            below = steps.get(step)
            if below is None:
                below = steps[step] = len(self._ending)
                self._ending.append(())
                self._inner.append(0)
                self._inner[node] = 1
            node = below
        self._ending[node] += (pattern,)

    def find(self, text: str) -> Iterator[tuple[int, dict[int, int]]]:
        """For each token at which patterns begin: their numbers, each with the token it ends at."""
        if not self._steps:
            return
        words = tokens(text)
        # Two more at the end, so that there is always a next token.
        symbols = [*map(self._symbols.__getitem__, words), (), ()]
        # A compound may begin with a part that stands for nothing by itself.
        starts = {at - 1 if found is _HYPHEN else at for at, found in enumerate(symbols) if found}
        for start in starts:
            ends: dict[int, int] = {}
            self._follow(0, words, symbols, start, ends)
            if ends:
                yield start, ends

    def _follow(
        self, node: int, words: list[str], symbols: list[tuple[int, ...]], at: int, ends: dict[int, int]
    ) -> None:
        """Note what the words from ``at`` on spell below a node.

        The parts of a compound are also read as one word: "fine", then "finetuning" of "fine-tuning".
        """
        joined = ""
        readings = symbols[at]
        for last in range(at, at + 2 * _MOST_PARTS, 2):
            if last > at:
                joined = (joined or word(words[at])) + word(words[last])
                readings = self._joined[joined]
            hyphenated = symbols[last + 1] is _HYPHEN
            for symbol in readings:
                if below := self._steps.get(node << _SYMBOL_BITS | symbol):
                    for pattern in self._ending[below]:
                        ends[pattern] = max(last, ends.get(pattern, 0))
                    if self._inner[below]:
                        self._follow(below, words, symbols, last + 2 if hyphenated else last + 1, ends)
            if not hyphenated:
                return


# ---------------------------------------------------------------------------------------- authors and categories


class _Names:
    """The patterns for authors, by the first of their names."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._by_first: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for number, pattern in enumerate(patterns):
            if pattern.fields == ("author",):
                self._by_first.setdefault(pattern.forms[0][0], []).append((number, pattern.forms[0]))

    def counts(self, authors: Iterable[str]) -> Counter[int]:
        """How many authors bear each of the names."""
        return Counter(pattern for author in authors for pattern in self._of(author)) if self._by_first else Counter()

    def _of(self, author: str) -> Iterator[int]:
        """The patterns whose names stand in an author's name, in their order; "Han, Song" is Song Han."""
        surname, comma, given = author.partition(",")
        names = [word(token) for token in tokens(f"{given} {surname}" if comma else author)]
        for first in dict.fromkeys(names):
            for number, wanted in self._by_first.get(first, ()):
                rest = iter(names)
                if all(name in rest for name in wanted):
                    yield number


class _Categories:
    """The patterns for categories. A category has its own, and those of what it belongs to: ``cs`` of ``cs.LG``."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._numbers = {p.forms[0][0]: number for number, p in enumerate(patterns) if p.fields == ("cat",)}

    def of(self, categories: Iterable[str]) -> set[int]:
        """The patterns that any of the categories has."""
        if not self._numbers:
            return set()
        names = {name for category in categories for name in accumulate(category.casefold().split("."), "{}.{}".format)}
        return {self._numbers[name] for name in names & self._numbers.keys()}
