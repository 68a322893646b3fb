"""What becomes of a dump's records, as they are read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from statistics import median_low
from typing import TYPE_CHECKING

from digest.model import Counts, Paper, Reject
from digest.status import Batch
from digest.tex import has_tex, name_to_unicode, to_unicode
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

__all__ = ["Tally", "in_unicode", "is_archive"]

#: rejects that a receipt keeps; the rest is counted
_KEPT_REJECTS = 100
#: a listing of a day has fewer papers than this
_MANY = 1000
#: half of a listing's papers are younger than this
_OLD = timedelta(days=60)


@dataclass(slots=True)
class Tally:
    """Counts and rejects of one dump, in bounded memory."""

    #: of the papers
    counts: Counts = field(default_factory=Counts)
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    composition: Batch = field(default_factory=Batch)
    read: int = 0

    @property
    def cut(self) -> bool:
        """Whether the dump was said to break off."""
        return any(reject.cut for reject in self.rejects)

    def add(self, records: Sequence[Paper | Reject]) -> list[Paper]:
        """Count the records, keep the first rejects, and give back the papers, their texts in Unicode."""
        bad = [record for record in records if isinstance(record, Reject)]
        papers = [in_unicode(record) for record in records if isinstance(record, Paper)]
        if len(papers) + len(bad) != len(records):
            raise TypeError("it gave what is neither a paper nor a reject")
        self.read += len(records)
        self.rejected += len(bad)
        self.rejects += (one for number, one in enumerate(bad, len(self.rejects)) if one.cut or number < _KEPT_REJECTS)
        return papers

    def total(self) -> Counts:
        """What became of all records, the rejects among them."""
        return replace(self.counts, read=self.counts.read + self.rejected, rejected=self.rejected)


def is_archive(papers: Sequence[Paper], day: date) -> bool:
    """Whether a dump that begins with these is a snapshot of what came over the years, and no listing of a day."""
    published = [paper.published for paper in papers if paper.published]
    return len(papers) >= _MANY and len(published) > len(papers) / 2 and day - median_low(published) > _OLD


def in_unicode(paper: Paper) -> Paper:
    """A paper whose texts say in Unicode what they said in TeX: matching, mails and feeds all see the same."""
    title, abstract, authors = to_unicode(paper.title), to_unicode(paper.abstract), paper.authors
    if has_tex("".join(authors)):  # hardly any has: looked for in all names at once
        authors = tuple(map(name_to_unicode, authors))
    if (title, abstract, authors) == (paper.title, paper.abstract, paper.authors):
        return paper
    return replace(paper, title=clean(title), abstract=clean(abstract), authors=tuple(map(clean, authors)))
