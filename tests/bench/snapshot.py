"""A snapshot of any size as arXiv gives it: JSON lines of invented records, recombined from two thousand papers."""

from __future__ import annotations

import json
import textwrap
from itertools import islice
from typing import TYPE_CHECKING, Any

from tests.bench.corpus import papers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["lines", "write"]

#: papers whose halves are recombined: the square of it is how many titles there are
_POOL = 2003
#: records of a month
_MONTH = 21_000
_LINES_AT_ONCE = 2000

# What one abstract in four has, one title in twenty, and one record's authors in ten.
_TEX_ABSTRACT = (
    r"We show that $\mathcal{O}(n \log n)$ steps suffice for $\ell_p$ norms with $p \geq 2$, and $10^{-3}$ of"
)
_TEX_TITLE = r"in $\mathbb{R}^d$"
_AUTHORS = (
    ("Mira Solberg, Jun Okada and Lea Brandt", [["Solberg", "Mira", ""], ["Okada", "Jun", ""], ["Brandt", "Lea", ""]]),
    ("Ada Moor and Ines Castellanos", [["Moor", "Ada", ""], ["Castellanos", "Ines", ""]]),
    ("P. Tanaka", [["Tanaka", "P.", ""]]),
    (
        "Olu Adeyemi, Wei Zhang, Nora Lindgren, Sam Whitfield Jr., Rosa Peretti",
        [
            ["Adeyemi", "Olu", ""],
            ["Zhang", "Wei", ""],
            ["Lindgren", "Nora", ""],
            ["Whitfield", "Sam", "Jr."],
            ["Peretti", "Rosa", ""],
        ],
    ),
    (r"M. N\"ollenburg, K. Erd\H{o}s", [["Nöllenburg", "M.", ""], [r"Erd\H{o}s", "K.", ""]]),
)
_CATEGORIES = ("cs.CL cs.LG", "math.CO", "hep-ph", "quant-ph cond-mat.str-el", "stat.ML cs.LG math.ST", "astro-ph.GA")


def write(path: Path, number: int) -> None:
    """Write so many records, a line of about 1.5 kB each. Ids and titles are distinct, and the same each time."""
    made = lines(number)
    with path.open("w", encoding="utf-8") as file:
        while some := "".join(islice(made, _LINES_AT_ONCE)):
            file.write(some)


def lines(number: int, *, start: int = 0) -> Iterator[str]:
    """The lines of the records from ``start`` on, oldest first, with their line ends."""
    titles, abstracts = _halves()
    people = [_members(authors=text, authors_parsed=parsed) for text, parsed in _AUTHORS]
    for one in range(start, start + number):
        # Each pair of halves comes once: the second goes on by one with every round of the first.
        first, second = one % _POOL, (one + one // _POOL) % _POOL
        month = one // _MONTH
        year = 2015 + month // 12
        tex = "" if one % 20 else " " + _escaped(_TEX_TITLE)
        yield (
            f'{{"id": "{year % 100}{month % 12 + 1:02}.{one % _MONTH:05}", "submitter": "Mira Solberg", '
            f'{people[one % len(people) if one % 2 else 0]}, "title": "{titles[first][0]} {titles[second][1]}{tex}", '
            f'"comments": "12 pages, 5 figures", "journal-ref": null, "doi": {_doi(one)}, "report-no": null, '
            f'"categories": "{_CATEGORIES[one % len(_CATEGORIES)]}", "license": null, '
            f'"abstract": "{abstracts[first][0]}{abstracts[second][1]}", "versions": [{{"version": "v1", '
            f'"created": "Tue, {one % 28 + 1} Nov {year} 10:00:00 GMT"}}], "update_date": "{year}-11-28"}}\n'
        )


def _halves() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Both halves of each title and each abstract, as they stand in a line of JSON; no two titles share one."""
    titles: list[tuple[str, str]] = []
    abstracts = []
    begins, ends = set(), set()
    for number, paper in enumerate(papers(_POOL + 300, seed=7)):
        words = paper.title.split()
        begin, end = " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])
        if not begin or begin in begins or end in ends:
            continue
        begins.add(begin)
        ends.add(end)
        titles.append((_escaped(begin), _escaped(end)))
        text = paper.abstract if number % 4 else f"{_TEX_ABSTRACT} {paper.abstract}"
        wrapped = textwrap.wrap(text, 75)[:13]
        abstracts.append((_escaped("  " + "\n".join(wrapped[:6])), _escaped("\n" + "\n".join(wrapped[6:]) + "\n")))
    return titles[:_POOL], abstracts[:_POOL]


def _doi(one: int) -> str:
    """Two records in five have the DOI of a journal."""
    return f'"10.1103/Bench.{one}"' if one % 5 < 2 else "null"


def _members(**members: Any) -> str:
    return json.dumps(members)[1:-1]


def _escaped(text: str) -> str:
    return json.dumps(text)[1:-1]
