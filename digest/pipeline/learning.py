"""Learning: what somebody likes, in whatever form they have it, is compared with what came in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

from digest.compression import decompressed
from digest.diff import aliases
from digest.diff.confidence import confidence
from digest.diff.identity import is_proof
from digest.errors import DumpError, SourceError
from digest.formats.decode import decode
from digest.formats.ids import arxiv_id, doi
from digest.formats.recognise import HEAD, recognise
from digest.model import ChangeKind, KnownPaper, Paper
from digest.pipeline.lookup import PaperNames, is_key, known_papers
from digest.pipeline.reading import records_of
from digest.pipeline.tally import in_unicode
from digest.rank.learn import Learned, learn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from typing import BinaryIO

    from digest.dump import Dump
    from digest.model import Change, Reject
    from digest.pipeline.protocols import Format

__all__ = ["Learning", "LearningStore", "Liked"]

#: the newest changes, whose papers are the background
_BACKGROUND = 5_000
#: of the lines of a list of ids, how many must be ids
_IDS = 0.5
#: a list of ids is no larger
_MOST_BYTES = 1 << 20
#: papers that are looked up at once
_BATCH = 1_000
_EXPECTED = "a BibTeX or RIS library, any dump that `digest ingest` reads, or a list with an arXiv id on each line"

_Record = TypeVar("_Record")


class LearningStore(PaperNames, Protocol):
    """What learning needs of the history."""

    def last_seq(self) -> int:
        """The number of the newest change, 0 if there is none."""
        ...

    def changes(self, since: int) -> list[Change]:
        """The changes with since < seq, oldest first."""
        ...


@dataclass(slots=True)
class Liked:
    """What was read of what somebody likes."""

    #: by key, each once
    papers: dict[str, KnownPaper] = field(default_factory=dict)
    #: the dumps that they came from, with how many each names
    dumps: dict[str, int] = field(default_factory=dict)
    #: the keys of those that are older than as many as are learned from
    left_out: set[str] = field(default_factory=set)
    #: ids that the history does not have, with the dump that names them
    unknown: list[tuple[str, str]] = field(default_factory=list)
    #: places that could not be read, with their dump
    rejects: list[tuple[str, Reject]] = field(default_factory=list)
    #: dumps that could not be read at all, and why
    failed: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Learning:
    """Reads what is liked, and learns from it. Nothing is written."""

    store: LearningStore
    formats: Sequence[Format]
    #: papers that are learned from: of more, the newest are taken
    most: int = 3_000

    def read(self, dumps: Iterable[Dump]) -> Liked:
        """Papers from dumps of any known format and from lists of ids, with what the history knows of them.

        What can't be read costs itself, and is told.
        """
        liked = Liked()
        for dump in dumps:
            try:
                with decompressed(dump.open()) as stream:
                    self._read(dump, stream, liked)
            except OSError as error:
                liked.failed.append((dump.name, f"it cannot be read: {error.strerror or error}"))
            except SourceError as error:
                liked.failed.append((dump.name, str(error)))
        return liked

    def learn(self, liked: Liked, *, limit: int) -> Learned:
        """Learn at most ``limit`` keywords, against the papers that came in last."""
        if not liked.papers:
            return Learned((), None, liked=0, background=0, titles_only=False)
        background, days = self._background(liked.papers.keys() | liked.left_out)
        return learn(list(liked.papers.values()), background, days=days, limit=limit)

    def _read(self, dump: Dump, stream: BinaryIO, liked: Liked) -> None:
        ids = _ids(stream.read(_MOST_BYTES + 1))
        stream.seek(0)
        if ids:
            found = self._of_ids(dump, ids, liked)
        else:
            form = recognise(stream.read(HEAD), self.formats, expected=_EXPECTED)
            stream.seek(0)
            found = self._of_records(dump, records_of(form, stream, dump), liked)
        for paper in found:
            liked.dumps[dump.name] = liked.dumps.get(dump.name, 0) + 1
            if paper.key not in liked.left_out:
                liked.papers.setdefault(paper.key, paper)
            if len(liked.papers) > 2 * self.most:
                self._leave_out(liked)
        self._leave_out(liked)

    def _leave_out(self, liked: Liked) -> None:
        """Keep the newest papers; of the others, however many, the keys alone."""
        if len(liked.papers) > self.most:
            newest = nlargest(self.most, liked.papers.values(), key=_day)
            kept = {paper.key: paper for paper in newest}
            liked.left_out |= liked.papers.keys() - kept.keys()
            liked.papers = kept

    def _of_ids(self, dump: Dump, ids: Iterable[str], liked: Liked) -> Iterator[KnownPaper]:
        for batch in _batches(ids):
            for name, paper in known_papers(self.store, batch).items():
                if paper:
                    yield paper
                else:
                    liked.unknown.append((dump.name, name))

    def _of_records(self, dump: Dump, records: Iterable[Paper | Reject], liked: Liked) -> Iterator[KnownPaper]:
        for batch in _batches(records):
            yield from self._known([in_unicode(record) for record in batch if isinstance(record, Paper)])
            liked.rejects += ((dump.name, record) for record in batch if not isinstance(record, Paper))

    def _known(self, papers: Sequence[Paper]) -> Iterator[KnownPaper]:
        """The papers as the history has them, where it does: it may have the abstracts that libraries leave out."""
        names = [aliases(paper) for paper in papers]
        known = self.store.papers_named({name for of_paper in names for name in of_paper})
        for paper, of_paper in zip(papers, names, strict=True):
            candidates = ((name, one) for name in of_paper for one in known.get(name, ()))
            found = next((one for name, one in candidates if _is_same(name, paper, one.paper)), None)
            if found is None:
                yield KnownPaper(key=of_paper[0], paper=paper, aliases=of_paper)
            elif paper.abstract and not found.paper.abstract:
                yield replace(found, paper=replace(found.paper, abstract=paper.abstract))
            else:
                yield found

    def _background(self, liked: Collection[str]) -> tuple[list[KnownPaper], int]:
        """What came in last and is not liked, and over how many days it came."""
        changes = self.store.changes(max(0, self.store.last_seq() - _BACKGROUND))
        news = [change for change in changes if change.kind is ChangeKind.NEW]
        papers = {change.paper.key: change.paper for change in news if change.paper.key not in liked}
        return list(papers.values()), len({change.day for change in news})


def _batches(records: Iterable[_Record]) -> Iterator[list[_Record]]:
    rest = iter(records)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _day(known: KnownPaper) -> date:
    return known.paper.published or known.paper.listed or date.min


def _is_same(alias: str, one: Paper, other: Paper) -> bool:
    """A title is a hint only: see ``digest.diff``."""
    return is_proof(alias) or confidence(one, other) > 0


def _ids(raw: bytes) -> list[str]:
    """The ids of a list whose lines begin with one each, ``#`` with a remark; empty for anything else.

    A line without an id stands for itself, so that it is told as unknown.
    """
    if len(raw) > _MOST_BYTES:
        return []
    try:
        text = decode(raw).text
    except DumpError:
        return []
    lines = [name for line in text.splitlines() if (name := line.partition("#")[0].strip())]
    ids = [_id(line) for line in lines]
    if len(lines) - ids.count(None) <= _IDS * len(lines):
        return []
    return list(dict.fromkeys(name or line for name, line in zip(ids, lines, strict=True)))


def _id(line: str) -> str | None:
    """The id that a line begins with, whatever words come after it; a space may part it from its "arXiv:"."""
    words = line.split(maxsplit=2)
    begins = (" ".join(words[:number]).rstrip(",;:") for number in (1, 2))
    return next((name for name in begins if arxiv_id(name) or doi(name) or is_key(name)), None)
