"""What people write in other search boxes, and what to write here instead. Pure."""

from __future__ import annotations

import re
from typing import Final

from digest.terms import word

__all__ = ["POWER", "STARRED", "foreign", "says_nothing"]

#: a caret, at the end of what is found, that is no weight: R^2, H^1(X), 10^6, x^{n}, L^p
POWER: Final = re.compile(r"(?<![\w-])(?:[^\W\d_]|\d+)\^(?=[^\s^])|(?<=\S)\^(?=\{|[^\W\d_](?![^\W_]))")
#: a star that is part of a name: A*, D* Lite
STARRED: Final = re.compile(r"(?<![^\W_])[A-Z]\^?\*(?![^\W_*])")

_FOREIGN = tuple(
    (re.compile(expression), reason)
    for expression, reason in (
        (r"(?<!\S)(?:OR|\|\|?)(?!\S)", "OR is not needed: make two keywords, either of them is enough"),
        (r"(?<!\S)(?:AND|&&)(?!\S)", "AND is not needed: write the words in a row, or + before each keyword"),
        (r"(?<!\S)NOT(?!\S)", "to leave papers out, make a keyword of its own with - in front"),
        (r"(?<!\S)(?:NEAR|ADJ|WITHIN)(?:/?\d+)?(?!\S)", "write the words in a row; apart they count half"),
        (r"^\s*/.*/\s*$", "regular expressions are not taken; write a word, or the beginning of one with *"),
        (r"~", "~ means nothing here: other forms of a word are found without it"),
        (r"^\s*\(.*\s.*\)", "brackets group nothing; make several keywords"),
    )
)
#: words that every paper has
_COMMON = frozenset({
    *("a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "do", "for", "from", "has", "have", "he"),
    *("her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "may", "more", "my", "no", "not", "of", "on"),
    *("or", "our", "she", "so", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they"),
    *("this", "those", "to", "us", "was", "we", "were", "what", "when", "which", "who", "will", "with", "you", "your"),
})  # fmt: skip


def foreign(phrase: str) -> tuple[int, str] | None:
    """Where a phrase has what means something in other search boxes, and what to write here; None where it has not."""
    for expression, reason in _FOREIGN:
        if found := expression.search(phrase):
            return found.start(), reason
    return None


def says_nothing(tokens: list[str]) -> bool:
    """Whether a phrase has nothing but words that every paper has.

    Capitals say something (IT, US), and so can a letter alone.
    """
    if len(tokens) == 1 and len(tokens[0]) == 1:
        return False
    return all(word(token) in _COMMON and not (token.isupper() and len(token) > 1) for token in tokens)
