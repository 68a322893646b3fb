"""From papers that somebody likes, keywords are learned that find the next ones, and each says why."""

from __future__ import annotations

import math
import random
import time
import tomllib
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from digest.cli.show_learned import nothing, remarks, toml
from digest.config.settings import ProfileSettings
from digest.dump import Dump, DumpAbout
from digest.formats.bibtex.format import BibTex
from digest.formats.ris import Ris
from digest.keywords import parse
from digest.model import KnownPaper, Paper, Profile
from digest.pipeline.learning import Learning, Liked
from digest.rank.learn import Learned, Suggestion, learn, log_likelihood
from digest.rank.score import KeywordRanker
from digest.rank.threshold import Threshold, propose
from digest.rank.worth import Frequency
from tests.papers import LANTERN, TIDES, known, paper, profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.world import World

FIRST = ("amber", "cedar", "delta", "fjord", "kelp", "marsh", "ridge", "shoal", "vale")
LAST = ("bank", "bird", "field", "gate", "land", "moss", "path", "rock", "side", "ton", "wood", "ward")
WORDS = [f"{first}{last}" for first in FIRST for last in LAST]
TOPIC = ["tidal clock", "graph neural network", "snail", "moon phase"]


def some(number: int, *, about: Sequence[str] = (), seed: int = 0, authors: tuple[str, ...] = ()) -> list[KnownPaper]:
    """Papers of random words; those about something have each of its phrases as often as not, single words twice."""
    chance = random.Random(f"{seed} {number} {about}")
    made = []
    for place in range(number):
        words = chance.choices(WORDS, k=30)
        for phrase in about:
            if chance.random() < 0.6:
                for _ in range(1 if " " in phrase else 2):
                    words.insert(chance.randrange(len(words)), phrase)
        one = Paper(title=f"On {chance.choice(WORDS)} {place}", abstract=" ".join(words), authors=authors)
        made.append(KnownPaper(key=f"{seed}:{bool(about)}:{place}", paper=one, aliases=()))
    return made


def keywords(made: Learned) -> list[str]:
    return [one.keyword.label for one in made.keywords]


class TestStatistic:
    def test_it_is_dunning_s(self) -> None:
        # 2 Σ O ln(O/E) by hand, for 10 of 20 against 10 of 180
        cells = ((10, 2), (10, 18), (10, 18), (170, 162))
        expected = 2 * sum(seen * math.log(seen / expected) for seen, expected in cells)
        assert log_likelihood(10, 20, 10, 180) == pytest.approx(expected)

    @pytest.mark.parametrize("table", [(1, 10, 10, 100), (0, 10, 50, 100), (0, 0, 1, 2), (3, 3, 5, 5), (5, 10, 0, 0)])
    def test_what_is_no_more_common_here_says_nothing(self, table: tuple[int, int, int, int]) -> None:
        assert log_likelihood(*table) == 0

    def test_certainty_is_no_error(self) -> None:
        assert log_likelihood(5, 5, 0, 100) > log_likelihood(4, 5, 0, 100) > 0


