"""Ranking for very many profiles at once, held to ranking for one."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import KeywordError
from digest.keywords import parse_profile
from digest.model import KnownPaper, Paper, Profile
from digest.rank.many import MANY, ManyRanker
from digest.rank.score import KeywordRanker
from digest.rank.worth import Frequency
from tests import papers as texts
from tests.conftest import ROOT
from tests.papers import TIDES, paper
from tests.world import World, published

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from digest.model import RankedPaper
    from digest.pipeline.protocols import Ranker

needs_numba = pytest.mark.skipif(not importlib.util.find_spec("numba"), reason="needs the extra 'million'")


def known(key: str, title: str = "", abstract: str = "", **more: Any) -> KnownPaper:
    return KnownPaper(key=key, paper=Paper(title=title, abstract=abstract, **more), aliases=())


def profile(*keywords: str, **more: Any) -> Profile:
    return texts.profile(*keywords, **{"threshold": 0.0, **more})


def best(
    ranker: Ranker,
    papers: list[KnownPaper],
    profiles: list[Profile],
    frequencies: dict[str, Frequency] | None = None,
    among: Collection[str] | None = None,
) -> dict[Profile, list[RankedPaper]]:
    weighed = ranker.weigh(ranker.match(papers, profiles), frequencies or {})
    return dict(ranker.best(weighed, profiles, {paper.key for paper in papers} if among is None else among))


# ------------------------------------------------------------------------------------------------------ the property

_WORDS = ["pruning", "cache", "low", "rank", "survey", "operator", "operation"]
_TEXTS = st.lists(st.sampled_from(_WORDS), max_size=8).map(" ".join)
_PAPERS = st.lists(
    st.builds(
        lambda title, abstract, authors, categories, day: {
            "title": title,
            "abstract": abstract,
            "authors": tuple(authors),
            "categories": tuple(categories),
            "published": day,
        },
        _TEXTS,
        _TEXTS,
        st.lists(st.sampled_from(["Song Han", "Mei Han"]), max_size=2),
        st.lists(st.sampled_from(["cs.LG", "cs.CL"]), max_size=2),
        st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 1, 3))),
    ),
    max_size=7,
).map(lambda all_fields: [known(str(number), **fields) for number, fields in enumerate(all_fields)])
_PHRASES = ["low rank", "low-rank", "surv*", '"low"', "title:cache", "abstract:rank", "author:Han", "cat:cs.*"]
_SOUGHT = st.sampled_from([*_WORDS, *_PHRASES])
_KEYWORDS = st.one_of(
    st.builds("{}{} ^{}".format, st.sampled_from(["", "", "", "+"]), _SOUGHT, st.floats(0.001, 1000)),
    _SOUGHT,
    _SOUGHT.map("-{}".format),
)


def _sound(keywords: list[str]) -> bool:
    try:
        parse_profile(keywords)
    except KeywordError:
        return False
    return True


_PROFILES = st.builds(
    lambda keywords, limit, threshold: profile(*keywords, limit=limit, threshold=threshold),
    st.lists(_KEYWORDS, min_size=1, max_size=6).filter(_sound),
    st.one_of(st.integers(1, 4), st.integers(18, 25)),
    st.one_of(st.just(0.0), st.floats(0, 5)),
)
_IDS = sorted(KeywordRanker().patterns([profile(*_WORDS, *_PHRASES)]))
_FREQUENCIES = st.dictionaries(
    st.sampled_from(_IDS),
    st.builds(lambda papers, others: Frequency(papers, papers + others, 1), st.integers(0, 999), st.integers(0, 10**6)),
)


@needs_numba
@settings(deadline=None)  # the first may find nothing compiled yet
@given(
    _PAPERS, st.lists(st.lists(_PROFILES, min_size=1, max_size=5), min_size=1, max_size=3), _FREQUENCIES, st.integers()
)
def test_many_are_ranked_as_one_is(
    papers: list[KnownPaper], days: list[list[Profile]], frequencies: dict[str, Frequency], told: int
) -> None:
    among = {paper.key for number, paper in enumerate(papers) if told >> number & 1}
    ranker = ManyRanker(many=1, workers=1)
    for profiles in days:  # what one day leaves behind does no harm on the next
        for keys in (None, among):
            expected = best(KeywordRanker(), papers, profiles, frequencies, keys)
            assert best(ranker, papers, profiles, frequencies, keys) == expected


@needs_numba
@settings(deadline=None)  # the first may find nothing compiled yet
@given(st.randoms(use_true_random=False))
def test_many_papers_are_ranked_as_few_are(random: Any) -> None:
    """So many papers that limits cut, and that the best are known to reach more than the threshold."""
    papers = [
        known(
            str(number), " ".join(random.choices(_WORDS, k=2)), " ".join(random.choices(_WORDS, k=random.randrange(6)))
        )
        for number in range(80)
    ]
    profiles = [
        profile(*(f"{word} ^{random.choice((0.5, 1, 3))}" for word in random.sample(_WORDS, 3)), *more, limit=limit)
        for more in ((), ("-low rank",), ("+cache",))
        for limit in (1, 20, 21, 200)
    ]
    assert best(ManyRanker(many=1), papers, profiles) == best(KeywordRanker(), papers, profiles)


@needs_numba
def test_little_room_and_more_workers_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.rank.shards._PARTS", 50)
    monkeypatch.setattr("digest.rank.compiled._SHARD", 7)
    papers = [known(str(number), " ".join(_WORDS[number % 3 : number % 3 + 2]), "a low rank") for number in range(30)]
    profiles = [profile(f"{word} ^{1 + number / 8}", "low") for word in _WORDS for number in range(20)]
    assert best(ManyRanker(many=1, workers=3), papers, profiles) == best(KeywordRanker(), papers, profiles)


@needs_numba
def test_few_of_many_go_the_same_way_without_being_ranked_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    papers = [known("a", "Pruning"), known("b", "Cache")]
    profiles = [profile("pruning", limit=number + 1) for number in range(MANY)]
    ranker = ManyRanker()
    weighed = ranker.weigh(ranker.match(papers, profiles), {})
    expected = best(KeywordRanker(), papers, profiles[:100])
    monkeypatch.setattr(ranker, "rank", None)
    assert dict(ranker.best(weighed, profiles[:100], {"a", "b"})) == expected


@needs_numba
def test_parts_sum_to_scores() -> None:
    from digest.rank.compiled import Compiled
    from digest.rank.postings import Postings
    from digest.rank.shards import choose

    papers = [known(str(number), "Pruning", f"low rank cache {'survey' * (number % 2)}") for number in range(9)]
    profiles = [profile("pruning ^3", "low rank ^0.7", "cache", "author:Han"), profile("+survey", "rank")]
    compiled: Compiled[int] = Compiled()
    for number, one in enumerate(profiles):
        compiled.set(number, one)
    ranker = KeywordRanker()
    weighed = ranker.weigh(ranker.match(papers, profiles), {})
    postings = Postings.of(weighed, compiled.numbers(weighed.hits.found))
    [chosen] = choose(compiled.rows(range(2)), postings, postings.among({paper.key for paper in papers}))
    sums = [0.0] * len(chosen.found.ranks)
    for place, contribution in zip(chosen.found.part_places, chosen.found.contributions, strict=True):
        sums[place] += contribution
    assert sums == chosen.found.scores.tolist() != []


@needs_numba
def test_every_profile_is_in_the_answer() -> None:
    profiles = [profile("pruning"), profile("cache"), profile("cache", threshold=1000.0)]
    assert {one: len(found) for one, found in best(ManyRanker(many=1), [known("a", "Pruning")], profiles).items()} == {
        profiles[0]: 1,
        profiles[1]: 0,
        profiles[2]: 0,
    }


@needs_numba
def test_more_profiles_than_a_shard_holds_are_ranked() -> None:
    profiles = [profile(f"pruning ^{1 + number / 1024}") for number in range(10_000)]
    found = best(ManyRanker(), [known("a", "Pruning"), known("b", "x")], profiles)
    assert [found[one][0].score for one in profiles] == [1.375 * (1 + number / 1024) for number in range(10_000)]


@needs_numba
def test_who_was_not_matched_is_an_error() -> None:
    ranker = ManyRanker(many=1)
    weighed = ranker.weigh(ranker.match([], [profile("pruning")]), {})
    with pytest.raises(KeyError):
        list(ranker.best(weighed, [profile("cache")], set()))


# ----------------------------------------------------------------------------------------------- what it must not cost

_LOADED = """
import json, sys
from pathlib import Path
from digest.app import App, load_settings
app = App(settings=load_settings(Path(sys.argv[1])))
app.ingest(); app.publish(); app.deliver()
print(json.dumps(sorted({"numba", "scipy", "llvmlite"} & sys.modules.keys())))
"""


def test_one_reader_pays_nothing_for_it(world: World) -> None:
    command = [sys.executable, "-c", _LOADED, str(world.path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_few_profiles_are_ranked_without_it() -> None:
    few = [profile("pruning", limit=number + 1) for number in range(MANY - 1)]
    found = best(ManyRanker(), [known("a", "Pruning")], few)
    assert found == best(KeywordRanker(), [known("a", "Pruning")], few)


def test_the_patterns_are_those_of_one_by_one() -> None:
    profiles = [profile("pruning", "-low rank"), profile("prune ^2", "cat:cs.LG")]
    ranker = ManyRanker(many=1)
    assert ranker.patterns(profiles) == KeywordRanker().patterns(profiles)
    assert ranker.patterns(profiles[:1]) == KeywordRanker().patterns(profiles[:1])
    assert ranker.patterns([replace(profiles[1], limit=3)]) == {one.pattern.id for one in profiles[1].keywords}


@needs_numba
def test_the_editions_are_the_same(tmp_path: Path) -> None:
    made = []
    for name, ranker in (("one", KeywordRanker()), ("many", ManyRanker(many=1))):
        (tmp_path / name).mkdir()
        world = World(tmp_path / name)
        world.configure(
            '[[profile]]\nname = "tides"\nkeywords = ["tide*", "-decoding"]\nchanges = ["new", "revised"]\n'
            '[[subscriber]]\naddress = "ben@example.org"\nkeywords = ["+latency", "draft model ^2"]\ndays = "daily"\n'
        )
        world.dump("page.txt", [paper(), paper("Ocean Tides Seen from Above", TIDES)])
        app = world.app
        app.ranker = ranker
        app.ingest()
        made.append([replace(edition, receipts=()) for edition in published(app, everyone=True)])
        world.close()
    assert made[0] == made[1]
    assert {edition.reader: len(edition.entries) for edition in made[0]} == {
        "feed:decoding": 1,
        "feed:tides": 1,
        "mail:ada@example.org": 1,
        "mail:ben@example.org": 1,
    }
