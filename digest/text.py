"""Text as papers have it, made comparable: cleaning, folding and fingerprints."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from digest.tex import to_unicode

if TYPE_CHECKING:
    from collections.abc import Set

__all__ = [
    "agreement",
    "clean",
    "fingerprint",
    "fold",
    "shared",
    "telling_words",
    "word_count",
]

# What neither XML 1.0 (section 2.2) nor a mail header may hold: C0 and C1 controls, surrogates, the two non-characters,
# and the Unicode line breaks that Python's email package takes for line ends.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_ASCII = bytes(32 if code < 32 or code == 127 else code for code in range(256))


def clean(text: str) -> str:
    """One line of NFC text: what no feed or mail may hold becomes a space, and runs of white space become one."""
    if text.isascii():  # most texts, and three million of them come in a snapshot
        if text.isprintable() and "  " not in text:
            return text.strip()
        line = text.encode().translate(_ASCII).strip()
        return (b" ".join(line.split()) if b"  " in line else line).decode("ascii")
    if not text.isprintable():
        text = _FORBIDDEN.sub(" ", text)
    return " ".join(unicodedata.normalize("NFC", text).split())


# ---------------------------------------------------------------------------------------------- fingerprints

_WORD = re.compile(r"[^\W_]+")
# What pages that strip TeX leave of the signs of mathematics: their names, often glued to a number ("4.98times"). The
# signs of sub- and superscripts are nothing: ell_p is ℓₚ.
_NAMES = (
    "×times ÷div ±pm ≤leq ≥geq ≠neq ≪ll ≫gg ≈approx ∼sim ≡equiv ∝propto ∞infty ∈in ⊂subset ∪cup ∩cap →to"
    " ∂partial ∇nabla ∑sum ∏prod ∫int √sqrt ∀forall ∃exists ⊗otimes ⊕oplus ∘circ °circ"
)
_SIGNS = str.maketrans({pair[0]: pair[1:] for pair in _NAMES.split()} | {"_": "", "^": ""})
# Letters that no compatibility form spells out.
_STROKED = "øo ØO łl ŁL đd ĐD ħh ıi æae ÆAE œoe ŒOE ðd ÐD þth ÞTH"
_LETTERS = str.maketrans({pair[0]: pair[1:] for pair in _STROKED.split()})
_GREEK = re.compile("[\u0370-\u03ff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]{1,16}")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


@lru_cache(maxsize=1024)
def _greek_name(letter: str) -> str:
    """Greek as TeX writes it, so that α, \\alpha and alpha meet; other characters as they are."""
    name = unicodedata.name(letter, "")
    if name.startswith("GREEK ") and " LETTER " in name:
        # Unicode says LAMDA where TeX says lambda, and FINAL SIGMA.
        return name.rsplit(" ", 1)[1].lower().replace("lamda", "lambda")
    return letter


def fold(text: str) -> str:
    """Lower case without accents; Greek letters by their names, compatibility forms plain (``x²`` is ``x2``)."""
    if text.isascii():
        return text.lower()
    return _BEYOND_ASCII.sub(lambda found: _plain(found[0]), text).casefold()


@lru_cache(maxsize=4096)
def _plain(letters: str) -> str:
    """What stands for some letters beyond ASCII. What one becomes does not hang on those beside it."""
    decomposed = unicodedata.normalize("NFKD", letters.replace("ℓ", "ell"))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_LETTERS)
    return _GREEK.sub(lambda found: _greek_name(found[0]), plain)


def _named(text: str) -> str:
    """A text without TeX, the signs of mathematics by their names."""
    text = to_unicode(text)
    if text.isascii():
        return text.replace("_", "").replace("^", "")
    return _BEYOND_ASCII.sub(lambda found: found[0].translate(_SIGNS), text.replace("_", "").replace("^", ""))


# What is asked of a title is asked at once: its fingerprint, its words.
@lru_cache(maxsize=8)
def _folded(text: str) -> str:
    return fold(_named(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(_folded(text))


def _letters(text: str) -> str:
    """The words of a text without what is between them."""
    folded = _folded(text)
    if folded.isascii():
        return folded.encode().translate(None, _NO_LETTERS).decode("ascii")
    return "".join(_WORD.findall(folded))


def fingerprint(text: str) -> str:
    """Sixteen hexadecimal digits that spellings of one title share: case, accents, punctuation and hyphens don't count,
    unless there is nothing else, and TeX, Unicode and what is left of stripped TeX are the same. Empty for white space.
    """
    letters = _letters(text) or text.strip()
    return hashlib.blake2b(letters.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest() if letters else ""


def word_count(text: str) -> int:
    """How many words a text has."""
    return len(_words(text))


def shared(one: Set[str], other: Set[str]) -> float:
    """How much of the smaller of two sets the other one has too: 0 for nothing, 1 for all; 1 if one is empty.

    Of the words of two texts (Szymkiewicz–Simpson): a text that was cut short still overlaps fully with the whole one.
    """
    return len(one & other) / min(len(one), len(other)) if one and other else 1.0


def agreement(one: str, other: str) -> float:
    """How many of the words of two texts both have: 0 for none, 1 for all (Jaccard). Every word counts, numbers too."""
    first, second = set(_words(one)), set(_words(other))
    return len(first & second) / len(first | second) if first or second else 1.0


def telling_words(text: str) -> set[str]:
    """The folded words of a text that have more than four letters: all texts share the others. All if none has."""
    words = set(_words(text))
    return {word for word in words if len(word) > 4} or words
