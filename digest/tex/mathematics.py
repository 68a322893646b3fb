"""Recognise mathematics in a line of text, and write its parts on one line."""

from __future__ import annotations

import re

from digest.tex.symbols import ABOVE, BELOW, FUNCTIONS, RAISED

__all__ = ["factor", "is_math", "is_tie", "script"]

# Longest mathematics without any of TeX's special characters.
_LONGEST_PLAIN = 80

_COMMAND = re.compile(r"\\(?:[a-zA-Z]+(?:\{[^{}]*\})?|.)", re.DOTALL)
_SMALL_WORD = re.compile(
    r"(?<![\w\\])(?:an|and|are|as|at|by|for|from|in|is|not|of|on|or|per|than|the|to|versus|vs|we|with)(?=[\s,.;]|$)"
)
_TWO_WORDS = re.compile(r"(?<![\w\\])([A-Za-z]{3,})[,.;:]?\s+[A-Za-z]{3,}(?!\w)")
_LONG_WORD = re.compile(r"[A-Za-z]{3}")
_PLAIN_SCRIPT = re.compile(r"[-+−]?[\w.]+|.|[(\[].*[)\]]", re.DOTALL)
_FACTOR = re.compile(r"[^\s+\-−±/·×=<>≤≥∑∏∫|(),]+(?:\([^()]*\))?|\([^()]*\)")


def is_math(inside: str, following: str) -> bool:
    """Whether the text between two dollars is mathematics, and not prose between two amounts of money."""
    bare = inside.strip()
    if not bare:
        return False
    ragged = inside[0].isspace() != inside[-1].isspace()
    if "\\" in bare:
        return not (ragged or bare[0].isdigit()) or not _is_prose(_COMMAND.sub(" ", inside))
    if "^" in bare or "_" in bare or "{" in bare:
        return not _is_prose(inside)
    if ragged or following.isdigit() or len(inside) > _LONGEST_PLAIN or (bare != inside and _LONG_WORD.search(bare)):
        return False
    if "[" not in bare and "]" not in bare and bare.count("(") != bare.count(")"):
        return False
    return not (bare[-1] in "/:,;.-–" and following.isalnum()) and not _is_prose(inside)


def _is_prose(text: str) -> bool:
    if _SMALL_WORD.search(text):
        return True
    return any(found[1] not in FUNCTIONS for found in _TWO_WORDS.finditer(text))


def is_tie(before: str, after: str) -> bool:
    """Whether a tilde between two texts is a space. It is in "Fig.~1", but not in "3~5", "r~0.5" or "/~ada"."""
    if not before or not after or not (before[-1].isalnum() or before[-1] in ".,;:)]}$’'"):
        return False
    if after.isdigit():
        return not before[-1].isdigit() and (not before[-1].isalpha() or before[:-1].isalpha())
    return after.isalpha() or after in "\\$([{`“"


def script(content: str, sign: str) -> str:
    """A superscript (``^``) or subscript (``_``).

    Uses Unicode's letters if it has all of them, and if there are few enough to be read and searched for.
    """
    content = content.strip()
    if sign == "^" and content in RAISED:
        return RAISED[content]
    table = ABOVE if sign == "^" else BELOW
    dense = content.replace(" ", "")
    if all(ord(character) in table for character in dense) and not _LONG_WORD.search(dense):
        return dense.translate(table)
    return sign + (content if _PLAIN_SCRIPT.fullmatch(content) else f"({content})")


def factor(text: str) -> str:
    """One side of a fraction, in parentheses if it needs them."""
    return text if _FACTOR.fullmatch(text) or not text else f"({text})"
