"""A profile is tried on the past: what it would have sent each day, and which keywords pull their weight."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from digest.cli.show_backtest import backtest as show
from digest.cli.show_backtest import remarks, share
from digest.model import ChangeKind, KnownPaper, Match, Profile, RankedPaper
from digest.rank.backtest import Backtest, DayTested, KeywordTested, NewsOfDay, Pair, backtest
from digest.rank.score import KeywordRanker
from tests.papers import LANTERN, TIDES, known, paper, profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.world import World

MONDAY = date(2026, 11, 16)


def papers(*titles: str) -> list[KnownPaper]:
    return [known(paper(title, ""), seq=number) for number, title in enumerate(titles, 1)]


def tried(profile: Profile, days: Sequence[Sequence[KnownPaper]]) -> Backtest:
    """A test over some days on which these papers were new."""
    ranker = KeywordRanker()
    hits = ranker.match(list({one.key: one for day in days for one in day}.values()), [profile])
    ranked = tuple(ranker.rank(ranker.weigh(hits, {}), profile))
    news = [
        NewsOfDay(MONDAY + timedelta(days=n), keys, keys, ranked)
        for n, keys in enumerate(frozenset(one.key for one in day) for day in days)
    ]
    return backtest(profile, news, hits)


class TestDays:
    def test_each_day_sends_what_is_good_enough_up_to_the_limit(self) -> None:
        some = papers("Tides of the moon", "Tides of the sun", "Tides of gold", "Something else")
        tested = tried(profile("tides", limit=2), [some, []])
        assert tested.days == (DayTested(MONDAY, 4, 2, cut=1), DayTested(MONDAY + timedelta(days=1), 0, 0))

    def test_the_threshold_holds(self) -> None:
        (one,) = papers("Tides of the moon")
        worth = tried(profile("tides", threshold=0), [[one]])
        assert worth.days[0].sent == 1
        assert tried(profile("tides", threshold=100), [[one]]).days[0].sent == 0

    def test_what_is_told_again_is_sent_again(self) -> None:
        some = papers("Tides and more tides", "Tides of the sun")
        tested = tried(profile("tides", limit=1), [some, some])
        assert [(day.sent, day.cut) for day in tested.days] == [(1, 1), (1, 1)]

    def test_only_what_the_profile_is_told_of_is_sent(self) -> None:
        (one,) = papers("Tides of the moon")
        hits = KeywordRanker().match([one], [profile("tides")])
        ranked = tuple(KeywordRanker().rank(KeywordRanker().weigh(hits, {}), profile("tides")))
        untold = NewsOfDay(MONDAY, frozenset([one.key]), frozenset(), ranked)
        assert backtest(profile("tides"), [untold], hits).days == (DayTested(MONDAY, 1, 0),)


class TestKeywords:
    def test_papers_share_and_what_a_keyword_brought_alone(self) -> None:
        some = papers("Tides of the moon", "Tides and moon", "Moon", "Stars")
        by_name = {one.keyword: one for one in tried(profile("tides", "moon", "comet", "-stars"), [some]).keywords}
        assert (by_name["tides"].papers, by_name["tides"].share, by_name["tides"].only) == (2, 0.5, 0)
        assert (by_name["moon"].papers, by_name["moon"].sent, by_name["moon"].only) == (3, 3, 1)
        assert (by_name["comet"].papers, by_name["comet"].share) == (0, 0.0)
        assert (by_name["-stars"].papers, by_name["-stars"].excludes) == (1, True)

    def test_what_has_the_words_of_a_keyword_apart_counts_among_its_papers(self) -> None:
        """A keyword that sent a paper was never said not to have matched."""
        some = papers("Single-cell atlas", "A cell that is single", "Stars")
        wanted = profile("single-cell", "-star")
        written = RankedPaper(some[0], 1.0, (Match("single-cell", "title", 1, 1.0),), weight=1.0)
        apart = RankedPaper(some[1], 2.0, (Match("single-cell", "apart", 1, 2.0),), weight=2.0)
        keys = frozenset(one.key for one in some)
        news = [NewsOfDay(MONDAY + timedelta(days=n), keys, keys, (apart, written)) for n in range(2)]
        tested = backtest(wanted, news, KeywordRanker().match(some, [wanted]))
        by_name = {one.keyword: one for one in tested.keywords}
        one = by_name["single-cell"]
        assert (one.papers, one.apart, one.share, one.sent) == (2, 1, 2 / 3, 2)
        assert by_name["-star"].apart == 0
        assert not [said for said in remarks(tested) if "'single-cell' never" in said]
        assert all(one.sent <= one.papers for one in tested.keywords)

    def test_a_keyword_brings_alone_what_the_others_together_would_not(self) -> None:
        (one,) = papers("Tides of the moon")
        ranker = KeywordRanker()
        for weights, only in (((3.0, 0.25), (1, 0)), ((0.5, 0.5), (0, 0)), ((2.0, 2.0), (0, 0))):
            wanted = profile(*(f"{word} ^{weight}" for word, weight in zip(("tides", "moon"), weights, strict=True)))
            matches = tuple(Match(word, "title", 1, 1.0) for word in ("tides", "moon"))
            ranked = (RankedPaper(one, 2.0, matches, weight=sum(weights)),)
            news = NewsOfDay(MONDAY, frozenset([one.key]), frozenset([one.key]), ranked)
            tested = backtest(wanted, [news], ranker.match([one], [wanted]))
            found = {keyword.keyword: keyword.only for keyword in tested.keywords}
            assert (found["tides"], found["moon"]) == only

    def test_the_most_useful_come_first_and_what_excludes_last(self) -> None:
        some = papers("Moon", "Moon and tides", "Stars")
        tested = tried(profile("-stars", "comet", "tides", "moon"), [some])
        assert [one.keyword for one in tested.keywords] == ["moon", "tides", "comet", "-stars"]

    def test_keywords_that_always_come_together_are_a_pair(self) -> None:
        some = papers(*(f"Tides, moon {n}" for n in range(5)), "Sun")
        assert tried(profile("tides", "moon", "sun"), [some]).pairs == (Pair(("tides", "moon"), 5, 1.0),)

    def test_four_meetings_are_no_habit_and_a_part_is_no_twin(self) -> None:
        some = papers(*(f"Tides, moon {n}" for n in range(4)), *(f"Sun and star {n}" for n in range(8)), "Sun again")
        some += papers("Sun of May")
        assert tried(profile("tides", "moon", "sun", "star"), [some]).pairs == ()

    def test_nothing_at_all_is_no_trouble(self) -> None:
        tested = tried(profile("tides"), [[], []])
        assert [one.share for one in tested.keywords] == [0.0]
        assert tested.papers == 0


class TestRemarks:
    def remarks(self, *keywords: KeywordTested, pairs: tuple[Pair, ...] = (), papers: int = 100) -> list[str]:
        days = (DayTested(MONDAY, papers, 0),)
        return list(remarks(Backtest("tides", days, keywords, pairs, papers)))

    def test_each_trouble_is_a_sentence(self) -> None:
        def keyword(name: str, papers: int) -> KeywordTested:
            return KeywordTested(name, papers, papers / 100, 0, 0, 0.0, excludes=name.startswith("-"))

        pair = Pair(("tides", "moon"), 19, 1.0)
        found = self.remarks(keyword("model", 57), keyword("moon", 9), keyword("xyz", 0), keyword("-abc", 0),
                             pairs=(pair,))  # fmt: skip
        assert found == [
            "'model' matches 57% of all papers: it says little",
            "'xyz' never matched",
            "'-abc' never matched: it kept nothing out",
            "'tides' and 'moon' always come together, in 19 papers: one of them would do",
        ]

    @pytest.mark.parametrize(
        ("pair", "said"),
        [
            (Pair(("a", "b"), 5, 1.0), "'a' and 'b' came together so far, in 5 papers: one of them might do"),
            (Pair(("a", "b"), 12, 1.0), "'a' and 'b' always come together, in 12 papers: one of them would do"),
            (Pair(("a", "b"), 19, 19 / 21), "'a' and 'b' come together in 19 of 21 papers: one of them might do"),
        ],
    )
    def test_what_is_said_of_a_pair_says_on_how_many_papers_it_rests(self, pair: Pair, said: str) -> None:
        assert self.remarks(pairs=(pair,)) == [said]

    def test_of_a_thousand_keywords_the_notes_are_a_handful(self, capsys: pytest.CaptureFixture[str]) -> None:
        common = [KeywordTested(f"model{n}", 50 + n, 0.5 + n / 100, 0, 0, 0.0) for n in range(40)]
        never = [KeywordTested(f"xyz{n}", 0, 0.0, 0, 0, 0.0) for n in range(760)]
        never += [KeywordTested(f"-abc{n}", 0, 0.0, 0, 0, 0.0, excludes=True) for n in range(200)]
        pairs = tuple(Pair((f"a{n}", f"b{n}"), 20, 1.0) for n in range(60))
        said = self.remarks(*common, *never, pairs=pairs)
        assert len(said) == 6 + 1 + 1 + 6
        assert said[0] == "'model39' matches 89% of all papers: it says little"
        assert said[5] == "… and 35 more keywords that match a quarter or more; --json lists them"
        xyz = "'xyz0', 'xyz1', 'xyz2', 'xyz3', 'xyz4'"
        assert said[6] == f"760 keywords never matched: {xyz} … (--json lists them)"
        assert said[7].startswith("200 keywords never matched: they kept nothing out: '-abc0'")
        assert said[-1] == "… and 55 more pairs that come together; --json lists them"
        show(Backtest("tides", (DayTested(MONDAY, 100, 0),), (*common, *never), pairs, 100))
        assert "\nxyz0" not in capsys.readouterr().out

    def test_of_a_single_day_it_says_that_more_are_needed(self) -> None:
        first, second = DayTested(MONDAY, 50, 1), DayTested(MONDAY + timedelta(days=1), 0, 0)
        (said,) = remarks(Backtest("tides", (first, second), (), (), 50))
        assert said.startswith("Everything came in on one day")
        assert not list(remarks(Backtest("tides", (first, replace(second, papers=1)), (), (), 51)))
        assert not list(remarks(Backtest("tides", (first,), (), (), 50)))

    def test_a_handful_of_papers_condemns_no_keyword(self) -> None:
        (only,) = self.remarks(KeywordTested("model", 2, 1.0, 0, 0, 0.0), papers=2)
        assert only.startswith("Only 2 papers came in")

    @pytest.mark.parametrize(
        ("part", "said"), [(0.0, "0%"), (0.57, "57%"), (0.004, "0.4%"), (0.0001, "<0.1%"), (1.0, "100%")]
    )
    def test_shares_are_for_people(self, part: float, said: str) -> None:
        assert share(part) == said


class TestOverAHistory:
    def test_days_are_those_of_the_log_and_end_today(self, world: World) -> None:
        for number, (title, abstract) in enumerate(
            [("Lantern: Drafting Ahead for Faster Decoding", LANTERN), ("Tides and the mantle of the earth", TIDES)]
        ):
            world.now = datetime(2026, 11, 19 + number, 9, tzinfo=UTC)
            world.dump(f"{number}.txt", [paper(title, abstract)])
            world.app.ingest()
        app = world.app
        tested = app.backtest(app.profiles[0], days=3)
        days = [(day.date.day, day.papers, day.sent) for day in tested.days]
        assert days == [(18, 0, 0), (19, 1, 1), (20, 1, 0)]
        assert tested.papers == 2
        world.now += timedelta(days=1)
        assert [day.papers for day in app.backtest(app.profiles[0], days=2).days] == [1, 0]

    def test_it_sends_what_the_feed_has_sent(self, world: World) -> None:
        sent: list[int] = []
        for number in range(5):
            world.now = datetime(2026, 11, 16 + number, 9, tzinfo=UTC)
            some = [
                paper(f"Faster decoding, part {number}{n}", f"{LANTERN} part{number}{n}", upvotes=n)
                for n in range(number)
            ]
            world.dump(f"{number}.txt", [*some, paper(f"Tides beneath basin {number}", f"{TIDES} basin{number}")])
            app = world.app
            app.ingest()
            (feed, *_) = [one for one in app.publish().editions if one.reader == "feed:decoding"]
            sent.append(feed.entries)
            app.deliver()
            app.close()
        app = world.app
        assert [day.sent for day in app.backtest(app.profiles[0], days=5).days] == sent == [0, 1, 2, 3, 4]

    def test_what_a_first_import_brings_is_tried_on_the_days_of_its_listings(self, world: World) -> None:
        def listed(day: int, number: int) -> str:
            record = {"title": f"Faster decoding, part {day}.{number}", "summary": f"{LANTERN} part{day}{number}",
                      "id": f"2611.{day:02}{number:03}", "authors": [], "upvotes": 1,
                      "submittedOnDailyAt": f"2026-11-{day}T00:00:00.000Z"}  # fmt: skip
            return json.dumps({"paper": record})

        def days(number: int) -> list[tuple[int, int]]:
            app = world.app
            return [(one.date.day, one.papers) for one in app.backtest(app.profiles[0], days=number).days if one.papers]

        records = [listed(day, number) for day in (12, 18, 19) for number in range(day - 10)]
        (world.folder / "inbox" / "a.json").write_text(f"[{','.join(records)}]")
        world.app.ingest()
        assert days(28) == [(12, 2), (18, 8), (19, 9)]
        assert days(3) == [(18, 8), (19, 9)]
        # What comes later is news when it comes, as it was for the feed, whenever it was listed.
        world.now += timedelta(days=1)
        (world.folder / "inbox" / "b.json").write_text(f"[{listed(17, 1)}]")
        world.app.ingest()
        assert days(4) == [(18, 8), (19, 9), (21, 1)]

    def test_revisions_are_sent_to_those_who_want_them(self, world: World) -> None:
        about = {"title": paper().title, "abstract": LANTERN, "published": "2026-11-18"}
        for version in (1, 2):
            world.now = datetime(2026, 11, 18 + version, 9, tzinfo=UTC)
            record = json.dumps({"id": f"2611.04217v{version}", **about})
            (world.folder / "inbox" / f"{version}.jsonl").write_text(record, encoding="utf-8")
            world.app.ingest()
        app = world.app
        assert [change.kind for change in app.store.changes(0)] == [ChangeKind.NEW, ChangeKind.REVISED]

        both = (ChangeKind.NEW, ChangeKind.REVISED)
        for kinds, sent in ((both[1:], [0, 0, 1]), (both[:1], [0, 1, 0]), (both, [0, 1, 1])):
            wanted = profile("decoding", changes=kinds)
            assert [day.sent for day in app.backtest(wanted, days=3).days] == sent
