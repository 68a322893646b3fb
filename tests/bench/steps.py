"""The steps that are measured, each over ``size`` invented papers, and the obvious alternatives to them."""

from __future__ import annotations

import json
import os
import re
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

from digest.diff import aliases, diff
from digest.dump import DumpAbout
from digest.keywords import parse_profile
from digest.model import Edition, Entry, KnownPaper, Paper, Profile, Publication, ReaderKind
from tests.bench.corpus import KEYWORDS, page_text, papers
from tests.conftest import ROOT

#: a step, what a user would pick instead, and how that is called in the table
PAIRS = (
    ("read", "read lines", "split into lines and paired"),
    ("JSON lines", "JSON lines orjson", "orjson alone: no papers made"),
    ("Atom", "Atom feedparser", "feedparser alone"),
    ("diff and store", "insert", "plain INSERTs, no diff"),
    ("rank", "rank regex", "a regular expression per keyword"),
    ("rank", "rank tf-idf", "scikit-learn TF-IDF, a bag of words"),
    ("feeds", "feeds feedgen", "feedgen alone: no bodies, no JSON, no checks"),
)
NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
PROFILE = Profile(name="bench", title="Bench", keywords=parse_profile(KEYWORDS), limit=20)
CONFIG = f"""
[digest]
base_url = "https://papers.example"
[[source]]
name = "inbox"
kind = "files"
path = "inbox"
[[profile]]
name = "bench"
keywords = {json.dumps(list(KEYWORDS))}
[[subscriber]]
address = "ada@example.org"
profiles = ["bench"]
days = "daily"
send_at = "00:00"
"""


