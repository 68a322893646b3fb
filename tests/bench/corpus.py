"""An invented corpus of any size: pronounceable words in Zipf's proportions, with real phrases strewn in."""

from __future__ import annotations

import random
from datetime import date, timedelta

from digest.model import Paper

__all__ = ["KEYWORDS", "page_text", "papers"]

KEYWORDS = (
    "speculative decoding ^3",
    "kv cache ^2",
    "quantiz*",
    "pruning",
    "low-rank",
    "mixture of experts",
    "long context",
    '"draft model"',
    "title:sparse attention",
    "inference ^0.5",
    "-survey",
)
_PHRASES = (
    "speculative decoding", "kv cache", "quantization", "quantized", "pruning", "low-rank", "mixture of experts",
    "long context", "draft model", "sparse attention", "inference", "survey", "retrieval", "graph neural network",
)  # fmt: skip
_ONSETS = (
    "b",
    "br",
    "c",
    "cl",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "qu",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
)
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "io", "ou")
_CODAS = ("", "n", "r", "s", "l", "nt", "rm", "st", "tion", "ment", "ing", "ic")


def _vocabulary(rng: random.Random, size: int) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < size:
        syllables = rng.choice((1, 2, 2, 3))
        word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(syllables)) + rng.choice(_CODAS)
        words.setdefault(word)
    return list(words)


def papers(number: int, *, seed: int = 1) -> list[Paper]:
    """So many papers, the same for the same seed: titles of 6 to 12 words, abstracts of 120 to 200."""
    rng = random.Random(seed)
    words = _vocabulary(rng, 20_000)
    weights = [1 / (rank + 3) for rank in range(len(words))]

    def text(length: int, phrases: float) -> list[str]:
        found = rng.choices(words, weights, k=length)
        while rng.random() < phrases:
            found.insert(rng.randrange(len(found)), rng.choice(_PHRASES))
            phrases *= 0.6
        return found

    made = []
    for _ in range(number):
        # One in fifty bears a title that many bear.
        title = "Editorial" if rng.random() < 0.02 else " ".join(text(rng.randint(6, 12), 0.15)).title()
        found = text(rng.randint(120, 200), 0.5)
        sentences = [" ".join(found[start : start + 20]).capitalize() + "." for start in range(0, len(found), 20)]
        made.append(
            Paper(
                title=title,
                abstract=" ".join(sentences),
                author_count=rng.randint(1, 12),
                published=date(2026, 1, 1) + timedelta(days=rng.randrange(300)),
            )
        )
    return made


def page_text(made: list[Paper]) -> str:
    """The papers as a Daily Papers page copied as text."""
    blocks = ["new", "Get trending papers in your email inbox!", "Subscribe", "Daily Papers", "Nov 20"]
    for paper in made:
        assert paper.published
        day = f"{paper.published:%b} {paper.published.day}, {paper.published.year}"
        blocks += [paper.title, paper.abstract, f"  • {paper.author_count} authors\n·\n{day}"]
    return "\n\n".join(blocks) + "\n"
