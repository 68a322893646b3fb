"""What is measured for a million readers: our stages, and what somebody would take instead.

Each runs in a process of its own and prints JSON. The alternatives work off readers, in the order they come, for as
many seconds as they are given; what they would take for all is extrapolated from how far they came.
"""

from __future__ import annotations

import gc
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from digest.keywords import parse, parse_profile
from digest.model import Paper, Profile
from tests.bench.readers import LIMIT, World

CORES = 2
#: readers that are taken on at a time
BATCH = 4096


def _mib() -> float:
    """What the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


class Clock(dict[str, float]):
    """Seconds by stage; and those of all processors, as ``processor STAGE``, which others at work disturb less."""

    def __init__(self) -> None:
        super().__init__()
        self._started = time.perf_counter(), time.process_time()

    def stop(self, stage: str) -> None:
        started, self._started = self._started, (time.perf_counter(), time.process_time())
        self[stage], self[f"processor {stage}"] = (now - then for now, then in zip(self._started, started, strict=True))


# --------------------------------------------------------------------------------------------------------------- ours


def ours(world: World, readers: int, papers: int) -> dict[str, float]:
    """The stages for so many readers and papers, from profiles to papers, scores and parts."""
    import numpy as np

    from digest.rank import matcher
    from digest.rank.compiled import Compiled
    from digest.rank.many import without_collector
    from digest.rank.postings import Postings
    from digest.rank.score import KeywordRanker, with_words
    from digest.rank.shards import choose
    from digest.rank.worth import Frequency, Hits

    known = world.known(papers)
    profiles = list(world.profiles(readers))
    gc.freeze()
    before = _mib()
    _warm(known[0].paper)
    ranker = KeywordRanker()
    compiled: Compiled[int] = Compiled()
    clock = Clock()
    with without_collector():
        for number, profile in enumerate(profiles):
            compiled.set(number, profile)
        clock.stop("compile")
        for number in range(0, readers, readers // 1000):
            compiled.set(number, _changed(profiles[number], number))
        clock.stop("change 1000")
        for number in range(0, readers, readers // 1000):
            compiled.set(number, profiles[number])
        patterns = compiled.patterns(range(readers))
        clock.stop("change back")
        hits = Hits(tuple(known), matcher.match(world.papers[:papers], with_words(patterns)))
        clock.stop("match")
        frequencies = {name: Frequency(count, papers, 0) for name, count in ranker.counts(hits).items()}
        clock.stop("count")
        weighed = ranker.weigh(hits, frequencies)
        clock.stop("weigh")
        postings = Postings.of(weighed, compiled.numbers(hits.found))
        clock.stop("arrays")
    held = _mib()
    found = parts = 0
    for chosen in choose(compiled.rows(range(readers)), postings, np.ones(papers, np.bool_), workers=CORES):
        found += len(chosen.found.ranks)
        parts += len(chosen.found.part_places)
    clock.stop("rank")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        **clock, "papers chosen": found, "parts": parts, "patterns": len(patterns), "postings": len(postings.ranks),
        "MiB of profiles": before, "MiB before ranking": held, "MiB beyond profiles": peak - before,
    }  # fmt: skip


def _changed(profile: Profile, number: int) -> Profile:
    from dataclasses import replace

    return replace(profile, keywords=(*profile.keywords[1:], parse(f"speculative tide {number} ^4")))


def _warm(paper: Paper) -> None:
    """Let numba compile, which is done once after an installation."""
    from digest.model import KnownPaper
    from digest.rank.many import ManyRanker

    ranker, known = ManyRanker(many=1), [KnownPaper(key="a", paper=paper, aliases=())]
    profiles = [Profile(name="a", title="A", keywords=parse_profile(("a",)))]
    list(ranker.best(ranker.weigh(ranker.match(known, profiles), {}), profiles, {"a"}))


def adversarial(world: World, readers: int, papers: int) -> dict[str, float]:
    """What all pay, without and with two profiles that are as costly as the language allows."""
    from collections import Counter

    from digest.rank.many import ManyRanker

    counts = Counter(
        word for paper in world.papers[:papers] for word in paper.abstract.replace(".", "").lower().split()
    )
    words = [word for word, _ in counts.most_common(1000)]
    prefixes = [f"{prefix}*" for prefix, _ in Counter(word[:3] for word in counts if len(word) >= 3).most_common(1000)]
    greedy = [
        Profile(name=keywords[0], title="All", keywords=parse_profile(keywords), limit=100)
        for keywords in (words, prefixes)
    ]
    known, profiles = world.known(papers), list(world.profiles(readers))
    gc.freeze()
    _warm(known[0].paper)
    seconds: dict[str, float] = {}
    for name, everybody in (("without", profiles), ("with", [*profiles, *greedy])):
        ranker = ManyRanker(workers=CORES)
        ranker.patterns(everybody)
        clock = Clock()
        weighed = ranker.weigh(ranker.match(known, everybody), {})
        clock.stop("match")
        for _ in ranker.best(weighed, everybody, {one.key for one in known}):
            pass
        clock.stop("rank")
        seconds |= {f"{stage} {name}": value for stage, value in clock.items()}
    return seconds


# ------------------------------------------------------------------------------------------------------- alternatives

#: gets the papers' texts and the world, and gives what ranks for some readers
Alternative = Callable[[list[str], World], Callable[[range], object]]


def _texts(world: World) -> list[str]:
    return [f"{paper.title}\n{paper.abstract}".lower() for paper in world.papers]


def _scores(texts: list[str], world: World, readers: range, count: Callable[[str, str], int]) -> None:
    for reader in readers:
        scores = [0.0] * len(texts)
        for pick, weight in zip(world.picks[reader].tolist(), world.weights[reader].tolist(), strict=True):
            phrase = world.phrases[pick]
            for number, text in enumerate(texts):
                scores[number] += weight * count(phrase, text)
        sorted(range(len(texts)), key=scores.__getitem__, reverse=True)[:LIMIT]


def regex(texts: list[str], world: World) -> Callable[[range], object]:
    def rank(readers: range) -> None:
        for reader in readers:
            scores = [0.0] * len(texts)
            for pick, weight in zip(world.picks[reader].tolist(), world.weights[reader].tolist(), strict=True):
                pattern = re.compile(rf"\b{re.escape(world.phrases[pick])}\b")
                for number, text in enumerate(texts):
                    scores[number] += weight * len(pattern.findall(text))
            sorted(range(len(texts)), key=scores.__getitem__, reverse=True)[:LIMIT]

    return rank


def substring(texts: list[str], world: World) -> Callable[[range], object]:
    return lambda readers: _scores(texts, world, readers, lambda phrase, text: phrase in text)


def _best(scores: Any) -> object:
    import numpy as np

    best = np.argpartition(scores, -LIMIT, axis=1)[:, -LIMIT:]
    return np.take_along_axis(best, np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1), axis=1)


def tf_idf(texts: list[str], world: World) -> Callable[[range], object]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer()
    matrix = vectorizer.fit_transform(texts).T.tocsr()

    def rank(readers: range) -> object:
        queries = [" ".join(world.phrases[pick] for pick in world.picks[reader].tolist()) for reader in readers]
        return _best((vectorizer.transform(queries) @ matrix).toarray())

    return rank


def bm25(texts: list[str], world: World) -> Callable[[range], object]:
    import bm25s

    retriever = bm25s.BM25(backend="numba")
    retriever.index(bm25s.tokenize(texts, show_progress=False), show_progress=False)

    def rank(readers: range) -> object:
        queries = [" ".join(world.phrases[pick] for pick in world.picks[reader].tolist()) for reader in readers]
        tokens = bm25s.tokenize(queries, show_progress=False)
        return retriever.retrieve(tokens, k=LIMIT, n_threads=CORES, show_progress=False)

    return rank


def tantivy_phrases(texts: list[str], world: World) -> Callable[[range], object]:
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("text").build()
    index = tantivy.Index(schema)
    writer = index.writer()
    for text in texts:
        writer.add_document(tantivy.Document(text=text))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(reader: int) -> object:
        queries = []
        for pick, weight in zip(world.picks[reader].tolist(), world.weights[reader].tolist(), strict=True):
            words = world.phrases[pick].split()
            query = (
                tantivy.Query.phrase_query(schema, "text", list(words))
                if len(words) > 1
                else tantivy.Query.term_query(schema, "text", words[0])
            )
            queries.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, weight)))
        return searcher.search(tantivy.Query.boolean_query(queries), LIMIT, count=False).hits

    executor = ThreadPoolExecutor(CORES)
    return lambda readers: list(executor.map(search, readers))


def scipy_product(texts: list[str], world: World) -> Callable[[range], object]:
    """The plain product over the arrays that our matching made, which is not counted here."""
    import numpy as np
    from scipy.sparse import csr_array

    from digest.keywords import parse
    from digest.rank import matcher

    patterns = [parse(phrase).pattern for phrase in world.phrases]
    found = matcher.match(world.papers, patterns)
    cells = [
        (number, paper, float(sum(fields.values())))
        for number, pattern in enumerate(patterns)
        for paper, fields in found[pattern].items()
    ]
    numbers, having, worths = zip(*cells, strict=True)
    matrix = csr_array((worths, (numbers, having)), shape=(len(patterns), len(texts)))

    def part(readers: range) -> object:
        rows = slice(readers.start, readers.stop)
        starts = np.arange(0, (len(readers) + 1) * world.picks.shape[1], world.picks.shape[1])
        weights = csr_array(
            (world.weights[rows].ravel().astype(np.float64), world.picks[rows].ravel(), starts),
            shape=(len(readers), len(patterns)),
        )
        return _best((weights @ matrix).toarray())

    executor = ThreadPoolExecutor(CORES)
    return lambda readers: list(executor.map(part, _portions(readers, len(readers) // CORES + 1)))


ALTERNATIVES: dict[str, tuple[str, int, Alternative]] = {
    "regex": ("a regular expression for each phrase", 1, regex),
    "substring": ("substring tests", 1, substring),
    "tantivy": ("tantivy, phrase queries", 256, tantivy_phrases),
    "tf-idf": ("scikit-learn, TF-IDF cosine (bag of words)", BATCH, tf_idf),
    "bm25s": ("bm25s with numba (bag of words)", BATCH, bm25),
    "scipy": ("scipy, sparse product over our matches", BATCH, scipy_product),
}


def _portions(readers: range, size: int) -> Iterator[range]:
    for start in range(readers.start, readers.stop, size):
        yield range(start, min(start + size, readers.stop))


def alternative(name: str, world: World, seconds: float) -> dict[str, float]:
    """How many readers an alternative works off in some seconds, and how long getting ready takes."""
    _, batch, prepare = ALTERNATIVES[name]
    started = time.perf_counter()
    rank = prepare(_texts(world), world)
    rank(range(batch))
    ready = time.perf_counter()
    done, clock = 0, Clock()
    for readers in _portions(range(len(world.picks)), batch):
        rank(readers)
        done += len(readers)
        if time.perf_counter() - ready > seconds:
            break
    clock.stop("seconds")
    return {"ready": ready - started, "readers": done, **clock}


def main(words: Iterable[str]) -> None:
    folder, name, *numbers = words
    world = World.read(Path(folder))
    if name == "ours":
        found = ours(world, int(numbers[0]), int(numbers[1]))
    elif name == "adversarial":
        found = adversarial(world, int(numbers[0]), int(numbers[1]))
    else:
        found = alternative(name, world, float(numbers[0]))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