def environment() -> dict[str, str]:
    """The environment of a child process: it finds the project wherever it stands."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


Timed = Callable[[], object]


def read(made: list[Paper]) -> Timed:
    from digest.formats.huggingface.page_text import PageText

    content = page_text(made).encode()

    def step() -> None:
        found = list(PageText().read(BytesIO(content), DumpAbout()))
        assert len(found) == len(made)

    return step


def read_lines(made: list[Paper]) -> Timed:
    content = page_text(made).encode()

    def step() -> None:
        lines = [line for line in content.decode().split("\n") if line.strip()]
        list(zip(lines[::5], lines[1::5], strict=False))

    return step


def _snapshot(made: list[Paper]) -> bytes:
    """The papers as lines of an arXiv snapshot."""
    lines = [
        {
            "id": f"{2600 + number // 90_000:04}.{number % 90_000:05}",
            "title": paper.title,
            "abstract": f"  {paper.abstract}\n",
            "authors": "Mira Solberg, Jun Okada and Lea Brandt",
            "categories": "cs.CL cs.LG",
            "versions": [{"version": "v1", "created": "Tue, 3 Nov 2026 10:00:00 GMT"}],
            "update_date": "2026-11-03",
        }
        for number, paper in enumerate(made)
    ]
    return "\n".join(map(json.dumps, lines)).encode()


def json_lines(made: list[Paper]) -> Timed:
    from digest.formats.json.records import JsonRecords

    content = _snapshot(made)

    def step() -> None:
        assert sum(1 for _ in JsonRecords().read(BytesIO(content), DumpAbout())) == len(made)

    return step


def json_lines_orjson(made: list[Paper]) -> Timed:
    import orjson

    content = _snapshot(made)

    def step() -> None:
        for line in BytesIO(content):
            orjson.loads(line)

    return step


def _atom(made: list[Paper]) -> bytes:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/2611.{number:05}v1</id><published>2026-11-03T10:00:00Z</published>"
        f"<updated>2026-11-03T10:00:00Z</updated><title>{paper.title}</title><summary>{paper.abstract}</summary>"
        f'<author><name>Mira Solberg</name></author><category term="cs.CL"/></entry>'
        for number, paper in enumerate(made)
    )
    head = '<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title><id>http://arxiv.org/api/x</id>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{entries}</feed>'.encode()


def atom(made: list[Paper]) -> Timed:
    from digest.formats.arxiv.api import ArxivAtom

    content = _atom(made)

    def step() -> None:
        assert sum(1 for _ in ArxivAtom().read(BytesIO(content), DumpAbout())) == len(made)

    return step


def atom_feedparser(made: list[Paper]) -> Timed:
    import feedparser

    content = _atom(made)

    def step() -> None:
        assert len(feedparser.parse(content).entries) == len(made)

    return step


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="digest-bench-") as name:
        yield Path(name)


def diff_and_store(made: list[Paper]) -> Timed:
    from digest.store import open_store

    def step() -> None:
        with _folder() as folder:
            store = open_store(f"sqlite:///{folder / 'digest.db'}")
            with store.recording() as recording:
                for start in range(0, len(made), 2000):
                    batch = made[start : start + 2000]
                    names = [aliases(paper) for paper in batch]
                    known = recording.known({alias for of_paper in names for alias in of_paper})
                    result = diff(batch, known, source="bench", day=NOW.date(), names=names)
                    recording.apply(result.updates, source="bench", at=NOW, day=NOW.date())
            assert store.paper_count() == len(made)
            store.close()

    return step


def insert(made: list[Paper]) -> Timed:
    def step() -> None:
        with _folder() as folder:
            connection = sqlite3.connect(folder / "plain.db")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(
                "CREATE TABLE papers (id INTEGER PRIMARY KEY, title TEXT , abstract TEXT, published TEXT)"
            )
            rows = ((paper.title, paper.abstract, str(paper.published)) for paper in made)
            connection.executemany("INSERT INTO papers (title, abstract, published) VALUES (?, ?, ?)", rows)
            connection.commit()
            connection.close()

    return step


def _known(made: list[Paper]) -> list[KnownPaper]:
    return [
        KnownPaper(key=f"title:{number}", paper=paper, aliases=(), first_seq=number)
        for number, paper in enumerate(made, 1)
    ]


def rank(made: list[Paper]) -> Timed:
    from digest.rank.score import KeywordRanker
    from digest.rank.worth import Frequency

    known = _known(made)

    def step() -> None:
        ranker = KeywordRanker()
        hits = ranker.match(known, [PROFILE])
        counts = ranker.counts(hits)
        weighed = ranker.weigh(hits, {name: Frequency(count, len(made), 0) for name, count in counts.items()})
        ranker.rank(weighed, PROFILE)

    return step


def rank_regex(made: list[Paper]) -> Timed:
    words = [re.sub(r'\^.*|["*+-]|title:', "", keyword).strip() for keyword in KEYWORDS]

    def step() -> None:
        patterns = [re.compile(rf"\b{re.escape(word)}\w*", re.IGNORECASE) for word in words]
        scores = [
            sum(len(p.findall(paper.title)) * 2 + len(p.findall(paper.abstract)) for p in patterns) for paper in made
        ]
        sorted(range(len(made)), key=lambda index: -scores[index])[:20]

    return step


def rank_tf_idf(made: list[Paper]) -> Timed:
    from sklearn.feature_extraction.text import TfidfVectorizer

    def step() -> None:
        vectorizer = TfidfVectorizer()
        matrix = vectorizer.fit_transform(f"{paper.title} {paper.abstract}" for paper in made)
        scores = (matrix @ vectorizer.transform([" ".join(KEYWORDS)]).T).toarray().ravel()
        scores.argsort()[::-1][:20]

    return step


def _entries(made: list[Paper]) -> tuple[Entry, ...]:
    from digest.model import ChangeKind, Match

    match = (Match("kv cache", "abstract", 1, 1.0),)
    return tuple(
        Entry(paper=known, kind=ChangeKind.NEW, at=NOW, score=1.0, matches=match, profile="bench")
        for known in _known(made)
    )


def feeds(made: list[Paper]) -> Timed:
    """A feed shows 100 entries, so as many profiles are rendered as hold the papers."""
    from digest.renderers.environment import environment as templates
    from digest.renderers.feed import FeedRenderer
    from digest.renderers.view import SiteInfo

    entries = _entries(made)
    renderer = FeedRenderer(
        environment=templates(None), site=SiteInfo(title="Bench", base_url="https://papers.example")
    )
    publications = [
        Publication(
            profiles=(PROFILE,), feeds={"bench": (_edition(entries[start : start + 100]),)}, days=(), archive=()
        )
        for start in range(0, len(entries), 100)
    ]

    def step() -> None:
        for publication in publications:
            list(renderer.render(publication))

    return step


def _edition(entries: tuple[Entry, ...]) -> Edition:
    return Edition(
        reader="feed:bench", kind=ReaderKind.FEED, date=date(2026, 11, 20), from_seq=0, to_seq=9, entries=entries,
        considered=9, receipts=(), message_id=None, created_at=NOW,
    )  # fmt: skip


def feeds_feedgen(made: list[Paper]) -> Timed:
    from feedgen.feed import FeedGenerator

    def step() -> None:
        for start in range(0, len(made), 100):
            feed = FeedGenerator()
            feed.id("https://papers.example/")
            feed.title("Bench")
            feed.link(href="https://papers.example/")
            feed.description("Bench")
            for number, paper in enumerate(made[start : start + 100]):
                entry = feed.add_entry(order="append")
                entry.id(f"https://papers.example/{start + number}")
                entry.title(paper.title)
                entry.link(href=f"https://papers.example/{start + number}")
                entry.summary(paper.abstract)
                entry.updated(NOW)
            feed.rss_str()
            feed.atom_str()

    return step


STEPS: dict[str, Callable[[list[Paper]], Timed]] = {
    "read": read,
    "read lines": read_lines,
    "JSON lines": json_lines,
    "JSON lines orjson": json_lines_orjson,
    "Atom": atom,
    "Atom feedparser": atom_feedparser,
    "diff and store": diff_and_store,
    "insert": insert,
    "rank": rank,
    "rank regex": rank_regex,
    "rank tf-idf": rank_tf_idf,
    "feeds": feeds,
    "feeds feedgen": feeds_feedgen,
}


def main() -> None:
    """Measure one step: its name and the number of papers stand on the command line."""
    step = STEPS[sys.argv[1]](papers(int(sys.argv[2])))
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - started)
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": min(seconds), "mib": mib}))


if __name__ == "__main__":
    main()
