"""The words of a text: where they begin and end, how they are folded, and which terms they stand for. Pure.

Chinese, Japanese and Korean characters are words each, for these texts have no spaces between words; Latin words that
touch them are words too. A decimal number, an abbreviation with points (A.I.) and a name that is part sign (C++, A*)
are one word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from threading import Lock

from Stemmer import Stemmer

from digest.english.inflection import ground, lexemes, meanings
from digest.english.spelling import american
from digest.text import fold

__all__ = [
    "NEVER_PARTS",
    "capitals",
    "is_cjk",
    "is_hyphen",
    "is_participle",
    "is_tight",
    "joined",
    "keys",
    "root",
    "sought",
    "stem",
    "token_spans",
    "tokens",
    "word",
]

# TeX that changes how letters look and not which they are. Some pages strip the backslash and leave the name, glued to
# its brace: "mathcal{O}".
_FONTS = re.compile(
    r"\\?\b(?:mathcal|mathbb|mathbf|mathrm|mathsf|mathit|mathfrak|mathscr|boldsymbol|operatorname|textbf|textit"
    r"|textsc|textrm|texttt|textsuperscript|textsubscript|text|emph|bm)\s*(?=\{)"
    r"|\\(?:mathcal|mathbb|mathbf|mathrm|mathsf|mathit|mathfrak|mathscr|left|right|big|Big|rm|bf|it|cal|displaystyle)\b"
)
_ACCENTS = re.compile(r"""\\(?:["'`^~=.]|[uvHtcdbkr](?![a-zA-Z]))""")

# Han with its iteration marks, kana with the sign for a long vowel, bopomofo, hangul, and their narrow and rare forms.
_CJK = "々〆〇ぁ-ゖ゙-ヿㄅ-ㄯㇰ-ㇿ㐀-䶿一-鿿가-힣豈-﫿ｦ-ﾟ\U00020000-\U0003ffff"
_LETTER = rf"[^\W_{_CJK}]"
# Names that are part sign: three languages, and algorithms such as A*.
_SIGNED = r"[cC]\+\+|[cCfF]\#|(?<![^\W_])[A-Z]\^?[*∗⋆](?![^\W_*])"
_POINTED = r"(?<![^\W_])(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])\.?"
# A word: letters and digits with their combining marks, a decimal part, a possessive 's.
_PLAIN_WORD = (
    rf"{_SIGNED}|{_POINTED}|[{_CJK}]"
    rf"|{_LETTER}+(?:[\u0300-\u036f]+{_LETTER}*)*(?:(?<=\d)\.\d{_LETTER}*)*(?:['’][sS]\b)?"
)
# The hyphens that join two parts of one word, the soft one and the en dash among them; and the signs of sub- and
# superscripts, so that ell_p meets ℓₚ as low-rank meets lowrank; and the bracket of SO(10).
_JOINT = r"(?<=[^\W_])[-\u00ad‐‑–_^](?=[^\W_])|(?<=[^\W\d_])\((?=[^\W_]+\))"
_STOP = r"[.?!;]['\"”’)\]]*(?=\s)|[。！？；｡]|(?<=[a-z])\.(?=[A-Z][a-z])"
_TOKEN = re.compile(f"{_PLAIN_WORD}|{_JOINT}|{_STOP}")
# Where TeX is left in a text, its accents are part of words ("Poincar\'e"), and font commands are none.
_TEX_LETTER = rf"(?:{_LETTER}|\{{?(?:{_ACCENTS.pattern})\s*\{{?[^\W_]\}}{{0,2}})"
_TEX_TOKEN = re.compile(rf"{_SIGNED}|[{_CJK}]|{_TEX_LETTER}+(?:(?<=\d)\.\d+)*(?:['’][sS]\b)?|{_JOINT}|{_STOP}")
_POSSESSIVE = ("'s", "’s", "'S", "’S")
_HYPHENS = frozenset("-\u00ad‐‑–_^(")
#: those that join so tightly that the parts alone are something else: R^2, SO(10)
_TIGHT = frozenset("^(")
_IS_CJK = re.compile(f"[{_CJK}]")
_STARRED = re.compile(r"([A-Za-z])\^?[*∗⋆]")
_IS_POINTED = re.compile(_POINTED)

#: words that are no part of another word that is written apart: "in form" is not "inform"
NEVER_PARTS = frozenset({
    *("a", "an", "and", "are", "as", "at", "be", "by", "do", "for", "from", "he", "i", "if", "in", "is", "it"),
    *("my", "no", "not", "of", "on", "or", "so", "the", "to", "us", "we"),
})  # fmt: skip

#: GPUs, MoEs, mRNAs: the small s is that of the plural
_PLURAL_ACRONYM = re.compile(r"[A-Za-z0-9]+[A-Z]s")
#: a short word in capitals is a name: LED is not led, and AIDS is not aid
_ACRONYM = re.compile(r"[A-Z]{2,4}")
_SHORTEST_PARTICIPLE = 4
_INDEXED = re.compile(r"([^\W\d_]{3,})[₀-₉]+")
#: symbols of elements, in any number
_FORMULA = re.compile(
    r"(?:A[cglrstu]|B[aeir]?|C[adelorsu]?|Dy|E[ru]|F[er]?|G[ade]|H[efgo]?|I[nr]?|K|L[aiu]|M[gno]|N[abdeip]?|O|Os|P[bdrt]?"
    r"|R[behu]|S[bceimnr]?|T[abehilm]|U|V|W|Xe|Yb?|Z[nr])+"
)
#: ℓ₁ and L1
_ELL = re.compile(r"ell(?=(?:\d|p|q|infty|infinity)$)")

_LOST_E = ("at", "iz", "iv", "anc", "enc", "abl", "ibl")
# No word of a language is longer; what is, is left unstemmed and out of the cache.
_LONGEST_STEMMED = 40
# Snowball leaves the plural's s where a word has no vowel: LLMs, GNNs, V100s.
_PLURAL_STEM = re.compile(r"[^\W_aeiouy]{2,}[^\W_aeiouys]s")
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


def is_tight(token: str) -> bool:
    """Whether a token joins words that mean something else alone: the caret of R^2, the bracket of SO(10)."""
    return token in _TIGHT


def is_cjk(token: str) -> bool:
    """Whether a token is one character of Chinese, Japanese or Korean."""
    return len(token) == 1 and bool(_IS_CJK.match(token))


def word(token: str) -> str:
    """A token made comparable: folded, without possessive and TeX. Empty for a token without letter or digit."""
    if token.endswith(_POSSESSIVE):
        token = token[:-2]
    if "\\" in token:
        token = _ACCENTS.sub("", token).replace("{", "").replace("}", "")
    if token.isascii() and token.isalnum():
        return token.lower()
    if found := _STARRED.fullmatch(token):
        return f"{found[1].lower()}∗"
    if is_cjk(token):
        return unicodedata.normalize("NFKC", token)
    if _IS_POINTED.fullmatch(token):
        token = token.replace(".", "")
    if token.isascii():
        return token.lower() if token[:1].isalnum() else ""
    return "".join(letter for letter in fold(token) if letter.isalnum() or letter == ".").strip(".")


def keys(token: str) -> tuple[str, ...]:
    """The keys of the terms that a token of a text can stand for; see ``digest.english.inflection.lexemes``.

    One with an index is also that without it (AdS₅), but for formulas: CO₂ is not CO.
    """
    found = _acronym(token) or lexemes(_plain(word(token)))
    if not token.isascii() and (index := _INDEXED.fullmatch(token)) and not _FORMULA.fullmatch(index[1]):
        return (*found, *keys(index[1]))
    return found


def sought(token: str) -> tuple[str, ...]:
    """The keys that a token of a keyword asks for; see ``digest.english.inflection.meanings``."""
    return _acronym(token) or meanings(_plain(word(token)))


def is_participle(folded: str) -> bool:
    """Whether a folded word looks like "reviewed"."""
    return folded.endswith("ed") and len(folded) > _SHORTEST_PARTICIPLE


def capitals(token: str) -> str:
    """A token as it is, where it has two capitals or more, as CLIP and LoRA have; empty where it has not."""
    if token.endswith(_POSSESSIVE):
        token = token[:-2]
    if _IS_POINTED.fullmatch(token):
        token = token.replace(".", "")
    return token if sum(map(str.isupper, token)) > 1 else ""


def joined(*parts: str) -> tuple[str, ...]:
    """The keys of several folded words read as one: "finetuning" of "fine" and "tuning".

    Only the last one is inflected.
    """
    before = american("".join(parts[:-1]))
    return tuple(ground(f"{before}{key}") for key in lexemes(_plain(parts[-1])))


def _plain(folded: str) -> str:
    return _ELL.sub("l", folded) if folded.startswith("ell") else folded


def _acronym(token: str) -> tuple[str, ...]:
    """The key of a word whose capitals tell that it is no other word; empty where they tell nothing."""
    if token.endswith(_POSSESSIVE):
        token = token[:-2]
    if _PLURAL_ACRONYM.fullmatch(token):
        return (ground(token[:-1].lower()),)
    return (ground(token.lower()),) if _ACRONYM.fullmatch(token) else ()


def stem(word: str) -> str:
    """What the words that grow from one root share (Snowball's English stemmer), for a folded word."""
    return _stem(word) if len(word) <= _LONGEST_STEMMED else word


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    with _stemmer_lock:
        stemmed: str = _stemmer.stemWord(word)
    return stemmed[:-1] if _PLURAL_STEM.fullmatch(stemmed) else stemmed


def root(key: str) -> str:
    """What a key has in common with those of words that grow from the same root: ``oper`` of operator and operation.

    Snowball's stemmer looks at endings that keys have lost their last e of.
    """
    return stem(f"{key}e" if key.endswith(_LOST_E) else key)
