"""Text as papers have it, made comparable: cleaning, folding, fingerprints, tokens and stems."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from threading import Lock

from Stemmer import Stemmer

from digest.tex import to_unicode

__all__ = [
    "agreement",
    "clean",
    "fingerprint",
    "fold",
    "is_hyphen",
    "overlap",
    "stem",
    "token_spans",
    "tokens",
    "word",
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


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(_named(text)))


def _letters(text: str) -> str:
    """The words of a text without what is between them."""
    folded = fold(_named(text))
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


def overlap(one: str, other: str) -> float:
    """How far the shorter text's words stand in the longer one too: 0 for nothing, 1 for all (Szymkiewicz–Simpson).

    A text cut short still overlaps fully with the whole one. Words of fewer than five letters, which all texts share,
    don't count where there are longer ones. 1 where either text has no words.
    """
    first, second = _telling_words(one), _telling_words(other)
    if not first or not second:
        return 1.0
    return len(first & second) / min(len(first), len(second))


def agreement(one: str, other: str) -> float:
    """How many of the words of two texts both have: 0 for none, 1 for all (Jaccard). Every word counts, numbers too."""
    first, second = set(_words(one)), set(_words(other))
    return len(first & second) / len(first | second) if first or second else 1.0


def _telling_words(text: str) -> set[str]:
    words = set(_words(text))
    return {word for word in words if len(word) > 4} or words


# ---------------------------------------------------------------------------------------------------- tokens

# TeX that changes how letters look and not which they are. Some pages strip the backslash and leave the name, glued to
# its brace: "mathcal{O}".
_FONTS = re.compile(
    r"\\?\b(?:mathcal|mathbb|mathbf|mathrm|mathsf|mathit|mathfrak|mathscr|boldsymbol|operatorname|textbf|textit"
    r"|textsc|textrm|texttt|textsuperscript|textsubscript|text|emph|bm)\s*(?=\{)"
    r"|\\(?:mathcal|mathbb|mathbf|mathrm|mathsf|mathit|mathfrak|mathscr|left|right|big|Big|rm|bf|it|cal|displaystyle)\b"
)
_ACCENTS = re.compile(r"""\\(?:["'`^~=.]|[uvHtcdbkr](?![a-zA-Z]))""")

# A word: letters and digits with their combining marks, a possessive 's, the three languages whose names are part sign.
_PLAIN_WORD = r"[cC]\+\+|[cCfF]\#|[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*(?:['’][sS]\b)?"
# The hyphens that join two parts of one word, the soft one and the en dash among them; and the signs of sub- and
# superscripts, so that ell_p meets ℓₚ as low-rank meets lowrank.
_JOINT = r"(?<=[^\W_])[-\u00ad‐‑–_^](?=[^\W_])"
_STOP = r"[.?!;]['\"”’)\]]*(?=\s)"
_TOKEN = re.compile(f"{_PLAIN_WORD}|{_JOINT}|{_STOP}")
# Where TeX is left in a text, its accents are part of words ("Poincar\'e"), and font commands are none.
_TEX_LETTER = rf"(?:[^\W_]|\{{?(?:{_ACCENTS.pattern})\s*\{{?[^\W_]\}}{{0,2}})"
_TEX_TOKEN = re.compile(rf"[cC]\+\+|[cCfF]\#|{_TEX_LETTER}+(?:['’][sS]\b)?|{_JOINT}|{_STOP}")
_POSSESSIVE = ("'s", "’s", "'S", "’S")
_HYPHENS = frozenset("-\u00ad‐‑–_^")
# Snowball leaves the plural's s where a word has no vowel: LLMs, GNNs, V100s. Three letters are too few to tell: GPS.
_PLURAL_ACRONYM = re.compile(r"[^\W_aeiouy]{2,}[^\W_aeiouys]s")
# No word of a language is longer; what is, is left unstemmed and out of the cache.
_LONGEST_STEMMED = 40

# A Stemmer must not be used by two threads at once; the cache answers nearly every call without it.
_stemmer = Stemmer("english", 0)
_stemmer_lock = Lock()


def tokens(text: str) -> list[str]:
    """The words of a text as they stand, hyphens within words (see ``is_hyphen``) and the ends of sentences.

    "Fine-tuning C++. Next" is ``["Fine", "-", "tuning", "C++", ".", "Next"]``.
    """
    if "\\" in text:
        return _TEX_TOKEN.findall(_without_fonts(text))
    return _TOKEN.findall(text)


def token_spans(text: str) -> list[tuple[int, int]]:
    """Where each of the ``tokens`` begins and ends in the text."""
    if "\\" in text:
        return [found.span() for found in _TEX_TOKEN.finditer(_without_fonts(text))]
    return [found.span() for found in _TOKEN.finditer(text)]


def _without_fonts(text: str) -> str:
    """Spaces in the place of font commands, so that offsets stay."""
    return _FONTS.sub(lambda found: " " * len(found[0]), text)


def is_hyphen(token: str) -> bool:
    """Whether a token joins the words before and after it."""
    return token in _HYPHENS


def word(token: str) -> str:
    """A token made comparable: folded, without possessive and TeX. Empty for a token without letter or digit."""
    if token.endswith(_POSSESSIVE):
        token = token[:-2]
    if "\\" in token:
        token = _ACCENTS.sub("", token).replace("{", "").replace("}", "")
    if token.isascii():
        return token.lower() if token[:1].isalnum() else ""
    return "".join(filter(str.isalnum, fold(token)))


def stem(word: str) -> str:
    """What the inflections of a folded English word share (Snowball's English stemmer)."""
    return _stem(word) if len(word) <= _LONGEST_STEMMED else word


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    with _stemmer_lock:
        stemmed: str = _stemmer.stemWord(word)
    return stemmed[:-1] if _PLURAL_ACRONYM.fullmatch(stemmed) else stemmed