class TestKeywords:
    def test_what_sets_the_liked_apart_is_found_and_nothing_else(self) -> None:
        made = learn(some(20, about=TOPIC), some(400, seed=1), days=5)
        assert set(keywords(made)) == set(TOPIC)

    def test_a_word_that_a_phrase_explains_is_not_said_again(self) -> None:
        found = keywords(learn(some(20, about=TOPIC), some(400, seed=1), days=5))
        assert {"graph", "neural", "graph neural", "neural network", "clock", "moon"}.isdisjoint(found)

    def test_a_longer_phrase_stands_for_a_word_that_some_more_have(self) -> None:
        liked = [*some(10, about=["kv cache"] * 9, seed=3), *some(3, about=["cache"] * 9, seed=4)]
        found = keywords(learn(liked, some(400, seed=1), days=5))
        assert "kv cache" in found
        assert "cache" not in found

    def test_of_authors_who_write_together_one_is_enough(self) -> None:
        pair, alone = ("Mira Solberg", "Jun Okada"), ("Ada Moor",)
        liked = [*some(4, authors=pair, seed=3), *some(3, authors=alone, seed=4)]
        found = [one for one in keywords(learn(liked, some(400, seed=1), days=5)) if one.startswith("author:")]
        assert found == ["author: Jun Okada", "author: Ada Moor"]

    def test_a_word_that_says_more_than_its_phrase_stands_beside_it(self) -> None:
        liked = [*some(12, about=["neural"], seed=3), *some(4, about=["graph neural network"], seed=4)]
        assert "neural" in keywords(learn(liked, some(400, seed=1), days=5))

    def test_each_says_how_often_it_stands_here_and_there(self) -> None:
        liked, others = some(20, about=TOPIC), [*some(396, seed=1), *some(4, about=["snail"] * 9, seed=2)]
        (snail,) = [one for one in learn(liked, others, days=5).keywords if one.keyword.label == "snail"]
        assert snail.liked == sum("snail" in one.paper.abstract for one in liked)
        assert snail.share == sum("snail" in one.paper.abstract for one in others) / 400
        assert snail.keyword.weight in {0.5, 1, 1.5, 2, 3, 4}

    def test_what_more_of_the_liked_have_weighs_more(self) -> None:
        liked = [*some(18, about=["snail"] * 9), *some(4, about=["moon phase"] * 9, seed=5)]
        weights = {one.keyword.label: one.keyword.weight for one in learn(liked, some(400, seed=1), days=5).keywords}
        assert weights["snail"] > weights["moon phase"]

    def test_the_greatest_weights_come_first_then_what_most_have(self) -> None:
        for others in (some(400, seed=1), []):
            made = learn(some(20, about=[*TOPIC, "sea wall", "marram grass"]), others, days=5)
            order = [(-one.keyword.weight, -one.liked, one.keyword.label) for one in made.keywords]
            assert len(order) >= 4
            assert order == sorted(order)

    def test_a_word_that_stands_once_in_each_is_in_general_use(self) -> None:
        def liked(abstract: str, title: str = "On it") -> list[KnownPaper]:
            return [known(paper(f"{title} {n}", f"{word} {abstract} {n}")) for n, word in enumerate(WORDS[:10])]

        others = some(400, seed=1)
        assert keywords(learn(liked("predominantly"), others, days=5)) == []
        assert keywords(learn(liked("snail and snails"), others, days=5)) == ["snail"]
        assert keywords(learn(liked("", title="Snail"), others, days=5)) == ["snail"]
        assert keywords(learn(liked("tidal clock"), others, days=5)) == ["tidal clock"]

    @pytest.mark.parametrize(("author", "there"), [("X", False), ("Y.", False), ("Bo Li", True), ("李明", True)])
    def test_an_author_of_one_letter_is_none(self, author: str, there: bool) -> None:
        found = keywords(learn(some(8, authors=(author,), seed=3), some(400, seed=1), days=5))
        assert (f"author: {author}" in found) == there

    def test_authors_who_recur_and_categories_that_tell(self) -> None:
        def sorted_into(papers: list[KnownPaper], category: str, author: str) -> list[KnownPaper]:
            return [
                known(paper(one.paper.title, one.paper.abstract, categories=(category,), authors=(author, f"N {n}")))
                for n, one in enumerate(papers)
            ]

        liked = sorted_into(some(10, about=TOPIC), "q-bio.PE", "Mira Solberg")
        others = sorted_into(some(300, seed=1), "cs.LG", "Jun Okada")
        found = keywords(learn(liked, others, days=5))
        assert {"author: Mira Solberg", "cat: q-bio.PE"} <= set(found)
        same = keywords(learn(sorted_into(some(10, about=TOPIC), "cs.LG", "Mira Solberg"), others, days=5))
        assert "cat:cs.LG" not in same

    def test_no_more_than_the_limit_and_the_same_whatever_the_order(self) -> None:
        liked, others = some(20, about=TOPIC), some(400, seed=1)
        assert len(learn(liked, others, days=5, limit=2).keywords) == 2
        assert learn(liked[::-1], others[::-1], days=5) == learn(liked, others, days=5)

    def test_papers_like_all_others_teach_nothing(self) -> None:
        made = learn(some(20, seed=7), some(400, seed=1), days=5)
        assert (made.keywords, made.threshold) == ((), None)

    def test_without_a_background_what_recurs_is_taken(self) -> None:
        made = learn(some(10, about=["tidal clock", "graph neural network"]), [], days=0)
        assert {"tidal clock", "graph neural network"} <= set(keywords(made))
        assert {(one.keyword.weight, one.share) for one in made.keywords} == {(1.0, None)}
        assert made.threshold is not None
        assert made.threshold.per_day is None

    def test_two_long_papers_are_soon_compared(self) -> None:
        text = " ".join(random.Random(7).choices(WORDS, k=4000))
        began = time.process_time()
        assert len(learn([known(paper(name, text), seq=n) for n, name in enumerate("ab")], [], days=0).keywords) == 20
        assert time.process_time() - began < 10  # seconds; it was a minute

    @pytest.mark.parametrize("others", [0, 50])
    def test_words_that_no_keyword_can_hold_are_left_out(self, others: int) -> None:
        long = "x" * 210
        liked = [known(paper(f"The {long} and the snail of {word}", ""), seq=n) for n, word in enumerate(WORDS[:8])]
        assert keywords(learn(liked, some(others, seed=1), days=1)) == ["snail"]

    @pytest.mark.parametrize(
        ("liked", "others", "why"),
        [
            (0, 50, "there is no paper in this"),
            (1, 0, "nothing recurs in this paper"),
            (4, 0, "nothing recurs in these 4 papers"),
            (1, 50, "nothing sets this paper apart from the 50 that came in"),
            (4, 50, "these 4 papers have nothing in common that sets them apart from the 50 that came in"),
        ],
    )
    def test_where_nothing_is_learned_it_is_said_why(self, liked: int, others: int, why: str) -> None:
        assert nothing(Learned((), None, liked, others, titles_only=False)).startswith(why)

    def test_titles_are_compared_with_titles_where_there_is_nothing_else(self) -> None:
        liked = [known(paper(f"The snail of {word}", ""), seq=n) for n, word in enumerate(WORDS[:8])]
        others = [known(paper(f"The {word} of the shore", "snail " * 3), seq=n) for n, word in enumerate(WORDS)]
        made = learn(liked, others, days=5)
        assert made.titles_only
        assert keywords(made) == ["snail"]


