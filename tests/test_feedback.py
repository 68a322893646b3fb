"""More like this, or less: weights shift by small steps that are seen, bounded, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.diff import PaperUpdate
from digest.errors import DigestError
from digest.keywords import Sign, parse
from digest.model import ChangeKind, Direction, Feedback, KnownPaper, Profile
from digest.pipeline.lookup import known_paper, known_papers
from digest.rank.feedback import FARTHEST, STEP, Shift, having, shifts, standing, tuned
from digest.rank.score import KeywordRanker
from tests.papers import LANTERN, TIDES, known, paper, profile
from tests.world import published

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.world import World

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MORE, LESS = Direction.MORE, Direction.LESS


def said(key: str, direction: Direction) -> Feedback:
    return Feedback("tides", key, direction, NOW)


def weights(wanted: Profile, log: Sequence[Feedback], papers: Sequence[KnownPaper]) -> dict[str, float]:
    hits = KeywordRanker().match(papers, [wanted])
    return {one.keyword.label: one.effective for one in shifts(wanted, log, hits)}


TIDE, MOON, BOTH = (
    known(paper(title, "", arxiv_id=f"2611.0000{number}"), seq=number)
    for number, title in enumerate(("Tides of gold", "A moon", "Tides and moon"), 1)
)
ALL = [TIDE, MOON, BOTH]


@pytest.fixture
def key(world: World) -> str:
    """The key of the one paper of two that the profile finds."""
    world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle", TIDES)])
    app = world.app
    app.ingest()
    (ranked,) = app.standing(app.profiles[0], since=None).sent
    return ranked.paper.key


class TestWeights:
    def test_every_keyword_that_the_paper_has_takes_one_step(self) -> None:
        wanted = profile("tides ^2", "moon", "sun ^3", "-stars")
        assert weights(wanted, [said(BOTH.key, MORE)], ALL) == {"tides": 2.3, "moon": 1.15, "sun": 3.0}
        assert weights(wanted, [said(TIDE.key, LESS)], ALL) == {"tides": 1.73913, "moon": 1.0, "sun": 3.0}

    def test_steps_add_up_and_cancel(self) -> None:
        both_ways = [said(BOTH.key, MORE), said(TIDE.key, LESS)]
        assert weights(profile("tides", "moon"), both_ways, ALL) == {"tides": 1.0, "moon": 1.15}
        assert weights(profile("tides"), [said(BOTH.key, MORE), said(TIDE.key, MORE)], ALL) == {"tides": 1.3225}

    def test_of_each_paper_counts_what_was_said_last(self) -> None:
        log = [said(TIDE.key, MORE), said(TIDE.key, MORE), said(TIDE.key, LESS)]
        assert standing(log) == {TIDE.key: LESS}
        assert weights(profile("tides"), log, ALL) == weights(profile("tides"), log[-1:], ALL)

    @given(st.integers(0, 40), st.integers(0, 40), st.floats(0.001, 1000))
    def test_no_feedback_moves_a_weight_farther_than_the_bounds(self, more: int, less: int, weight: float) -> None:
        papers = [known(paper(f"Tides {number}", ""), seq=number) for number in range(1, more + less + 1)]
        log = [said(one.key, MORE if number < more else LESS) for number, one in enumerate(papers)]
        wanted = profile(f"tides ^{weight}")
        ((_, effective),) = weights(wanted, log, papers).items()
        assert weight / FARTHEST * 0.999 <= effective <= min(weight * FARTHEST, 1000) * 1.001
        if abs(more - less) <= 9 and weight <= 250:
            assert effective == pytest.approx(weight * STEP ** (more - less), rel=1e-4)

    def test_a_weight_at_its_bound_says_so(self) -> None:
        papers = [known(paper(f"Tides {number}", ""), seq=number) for number in range(1, 12)]
        hits = KeywordRanker().match(papers, [profile("tides")])
        (most,) = shifts(profile("tides"), [said(one.key, MORE) for one in papers], hits)
        (some,) = shifts(profile("tides"), [said(one.key, MORE) for one in papers[:3]], hits)
        assert (most.effective, most.farthest, some.farthest) == (4.0, True, False)

    @pytest.mark.parametrize("weight", [1.0, 0.3333333, 2.2222223, 1000.0, 700.0])
    @pytest.mark.parametrize("direction", [MORE, LESS])
    def test_a_weight_at_its_bound_says_when_it_will_leave_it(self, weight: float, direction: Direction) -> None:
        papers = [known(paper(f"Tides {number}", ""), seq=number) for number in range(1, 30)]
        wanted = profile(f"tides ^{weight}")
        hits = KeywordRanker().match(papers, [wanted])

        def after(same: int, other: int) -> Shift:
            back = LESS if direction is MORE else MORE
            said_of = [direction] * same + [back] * other
            log = [said(one.key, way) for one, way in zip(papers, said_of, strict=False)]
            (shift,) = shifts(wanted, log, hits)
            return shift

        most = after(14, 0)
        assert most.farthest
        assert most.effective == after(13, 0).effective
        assert after(14, most.held - 1).effective == most.effective
        assert after(14, most.held).effective != most.effective
        assert (after(14, most.held).farthest, after(14, most.held).held) == (False, 0)

    def test_papers_that_are_unknown_move_nothing(self) -> None:
        assert weights(profile("tides"), [said("arxiv:gone", MORE)], ALL) == {"tides": 1.0}


class TestTuned:
    @pytest.mark.parametrize(
        "text",
        [
            "kv cache", "kv cache ^2.5", '"kv cache" ^2', "quantiz*", "title:pruning ^3", "+robot", '+title:"a b" ^0.5',
            'author:"Song Han" ^4', 'author:"-odd ^name:"', "cat:cs.LG ^0.5", "cat:cs.*", "fine-tuning", "C++",
        ],
    )  # fmt: skip
    def test_only_the_tuned_weight_changes_whatever_the_keyword(self, text: str) -> None:
        one = parse(text)
        (moved,) = shifts(profile(text), [], KeywordRanker().match([], [profile(text)]))
        (changed,) = tuned(profile(text), [replace(moved, effective=1.2345)]).keywords
        assert changed == replace(one, tuned=1.2345)
        assert parse(changed.text) == one

    def test_a_profile_that_nothing_moved_is_the_very_same(self) -> None:
        wanted = profile("tides ^2", "-stars")
        assert tuned(wanted, shifts(wanted, [], KeywordRanker().match([], [wanted]))) is wanted

    def test_feedback_makes_no_keyword_too_long(self) -> None:
        long = " ".join(["a" * 50] * 4)
        wanted = profile(long, f'+author:"{"b" * 191}"')
        (moved, stays) = shifts(wanted, [], KeywordRanker().match([], [wanted]))
        heavy, other = tuned(wanted, [replace(moved, effective=0.123457), stays]).keywords
        assert parse(heavy.text) == moved.keyword
        assert heavy == replace(moved.keyword, tuned=0.123457)
        assert other == wanted.keywords[1]

    def test_only_the_keywords_of_the_paper_move(self) -> None:
        wanted = profile("tides", "“kv  cache”^2.50", "moon", "Moons ^3", "-stars")
        hits = KeywordRanker().match(ALL, [wanted])
        tides_more = tuned(wanted, shifts(wanted, [said(TIDE.key, MORE)], hits))
        assert [one.text for one in tides_more.keywords] == ["tides", '"kv cache" ^2.5', "moon ^3", "-stars"]
        assert [one.tuned for one in tides_more.keywords] == [1.15, None, None, None]
        moon_less = tuned(wanted, shifts(wanted, [said(MOON.key, LESS)], hits))
        assert [(one.label, one.tuned) for one in moon_less.keywords][2] == ("moon", 2.6087)

    def test_what_is_excluded_stays_and_the_others_keep_their_weights(self) -> None:
        wanted = profile("tides ^2", "moon ^3", "-stars")
        hits = KeywordRanker().match(ALL, [wanted])
        found = tuned(wanted, shifts(wanted, [said(TIDE.key, MORE)], hits)).keywords
        assert [(one.label, one.scoring, one.sign.value) for one in found] == [
            ("tides", 2.3, ""),
            ("moon", 3.0, ""),
            ("stars", 1.0, "-"),
        ]

    def test_the_keywords_of_a_paper_are_those_that_do_not_exclude_it(self) -> None:
        wanted = profile("tides", "moon", "-gold")
        assert having(wanted, KeywordRanker().match(ALL, [wanted]), TIDE.key) == {parse("tides")}


class TestLog:
    def test_it_comes_back_in_order_and_the_newest_is_taken_back(self, world: World) -> None:
        store = world.app.store
        for number, name in enumerate(("decoding", "other", "decoding")):
            direction = MORE if number else LESS
            store.add_feedback(Feedback(name, f"arxiv:{number}", direction, NOW + timedelta(minutes=number)))
        assert [(one.key, one.direction) for one in store.feedback(["decoding"])] == [
            ("arxiv:0", LESS),
            ("arxiv:2", MORE),
        ]
        assert [one.key for one in store.feedback(["decoding", "other"])] == ["arxiv:0", "arxiv:1", "arxiv:2"]
        assert store.feedback([]) == []
        undone = store.undo_feedback("decoding")
        assert undone == Feedback("decoding", "arxiv:2", MORE, NOW + timedelta(minutes=2))
        store.undo_feedback("decoding")
        assert store.undo_feedback("decoding") is None
        assert [one.profile for one in store.feedback(["decoding", "other"])] == ["other"]

    def test_a_paper_that_turned_out_to_be_another_is_meant_still(self, world: World) -> None:
        store = world.app.store
        records = [known(paper(f"Lantern decoding number {number}", f"{LANTERN}{number}"), seq=0) for number in (1, 2)]
        with store.recording() as recording:
            for record in records:
                update = PaperUpdate(kind=ChangeKind.NEW, paper=record, changed=True)
                recording.apply([update], source="inbox", at=NOW, day=NOW.date())
            one, other = (recording.known([record.key])[record.key][0] for record in records)
        store.add_feedback(Feedback("decoding", other.key, MORE, NOW))
        merged = replace(one, aliases=(*one.aliases, *other.aliases))
        update = PaperUpdate(kind=ChangeKind.REVISED, paper=merged, changed=True, absorbed=(other.key,))
        with store.recording() as recording:
            recording.apply([update], source="inbox", at=NOW, day=NOW.date())
        assert [said.key for said in store.feedback(["decoding"])] == [one.key]
        assert known_paper(store, other.key).key == one.key


class TestLookup:
    def test_a_paper_is_meant_by_its_key_its_arxiv_id_its_address_or_its_doi(self, world: World) -> None:
        app = world.app
        record = known(paper(arxiv_id="2611.04217", doi="10.1000/182"), seq=0)
        with app.store.recording() as recording:
            update = PaperUpdate(kind=ChangeKind.NEW, paper=record, changed=True)
            recording.apply([update], source="inbox", at=NOW, day=NOW.date())
        names = [
            record.key,
            "2611.04217",
            "2611.04217v3",
            "https://arxiv.org/abs/2611.04217",
            "10.1000/182",
            " doi:10.1000/182",
        ]
        found = known_papers(app.store, [*names, "2611.00001", ""])
        assert [one.key if one else None for one in found.values()] == [record.key] * len(names) + [None, None]
        with pytest.raises(DigestError, match="no paper is known as"):
            known_paper(app.store, "2611.00001")

    def test_of_a_key_that_was_made_of_texts_the_digits_will_do(self, world: World, key: str) -> None:
        kind, _, digits = key.partition(":")
        assert kind == "title"
        assert known_paper(world.app.store, digits).key == key
        (alias,) = [one for one in known_paper(world.app.store, key).aliases if one.startswith("text:")]
        assert known_paper(world.app.store, alias.removeprefix("text:")).key == key
        with pytest.raises(DigestError, match="no paper is known as"):
            known_paper(world.app.store, digits[:-1])


class TestInUse:
    def test_publish_rank_and_backtest_use_the_weights_that_feedback_gives(self, world: World, key: str) -> None:
        app = world.app
        before = app.standing(app.profiles[0], since=None).sent[0].score
        configured = app.configured[0]
        app.tuning.give(configured, known_paper(app.store, key), MORE, NOW)
        assert app.standing(app.profiles[0], since=None).sent[0].score == pytest.approx(before * STEP, rel=1e-3)
        for edition in published(app, everyone=True):
            assert edition.entries[0].score == pytest.approx(before * STEP, rel=1e-3)
        # what was typed is what the threshold asks for, whatever was clicked since
        weight = sum(keyword.weight for keyword in configured.keywords if keyword.sign is not Sign.EXCLUDE)
        for threshold, sent in ((weight, 1), (weight * 1.1, 0)):
            assert app.backtest(replace(app.profiles[0], threshold=threshold), days=1).days[0].sent == sent
        app.tuning.undo(configured)
        assert app.profiles == app.configured

    def test_it_says_what_changed_and_to_say_it_again_changes_nothing(self, world: World, key: str) -> None:
        app = world.app
        wanted, liked = app.configured[0], known_paper(app.store, key)
        given = app.tuning.give(wanted, liked, MORE, NOW)
        assert [(after.keyword.label, before.effective, after.effective) for before, after in given.moved] == [
            ("decoding", 2.0, 2.3),
            ("draft model", 1.0, 1.15),
        ]
        again = app.tuning.give(wanted, liked, MORE, NOW)
        assert again.again
        assert all(before == after for before, after in again.moved)
        assert len(app.store.feedback(["decoding"])) == 1
        undone = app.tuning.undo(wanted)
        assert [(before.effective, after.effective) for before, after in undone.moved] == [(2.3, 2.0), (1.15, 1.0)]
        with pytest.raises(DigestError, match="nothing was said for decoding"):
            app.tuning.undo(wanted)

    def test_a_paper_without_any_keyword_is_refused(self, world: World, key: str) -> None:
        app = world.app
        (tides,) = [one for one in app.store.papers() if one.key != key]
        with pytest.raises(DigestError, match="has none of the keywords of decoding"):
            app.tuning.give(app.configured[0], tides, MORE, NOW)
        assert app.store.feedback(["decoding"]) == []
