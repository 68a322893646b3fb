"""Which words a word can be a form of: plurals, verb forms and spellings, and nothing more. Pure.

A stemmer makes one of all words that grow from one root ("operate", "operation", "operator"). Here only the inflections
of a word are one. The key of a word is the word itself in American spelling, often without a last e: "comput" is what
"compute", "computes" and "computing" have in common. Keys are for comparing and not for reading.

Measured on the words of tests/english, of 1,900 pairs of forms and 1,150 pairs of different words: Snowball's stemmer
misses 660 and joins 330; simplemma 2.0 and lemminflect 0.2.3, which are dictionaries, miss 480 and 300 (acronyms, new
words, spellings), join few, and take a second to load; Krovetz's stemmer is no longer maintained. These rules miss none
and join none.
"""

from __future__ import annotations

import re
from functools import lru_cache

from digest.english.irregular import AMBIGUOUS, ENDINGS, FORMS, INVARIANT, INVARIANT_ENDINGS, SILENT_E
from digest.english.spelling import american

__all__ = ["ground", "lexemes", "meanings"]

#: no word of a language is longer; what is, is its own key
_LONGEST = 40
_VOWEL = re.compile("[aeiouy]")
_VOWELS = frozenset("aeiouy")
#: hope, use, type: one syllable that a silent e makes long. The e is not dropped, and hoping has it too.
_SHORT = re.compile(r"(?:[^aeiouy]|qu)*[aeiouy][^aeiouywx]")
_SYLLABLES = re.compile(r"[aeiouy][^aeiouy]+[aeiouy]")
_DOUBLED = re.compile(r"([^aeiouysfc])\1$")
_LONGEST_ENDING = max(map(len, ENDINGS))
#: prefixes that a word of another form is found behind: reran, subfamilies need no rule, submatrices and overheard do
_PREFIXED = re.compile(r"(?:re|over|under|out|mis|fore|sub|super|hyper|micro|multi|inter|co)(?!sent$)(\w{3,})")
#: fuelled, dialled, but not quelled
_LONG_VOWEL_L = re.compile(r"(?<!q)[aeiou]{2}ll$")
#: how ä, ö, ü and å are written without their marks. All long words lose the e ("influnce"), so that Schroedinger,
#: Schrödinger and Schrodinger meet; short ones keep it, for poet is not pot.
_DIGRAPH = re.compile(r"([ao]|(?<![qg])u)e|a(?=a)")
_SHORT_NAME = 4
#: an acronym without a vowel and its plural's s: LLMs, GNNs, V100s. Three letters are too few to tell: GPS.
_PLURAL_ACRONYM = re.compile(r"[^\W_aeiouy]{2,}[^\W_aeiouys]s|[^\W_aeiouy]{2,}us")


@lru_cache(maxsize=1 << 16)
def lexemes(word: str) -> tuple[str, ...]:
    """The keys of the words that a folded word can be a form of, the likeliest first.

    Nearly always one: ``matrices`` is ``matrix``. Of two ("axes": axis and axe) the first is the word itself, where it
    is also a word of its own: "found", then "find".
    """
    if len(word) > _LONGEST or not word.isascii():
        return (word,)
    if not word.isalpha():
        return (word[:-1] if _PLURAL_ACRONYM.fullmatch(word) else word,)
    spelled = american(word)
    if words := AMBIGUOUS.get(word) or AMBIGUOUS.get(spelled):
        return tuple(map(ground, words))
    return (ground(_base(word, spelled)),)


def meanings(word: str) -> tuple[str, ...]:
    """The keys of what somebody looks for who types a folded word: of a word of its own that alone.

    A typed "bound" means bounds and not what binds; a typed "axes" can mean both.
    """
    keys = lexemes(word)
    return keys[:1] if len(keys) > 1 and keys[0] == ground(american(word)) else keys


def ground(word: str) -> str:
    """The key of a word in its ground form, in American spelling."""
    if word in SILENT_E or word in INVARIANT:
        return word
    if word.endswith("ie") and len(word) > 3:
        word = f"{word[:-2]}y"
    elif word.endswith("e") and not word.endswith(("ee", "oe", "ye")):
        stem = word[:-1]
        if len(stem) > 1 and _VOWEL.search(stem) and not _SHORT.fullmatch(stem):
            word = stem
    if word[-1:] == word[-2:-1] and (word.endswith("zz") or (_DOUBLED.search(word) and _SYLLABLES.search(word))):
        word = word[:-1]
    # Asking first is quicker than looking for all of them in every word.
    if len(word) > _SHORT_NAME and ("ue" in word or "oe" in word or "ae" in word or "aa" in word):
        return _DIGRAPH.sub(r"\1", word)
    return word


def _base(word: str, spelled: str) -> str:
    """The word that a word is a form of, in American spelling."""
    for one in (word, spelled):
        if one in INVARIANT:
            return one
        if one in FORMS:
            return american(FORMS[one])
    return _by_ending(word) or _by_rule(spelled)


def _by_ending(word: str) -> str:
    """The word of a compound whose last part is irregular; empty where it is not."""
    for length in range(min(len(word), _LONGEST_ENDING), 4, -1):
        if ending := ENDINGS.get(word[-length:]):
            return american(word[:-length] + ending)
    if (found := _PREFIXED.match(word)) and found[1] in FORMS:
        return american(word[: found.start(1)] + FORMS[found[1]])
    return f"{word[:-2]}an" if word.endswith("men") and len(word) > 6 else ""


def _by_rule(word: str) -> str:
    if word.endswith("s"):
        return _singular(word)
    if word.endswith("ed"):
        return _present(word, word[:-2])
    if word.endswith("ing"):
        return _present(word, word[:-3])
    return word[:-1] if word.endswith("ae") and len(word) > 4 else word


def _singular(word: str) -> str:
    """A word without the s of the plural or of the third person."""
    if _PLURAL_ACRONYM.fullmatch(word):
        return word[:-1]
    if len(word) < 4:
        # ads and ids, but not gas and gps
        return word[:-1] if len(word) == 3 and word[0] in _VOWELS and word[1] not in _VOWELS else word
    if word.endswith(INVARIANT_ENDINGS):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y" if len(word) > 4 else word[:-1]
    base = word[:-2] if word.endswith("oes") else word[:-1]
    return _present(base, base[:-3]) if base.endswith("ing") and base not in INVARIANT else base


def _present(word: str, stem: str) -> str:
    """What is left of a verb without -ed or -ing, made a word again; the word itself where no verb is left."""
    if not _VOWEL.search(stem) or len(stem) < 2:
        return word
    if word.endswith(("eed", "ied")):
        return f"{stem[:-1]}y" if word.endswith("ied") else word
    if word.endswith("ed") and stem.endswith(("e", "a")):
        return word
    if _SHORT.fullmatch(stem):
        return f"{stem}e"
    if _DOUBLED.search(stem) and (stem[-1] not in "lz" or _SYLLABLES.search(stem)):
        return stem[:-1]
    return stem[:-1] if _LONG_VOWEL_L.search(stem) else stem
