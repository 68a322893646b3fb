"""Words and phrases that papers have in common, as they are most often written. Pure."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from digest.terms import is_hyphen, keys, token_spans, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digest.model import Paper

__all__ = ["Phrase", "phrases"]

#: words of a phrase
_MOST_WORDS = 4
_SHORTEST_WORD = 3
#: what a spelling in an abstract counts, where one in a title counts 1: titles Put Capitals Everywhere
_IN_ABSTRACT = 2
#: where phrases are counted before they are told apart
_PLACES = 1 << 20

# Function words, and what every paper says of itself. The rarity of everything else is told by the background.
_STOP = """
    a about above across after against all almost along already also although always among an and another any are
    around as at away be became because become been before behind being below between beyond both but by can cannot
    could did do does doing done down due during each either else enough even every few for four from further give
    given gives good had has have having hence here how however i if in indeed instead into is it its itself just
    keep know known last least less let like made make makes making many may me might more moreover most much must
    my namely near neither never nevertheless new next no none nor not nothing now of off often on once one only
    onto or other others otherwise our ours out over per perhaps possible quite rather really recent recently s same
    see seen several she should show showed shown shows since so some still such take taken than that the their them
    then there therefore these they third this those though three through throughout thus to together too toward
    towards two under unless unlike until up upon us use used useful uses using various very via was we well were
    what when where whether which while who whole whom whose why will with within without would yet you your able
    abstract achieve achieves address approach approaches article based best better compared conclude consider
    contribution demonstrate different discuss effective effectively evaluate evaluation existing experiment
    experimental experiments extensive find finding findings github http https important improve improved
    improvement improves improving include including introduce introduces leading main method methods novel obtained
    outperform outperforms outperforming paper papers perform performance performed present presented presents
    problem problems propose proposed proposes provide provided provides reduce report require requires research
    result results significant significantly simple solution strong studies study suggest technique techniques work
    works years
"""
_STEMS = frozenset(keys(one)[0] for one in _STOP.split())
#: the stop words that may stand within a phrase: "mixture of experts", "sim to real"
_WITHIN = frozenset({"of", "for", "in", "to", "the"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """One to four words that stand in a row."""

    #: what its inflections share
    stems: tuple[str, ...]
    #: as it is most often written
    text: str
    #: of the papers, by their indices, those that have it
    papers: frozenset[int]
    #: and those that have it in their titles
    titles: frozenset[int]
    #: and those that are about it: that have it in their titles, or more than once
    about: frozenset[int]


def phrases(papers: Sequence[Paper], *, least: int) -> list[Phrase]:
    """The phrases that stand in at least so many of the papers, in title or abstract.

    Hardly any of the millions of phrases that some thousand papers have recurs. So all are counted first, in a table in
    which several may share a place, and only what may recur is looked at closely.
    """
    counts = array("I", [0]) * _PLACES
    for paper in papers:
        for place in {hash(stems) % _PLACES for text in (paper.title, paper.abstract) for stems, _ in _spans_of(text)}:
            counts[place] += 1
    having: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    titles: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    about: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)
    spellings: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for index, paper in enumerate(papers):
        for text, worth in ((paper.title, 1), (paper.abstract, _IN_ABSTRACT)):
            for stems, row in _spans_of(text):
                if counts[hash(stems) % _PLACES] < least or not _is_telling(stems):
                    continue
                if worth == 1 or index in having[stems]:
                    about[stems].add(index)
                having[stems].add(index)
                spellings[stems][_written(row)] += worth
                if worth == 1:
                    titles[stems].add(index)
    return [
        Phrase(
            stems, _most_written(spellings[stems]), *(frozenset(one.get(stems, ())) for one in (having, titles, about))
        )
        for stems, found in having.items()
        if len(found) >= least
    ]


def _most_written(spellings: Counter[str]) -> str:
    # Of equals, the one that sorts first, so that it does not depend on the order of the papers.
    return min(spellings, key=lambda written: (-spellings[written], written))


def _spans_of(text: str) -> Iterator[tuple[tuple[str, ...], list[tuple[str, bool]]]]:
    """Whatever may be a phrase, at each place: its stems, and the words as they stand there."""
    for row in _rows(text):
        of_row = tuple(keys(written)[0] for written, _ in row)
        for begin, (_, joined) in enumerate(row):
            if joined:  # in the middle of a compound
                continue
            for end in range(begin + 1, min(begin + _MOST_WORDS, len(row)) + 1):
                if end < len(row) and row[end][1]:
                    continue
                yield of_row[begin:end], row[begin:end]


def _rows(text: str) -> Iterator[list[tuple[str, bool]]]:
    """The rows of words that nothing but white space and hyphens parts, each with whether a hyphen joins it on."""
    row: list[tuple[str, bool]] = []
    joined = False
    before = 0
    for begin, end in token_spans(text):
        token = text[begin:end]
        if text[before:begin].strip():
            yield row
            row, joined = [], False
        before = end
        if is_hyphen(token):
            joined = bool(row)
        elif word(token):
            row.append((token, joined))
            joined = False
        else:
            yield row
            row = []
    yield row


def _is_telling(stems: tuple[str, ...]) -> bool:
    # "GPT-4" and "type 2 diabetes", but neither "2026" nor "4 models".
    if stems[0].isdigit() or any(not one or (one.isdigit() and len(one) > 2) for one in stems):
        return False
    if stems[0] in _STEMS or stems[-1] in _STEMS or any(a == b for a, b in pairwise(stems)):
        return False
    if len(stems) == 1:
        return len(stems[0]) >= _SHORTEST_WORD and any(map(str.isalpha, stems[0]))
    within: Iterable[str] = stems[1:-1]
    return all(one not in _STEMS or one in _WITHIN for one in within) and any(len(one) > 1 for one in stems)


def _written(row: Sequence[tuple[str, bool]]) -> str:
    text = ""
    for number, (token, joined) in enumerate(row):
        plain = token.lower() if token[1:].islower() or len(token) == 1 else token
        text += ("" if not number else "-" if joined else " ") + plain
    return text
