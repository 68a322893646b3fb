"""A million invented readers, each with ten weighted phrases that stand in the corpus, chosen in Zipf's proportions."""

from __future__ import annotations

import pickle
import random
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from digest.keywords import Keyword, parse
from digest.model import KnownPaper, Paper, Profile
from tests.bench.corpus import papers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["EACH", "LIMIT", "World", "write_world"]

#: distinct phrases, of one to four words
PHRASES = 200_000
#: keywords of a reader
EACH = 10
#: papers for a reader at most
LIMIT = 20
WEIGHTS = (0.5, 1.0, 2.0, 3.0, 5.0)


@dataclass(frozen=True)
class World:
    """Papers, phrases, and what each reader picked: numbers of phrases and weights, a row for each reader."""

    papers: list[Paper]
    phrases: list[str]
    picks: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def read(cls, folder: Path) -> World:
        import numpy as np

        made, phrases = pickle.loads((folder / "texts.pickle").read_bytes())
        return cls(made, phrases, np.load(folder / "picks.npy"), np.load(folder / "weights.npy"))

    def known(self, number: int) -> list[KnownPaper]:
        return [KnownPaper(key=f"title:{key}", paper=one, aliases=()) for key, one in enumerate(self.papers[:number])]

    def profiles(self, number: int) -> Iterator[Profile]:
        """The first readers' profiles; keywords that are the same are one object."""

        @cache
        def keyword(pick: int, weight: float) -> Keyword:
            return replace(parse(self.phrases[pick], stored=True), weight=weight)

        for picks, weights in zip(self.picks[:number].tolist(), self.weights[:number].tolist(), strict=True):
            keywords = tuple(map(keyword, picks, weights))
            yield Profile(name="keywords", title="Your keywords", keywords=keywords, limit=LIMIT)


def write_world(folder: Path, readers: int, number: int) -> None:
    """Invent the papers and the readers, the same every time."""
    import numpy as np

    made = papers(number)
    rng = random.Random(2)
    texts = [paper.abstract.replace(".", "").lower().split() for paper in made]
    phrases: dict[str, None] = {}
    while len(phrases) < PHRASES:
        words, length = rng.choice(texts), rng.randint(1, 4)
        start = rng.randrange(len(words) - length)
        phrases.setdefault(" ".join(words[start : start + length]))
    (folder / "texts.pickle").write_bytes(pickle.dumps((made, list(phrases))))
    # The first was drawn first, and what is often drawn is often met: the phrases of most readers are common ones.
    shares = 1 / np.arange(1, PHRASES + 1)
    bounds = np.cumsum(shares / shares.sum())
    random_numbers = np.random.default_rng(3)
    picks = np.empty((readers, EACH), dtype=np.int32)
    for start in range(0, readers, 100_000):
        rows = picks[start : start + 100_000]
        drawn = np.searchsorted(bounds, random_numbers.random((len(rows), 3 * EACH))).astype(np.int32)
        for row, found in zip(rows, drawn, strict=True):
            row[:] = list(dict.fromkeys(np.minimum(found, PHRASES - 1).tolist()))[:EACH]
    np.save(folder / "picks.npy", picks)
    np.save(folder / "weights.npy", random_numbers.choice(np.array(WEIGHTS, dtype=np.float32), size=picks.shape))