class TestUse:
    def test_what_was_learned_from_one_half_finds_the_other(self) -> None:
        everything = some(24, about=TOPIC)
        learned_from, held_out = everything[::2], everything[1::2]
        others = some(600, seed=1)
        made = learn(learned_from, [*others, *held_out], days=6)
        profile = Profile(name="x", title="", keywords=tuple(one.keyword for one in made.keywords))
        ranker = KeywordRanker()
        hits = ranker.match([*others, *held_out], [profile])
        counts = {name: Frequency(count, len(hits.papers), 0) for name, count in ranker.counts(hits).items()}
        best = [one.paper.key for one in ranker.rank(ranker.weigh(hits, counts), profile)[:12]]
        assert len({one.key for one in held_out} & set(best)) >= 11

    def test_the_threshold_lets_twenty_a_day_through_and_most_of_the_liked(self) -> None:
        topic = [one for one in TOPIC if " " in one]
        wanted = profile(*topic)

        def asked(others: list[KnownPaper]) -> Threshold:
            ours, theirs = (KeywordRanker().match(papers, [wanted]) for papers in (some(20, about=topic), others))
            return propose(wanted.keywords, ours, theirs, days=2)

        strict = asked([*some(100, about=topic, seed=1), *some(100, seed=2)])
        assert strict.per_day is not None
        assert strict.per_day <= 20
        lenient = asked(some(200, seed=2))
        assert lenient.per_day == 0
        assert lenient.reached >= 15
        assert lenient.weight < strict.weight

    def test_the_table_is_one_that_the_configuration_takes(self) -> None:
        author = known(paper("A", "b", authors=('Ana "Nan" Ruiz', "Mira Solberg")))
        liked = [*some(10, about=TOPIC, authors=("Mira Solberg",)), author]
        made = learn(liked, some(300, seed=1), days=5)
        text = toml(made, "snails", ["/home/somebody/my papers.bib"])
        (table,) = tomllib.loads(text)["profile"]
        read = ProfileSettings.model_validate(table)
        assert read.keywords == tuple(one.keyword for one in made.keywords)
        assert read.title == "Learned from my papers.bib"
        assert 'author:\\"Mira Solberg\\"' in text
        assert "of yours, 0% of the others" in text
        assert max(map(len, text.splitlines())) <= 80

    @pytest.mark.parametrize(
        ("dumps", "title"),
        [
            (["a.bib", "b/c.ris", "-"], "Learned from a.bib, c.ris, standard input"),
            (["a", "b", "c", "d", "e"], "Learned from a, b, c and 2 more"),
            (["o\x7fd\udcff\x1bd.bib", "\udcff"], "Learned from o d d.bib, a file"),
        ],
    )
    def test_the_title_names_the_dumps_whatever_they_are_called(self, dumps: list[str], title: str) -> None:
        made = learn(some(10, about=TOPIC), some(300, seed=1), days=5)
        (table,) = tomllib.loads(toml(made, "snails", dumps))["profile"]
        assert table["title"] == title


