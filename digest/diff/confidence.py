"""How surely two papers of one title are one paper."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from digest.diff.identity import canonical_title, main_title
from digest.text import agreement, fingerprint, fold, shared, telling_words, word_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digest.model import Paper

__all__ = ["confidence"]

# How far two abstracts must overlap (see digest.text.shared) for one title to mean one paper. Unrelated abstracts of
# one field were seen to reach 0.36; one abstract with its TeX stripped in two ways stays above 0.9.
_SAME_ABSTRACT = 0.55
#: where the titles are not quite the same, or generic
_SURELY_SAME = 0.9
# "Editorial", "Reply to comments", "Comment on X": what so few words name, only the same abstract can identify.
_GENERIC_TITLE_WORDS = 4
# In an abstract as short as this every word counts; it may be a journal's teaser.
_SHORT_ABSTRACT_WORDS = 25
_SAME_SHORT_ABSTRACT = 0.9
#: words of a first sentence that say what an abstract is
_FIRST_SENTENCE_WORDS = 5
#: what is found with a title and authors alone
_BY_AUTHORS, _BY_TITLE = 0.6, 0.5

_ANY_WORD = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})
_DIGRAPHS = re.compile("ae|oe|ue")
_NO_NAMES = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "md", "others", "et", "al"))
_GROUP = re.compile(
    r"\b(?:collaboration|consortium|group|team|network|committee|initiative|investigators)\b", re.IGNORECASE
)
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
# What an address has of a form in which a page was found.
_ADDRESS = re.compile(
    r"\Ahttps?://(?:www\.|m\.)?|(?:[?&](?:utm_\w+|rss|af|src|ref|via|source)=[^&#]*)+|#.*\Z|/+\Z", re.IGNORECASE
)


def confidence(one: Paper, other: Paper) -> float:
    """How surely two papers that share a title, or the main part of one, are one: 0 where they are not, up to 1."""
    if not _same_title(one.title, other.title):
        related = _is_main_title_of(one.title, other.title) or _is_main_title_of(other.title, one.title)
        same = related and not _authors_contradict(one, other) and _surely_same_abstract(one, other)
        return _SURELY_SAME if same else 0.0
    if _authors_contradict(one, other):
        return 0.0
    generic = word_count(one.title) <= _GENERIC_TITLE_WORDS
    if not one.abstract or not other.abstract:
        unsure = one.abstract or other.abstract or _pages_differ(one, other)
        return 0.0 if generic and unsure else _BY_TITLE
    if min(_length(one.abstract), _length(other.abstract)) < _SHORT_ABSTRACT_WORDS:
        return _with_short_abstract(one, other, generic=generic)
    alike = shared(_telling_words(one.abstract), _telling_words(other.abstract))
    return alike if alike >= (_SURELY_SAME if generic else _SAME_ABSTRACT) else 0.0


def _with_short_abstract(one: Paper, other: Paper, *, generic: bool) -> float:
    """Where one abstract is short: the same one, the first sentence of the other, or a journal's teaser."""
    alike = agreement(one.abstract, other.abstract)
    if alike >= _SAME_SHORT_ABSTRACT:
        return 0.0 if generic and _pages_differ(one, other) else alike
    short, long = sorted((one.abstract, other.abstract), key=word_count)
    if generic or word_count(long) < _SHORT_ABSTRACT_WORDS:
        return 0.0
    if _begins_with(long, short):
        return _SURELY_SAME
    return _BY_AUTHORS if _authors_agree(one, other) else 0.0


def _begins_with(long: str, short: str) -> bool:
    """Whether a text is the beginning of a longer one; its last word may be cut."""
    words = _ANY_WORD.findall(fold(short))
    beginning = _ANY_WORD.findall(fold(long[: 4 * len(short) + 100]))[: len(words)]
    alike = words[:-1] == beginning[:-1] and beginning[-1:] != [] and beginning[-1].startswith(words[-1])
    return len(words) >= _FIRST_SENTENCE_WORDS and alike


def _surely_same_abstract(one: Paper, other: Paper) -> bool:
    long = min(_length(one.abstract), _length(other.abstract)) >= _SHORT_ABSTRACT_WORDS
    return long and shared(_telling_words(one.abstract), _telling_words(other.abstract)) >= _SURELY_SAME


# Papers with a title such as "Editorial" are compared with one another again and again.
_length = lru_cache(maxsize=256)(word_count)
_telling_words = lru_cache(maxsize=256)(telling_words)


# ----------------------------------------------------------------------------------------------------- titles


def _same_title(one: str, other: str) -> bool:
    return one == other or _title_print(one) == _title_print(other)


def _is_main_title_of(one: str, other: str) -> bool:
    main = main_title(canonical_title(other))
    return bool(main) and fingerprint(main) == _title_print(one)


@lru_cache(maxsize=4096)
def _title_print(title: str) -> str:
    return fingerprint(canonical_title(title))


def _pages_differ(one: Paper, other: Paper) -> bool:
    """Whether both have a page, and these are two."""
    first, second = one.links.abstract, other.links.abstract
    return bool(first and second) and _ADDRESS.sub("", first or "").lower() != _ADDRESS.sub("", second or "").lower()


# ---------------------------------------------------------------------------------------------------- authors


def _authors_contradict(one: Paper, other: Paper) -> bool:
    """Whether both name people, and nobody of the one can be anybody of the other."""
    if not one.authors or not other.authors:
        return False
    if any(map(_GROUP.search, one.authors)) or any(map(_GROUP.search, other.authors)):
        return False
    if _is_latin(one.authors) != _is_latin(other.authors):
        return False
    return not _shared(one.authors, other.authors)


def _authors_agree(one: Paper, other: Paper) -> bool:
    """Whether half of the shorter list of authors is in the longer one too."""
    fewest = min(len(one.authors), len(other.authors))
    return fewest > 0 and 2 * _shared(one.authors, other.authors) >= fewest


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many of some names are among others. The family name of either is any word of the other."""
    families, words = _families_and_words(one)
    other_families, other_words = _families_and_words(other)
    return max(len(families & other_words), len(other_families & words))


def _families_and_words(names: Sequence[str]) -> tuple[set[str], set[str]]:
    families: set[str] = set()
    words: set[str] = set()
    for name in names:
        found = list(_name_words(name))
        before_comma = list(_name_words(name.split(",")[0])) if "," in name else found
        if found:
            families.add((before_comma or found)[-1])
            words.update(found)
    return families, words


def _name_words(name: str) -> Iterator[str]:
    """The words of a name, an umlaut as its plain letter: Schrödinger, Schroedinger and Schrodinger are one."""
    for word in _WORD.findall(fold(name.lower().translate(_UMLAUTS)).replace("'", "").replace("’", "")):
        if word not in _NO_NAMES:
            yield _DIGRAPHS.sub(lambda found: found[0][0], word)


def _is_latin(names: Sequence[str]) -> bool:
    return any(map(_LATIN.search, names))
