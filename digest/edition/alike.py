"""Papers that are nearly the same news: of one group, on one benchmark, in much the same words. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digest.model import Alike
from digest.text import fingerprint, shared, telling_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.model import Entry, Paper

__all__ = ["group"]

# How far the words of two papers overlap (see digest.text.overlap). On a day of 172 papers of one field, pairs without
# common authors reached 0.46, one in 200 of them 0.36; pairs of one group stood between 0.15 and 0.35.
_SAME_WORDS = 0.5
_OF_ONE_NAME = 0.36
_OF_ONE_GROUP = 0.25
# So many names in common, and so much of the shorter list: two large collaborations share a name or two by chance.
_COMMON_AUTHORS = 2
_COMMON_PART = 0.25
# Of fewer words, as of a title alone, nothing can be told.
_FEWEST_WORDS = 12
_WORD = re.compile(r"[^\W_][\w-]{2,}[^\W_]")
# "LLMs", "RNNs": kinds of things, in whatever compound they stand.
_KINDS = re.compile(r"\b([^\W\d_]*[A-Z])s\b")
# "LLM-Based", "3DGS-Aware": said of a thing, and not its name.
_SAID_OF_A_THING = re.compile(r"-(?:\w+(?:ed|en|ing)|aware|enhanced|free|level|like|only|style)$", re.IGNORECASE)
# A name that more of the entries have than this says what the profile is about, and tells no two of them from the rest.
_MOST_BEARERS = 3


@dataclass(frozen=True, slots=True)
class _Marks:
    """By what a paper is compared."""

    words: frozenset[str]
    authors: frozenset[str]
    #: as in texts, by how they are compared
    names: dict[str, str]


def group(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries, best first as they came; those that are nearly the same news as a better one say so.

    They are alike to one that is itself alike to none.
    """
    marks = [_marks(entry.paper.paper) for entry in entries]
    bearers = Counter(name for one in marks for name in one.names)
    common = {name for name, number in bearers.items() if number > max(_MOST_BEARERS, len(entries) // 3)}
    leaders: list[int] = []
    grouped: list[Entry] = []
    for index, entry in enumerate(entries):
        found = ((leader, _why(marks[leader], marks[index], common)) for leader in leaders)
        leader, why = next(((leader, why) for leader, why in found if why), (index, ""))
        if why:
            grouped.append(replace(entry, alike=Alike(entries[leader].paper.key, why)))
        else:
            leaders.append(index)
            grouped.append(entry)
    return tuple(grouped)


def _marks(paper: Paper) -> _Marks:
    return _Marks(
        words=frozenset(telling_words(f"{paper.title} {paper.abstract}")),
        authors=frozenset(map(fingerprint, paper.authors)),
        names={name.casefold(): name for name in _names(paper)},
    )


def _names(paper: Paper) -> list[str]:
    """What benchmarks and the like are called in a title: "SWE-bench", "GSM8K", "ImageNet", "MMLU".

    Among the parts of such a name one is spelled as no word is: three signs, and two capitals or a digit after the
    first. Years, "Self-Supervised" and "State-of-the-Art" have none; that of "LLM-Based" is in the plural elsewhere.
    """
    if paper.title.isupper():
        return []
    kinds = set(_KINDS.findall(f"{paper.title} {paper.abstract}"))
    return [
        word
        for word in _WORD.findall(paper.title)
        if any(_is_name(part) and part not in kinds for part in word.split("-")) and not _SAID_OF_A_THING.search(word)
    ]


def _is_name(part: str) -> bool:
    if len(part) < 3 or _KINDS.fullmatch(part):
        return False
    capitals = sum(map(str.isupper, part))
    return capitals > 1 or (part[0].isalpha() and any(map(str.isdigit, part)))


def _why(one: _Marks, other: _Marks, common: set[str]) -> str:
    """Why two papers are nearly the same news, as it is said of the second; empty where they are not."""
    if min(len(one.words), len(other.words)) < _FEWEST_WORDS:
        return ""
    words = shared(one.words, other.words)
    if words >= _OF_ONE_GROUP and (group := _group(one.authors, other.authors)):
        return group
    names = [name for name in other.names if name in one.names and name not in common]
    if words >= _OF_ONE_NAME and names:
        return f"also on {other.names[names[0]]}"
    return "in much the same words" if words >= _SAME_WORDS else ""


def _group(one: frozenset[str], other: frozenset[str]) -> str:
    """Whether the second paper's authors are those of the first, in words; empty where they are others."""
    common = len(one & other)
    if common < max(_COMMON_AUTHORS, _COMMON_PART * min(len(one), len(other))):
        return ""
    if other <= one:
        return "by the same authors"
    return "by the same authors and others" if one <= other else "by some of the same authors"