class TestRemarks:
    @pytest.mark.parametrize(
        ("liked", "background", "said"),
        [
            (9, 0, "digest: nothing else has come in to compare with"),
            (9, 1, "digest: only 1 paper came in to compare with"),
            (1, 500, "digest: 1 paper of yours says little"),
            (3, 500, "digest: 3 papers of yours say little"),
            (9, 500, ""),
        ],
    )
    def test_what_there_is_too_little_of_is_told(
        self, liked: int, background: int, said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remarks(Learned((), None, liked, background, titles_only=False), Liked())
        told = capsys.readouterr().err
        assert told.startswith(said) if said else not told

    @pytest.mark.parametrize(("having", "told"), [((2, 3), True), ((2, 4), False), ((), False)])
    def test_papers_with_little_in_common_are_told(
        self, having: tuple[int, ...], told: bool, capsys: pytest.CaptureFixture[str]
    ) -> None:
        words = tuple(Suggestion(parse(f"word{number}"), number, 0.0, 20.0) for number in having)
        remarks(Learned(words, None, 12, 500, titles_only=False), Liked())
        assert ("no keyword is in more than 3 of the 12" in capsys.readouterr().err) == told


class TestReading:
    @pytest.fixture
    def learning(self, world: World) -> Learning:
        world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle", TIDES)])
        app = world.app
        app.ingest()
        return Learning(app.store, (*app.formats, BibTex(), Ris()))

    def read(self, learning: Learning, text: str) -> tuple[list[tuple[str, bool]], list[str], list[int | None]]:
        """Titles with whether there is an abstract, unknown ids, and the lines of rejects."""
        dump = Dump(name="mine", open=lambda: BytesIO(text.encode()), about=DumpAbout(as_of=date(2026, 11, 20)))
        liked = learning.read([dump])
        papers = [(one.paper.title, bool(one.paper.abstract)) for one in liked.papers.values()]
        return papers, [name for _, name in liked.unknown], [one.line for _, one in liked.rejects]

    def test_a_library_without_abstracts_gets_those_that_are_known(self, learning: Learning) -> None:
        text = f"@misc{{a, title = {{{paper().title}}}}}\n@misc{{b, title = {{Unknown Here}}}}\n@misc{{c, year = 1}}\n"
        papers, unknown, lines = self.read(learning, text)
        assert papers == [(paper().title, True), ("Unknown Here", False)]
        assert (unknown, lines) == ([], [3])

    def test_a_title_that_another_paper_has_too_brings_no_wrong_abstract(self, learning: Learning) -> None:
        text = f"TY  - JOUR\nTI  - {paper().title}\nAB  - {TIDES}\nER  -\n"
        dump = Dump(name="mine", open=lambda: BytesIO(text.encode()), about=DumpAbout())
        (one,) = learning.read([dump]).papers.values()
        assert one.paper.abstract == TIDES

    def test_a_list_of_ids_is_looked_up_and_unknown_ones_are_told(self, learning: Learning) -> None:
        key = next(one.paper.key for one in learning.store.changes(0) if one.paper.paper.abstract == LANTERN)
        papers, unknown, _ = self.read(
            learning, f"# mine\n{key}  # the best\n\n2611.99999\nhttps://arxiv.org/abs/2611.99998\n"
        )
        assert papers == [(paper().title, True)]
        assert unknown == ["2611.99999", "https://arxiv.org/abs/2611.99998"]

    def test_words_may_stand_after_an_id(self, learning: Learning) -> None:
        key = next(one.paper.key for one in learning.store.changes(0) if one.paper.paper.abstract == LANTERN)
        assert self.read(learning, key.removeprefix("title:"))[0] == [(paper().title, True)]
        papers, unknown, _ = self.read(
            learning,
            f"{key} Lantern: Drafting Ahead\narXiv:1306.4664 group testing\narXiv: 1306.4665, more\n"
            "2508.13426v1 [cs.LG] 3 Aug 2025\n10.1000/182: tides and 10.1000/183\nsee also\n",
        )
        assert papers == [(paper().title, True)]
        assert unknown == ["arXiv:1306.4664", "arXiv: 1306.4665", "2508.13426v1", "10.1000/182", "see also"]

    def test_what_cannot_be_read_is_told_and_costs_itself(self, learning: Learning) -> None:
        good = Dump(name="good", open=lambda: BytesIO(b"@misc{a, title={Tides of Gold}}"), about=DumpAbout())
        bad = Dump(name="bad", open=lambda: BytesIO(b"Dear all,\nno papers here\n"), about=DumpAbout())
        liked = learning.read([bad, good])
        assert [name for name, _ in liked.failed] == ["bad"]
        assert [one.paper.title for one in liked.papers.values()] == ["Tides of Gold"]

    def test_of_very_many_the_newest_are_learned_from(
        self, learning: Learning, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def library(name: str, years: range) -> Dump:
            text = "".join(f"@misc{{a{year}, title = {{On Tide {year}}}, date = {{{year}-05-01}}}}\n" for year in years)
            return Dump(name=name, open=lambda: BytesIO(text.encode()), about=DumpAbout())

        liked = replace(learning, most=3).read([library("old", range(1990, 2000)), library("new", range(1995, 2005))])
        assert {one.paper.title for one in liked.papers.values()} == {f"On Tide {year}" for year in (2002, 2003, 2004)}
        assert len(liked.left_out) == 12
        remarks(Learned((), None, 3, 500, titles_only=False), liked)
        assert "of the 15 papers the newest 3 are learned from" in capsys.readouterr().err

    def test_what_was_left_out_is_no_background_either(self, learning: Learning) -> None:
        text = f"@misc{{a, title={{{paper().title}}}}}\n@misc{{b, title={{Of 2027}}, date={{2027-01-01}}}}"
        narrow = replace(learning, most=1)
        made = narrow.learn(
            narrow.read([Dump(name="mine", open=lambda: BytesIO(text.encode()), about=DumpAbout())]), limit=5
        )
        assert (made.liked, made.background) == (1, 1)

    def test_what_is_liked_is_no_background(self, learning: Learning) -> None:
        dump = Dump(
            name="mine", open=lambda: BytesIO(f"@misc{{a, title={{{paper().title}}}}}".encode()), about=DumpAbout()
        )
        made = learning.learn(learning.read([dump]), limit=5)
        assert (made.liked, made.background) == (1, 1)
