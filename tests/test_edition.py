"""What goes into an edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from digest.edition import News, edit, message_id
from digest.model import (
    Change,
    ChangeKind,
    Edition,
    EditionState,
    Entry,
    KnownPaper,
    Match,
    Profile,
    RankedPaper,
    Reader,
    ReaderKind,
)
from tests.papers import known, profile

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
DAY = date(2026, 11, 20)
PROFILE = profile("decoding", name="decoding", title="Decoding", limit=2, threshold=1.0)
OTHER = profile("tides", name="tides", title="Tides")


def a_paper(number: int) -> KnownPaper:
    return known(title=f"Lantern number {number} of a long series", seq=number)


def change(number: int, kind: ChangeKind = ChangeKind.NEW) -> Change:
    return Change(seq=number, kind=kind, paper=a_paper(number), at=NOW, day=DAY, source="inbox")


def ranked(number: int, score: float) -> RankedPaper:
    return RankedPaper(a_paper(number), score, (Match("decoding", "title", 1, score),), weight=score)


def make(
    scores: dict[Profile, list[RankedPaper]],
    changes: list[Change],
    *,
    kind: ReaderKind = ReaderKind.SUBSCRIBER,
    send_empty: bool = False,
    before: tuple[Entry, ...] = (),
) -> Edition:
    reader = Reader(
        id="mail:ada@example.org",
        kind=kind,
        profiles=tuple(scores),
        timezone="UTC",
        address="ada@example.org",
        send_at=time(7),
        send_empty=send_empty,
    )
    return edit(
        reader,
        DAY,
        News(changes),
        scores,
        from_seq=0,
        to_seq=9,
        receipts=(),
        now=NOW,
        domain="papers.example",
        before=before,
    )


def test_threshold_and_limit_cut_and_the_best_stands_first() -> None:
    scores = [ranked(3, 4.0), ranked(1, 2.0), ranked(2, 1.5), ranked(4, 0.5)]
    edition = make({PROFILE: scores}, [change(n) for n in (1, 2, 3, 4)])
    assert [entry.score for entry in edition.entries] == [4.0, 2.0]
    assert edition.considered == 4


def test_a_score_at_the_threshold_is_in() -> None:
    assert len(make({PROFILE: [ranked(1, 1.0)]}, [change(1)]).entries) == 1


def test_a_paper_of_two_profiles_stands_once_under_the_better_one() -> None:
    edition = make({PROFILE: [ranked(1, 2.0)], OTHER: [ranked(1, 3.0)]}, [change(1)])
    assert [(entry.profile, entry.score) for entry in edition.entries] == [("tides", 3.0)]


def test_a_paper_names_every_profile_that_found_it() -> None:
    third = profile("lantern", name="third", title="Third")
    scores = {PROFILE: [ranked(1, 2.0), ranked(2, 1.5)], OTHER: [ranked(1, 3.0)], third: [ranked(1, 2.5)]}
    edition = make(scores, [change(1), change(2)])
    assert [(one.profile, one.also) for one in edition.entries] == [("tides", ("decoding", "third")), ("decoding", ())]
    below = {PROFILE: [ranked(1, 2.0)], OTHER: [ranked(1, 0.5)]}
    assert [one.also for one in make(below, [change(1)]).entries] == [()]


def test_papers_of_other_changes_stay_out() -> None:
    assert make({PROFILE: [ranked(1, 2.0)]}, [change(2)]).entries == ()


def test_a_revision_is_no_news_unless_one_wants_to_hear_of_it() -> None:
    edition = make({PROFILE: [ranked(1, 2.0)]}, [change(1, ChangeKind.REVISED)])
    assert (edition.entries, edition.considered) == ((), 0)
    curious = replace(PROFILE, changes=(ChangeKind.NEW, ChangeKind.REVISED))
    edition = make({curious: [ranked(1, 2.0)]}, [change(1, ChangeKind.REVISED)])
    assert [entry.kind for entry in edition.entries] == [ChangeKind.REVISED]


def test_what_is_new_is_called_new_even_if_it_was_revised_since() -> None:
    curious = replace(PROFILE, changes=(ChangeKind.NEW, ChangeKind.REVISED))
    changes = [change(1), replace(change(1, ChangeKind.REVISED), seq=2)]
    assert [entry.kind for entry in make({curious: [ranked(1, 2.0)]}, changes).entries] == [ChangeKind.NEW]


def test_a_new_paper_that_was_withdrawn_is_no_news() -> None:
    gone = replace(a_paper(1), paper=replace(a_paper(1).paper, withdrawn=True))
    changes = [replace(change(1), paper=gone), replace(change(1, ChangeKind.WITHDRAWN), paper=gone, seq=2)]
    assert make({PROFILE: [ranked(1, 2.0)]}, changes).entries == ()
    warned = replace(PROFILE, changes=(ChangeKind.NEW, ChangeKind.WITHDRAWN))
    assert [entry.kind for entry in make({warned: [ranked(1, 2.0)]}, changes).entries] == [ChangeKind.WITHDRAWN]


def test_an_empty_mail_is_sent_only_to_those_who_want_it() -> None:
    assert make({PROFILE: []}, []).state is EditionState.EMPTY
    assert make({PROFILE: []}, [], send_empty=True).state is EditionState.WAITING
    assert make({PROFILE: []}, [], kind=ReaderKind.FEED).state is EditionState.WAITING


def test_the_message_id_is_a_function_of_reader_and_date() -> None:
    one = message_id("mail:ada@example.org", DAY, "papers.example")
    assert one == message_id("mail:ada@example.org", DAY, "papers.example")
    assert one != message_id("mail:ada@example.org", date(2026, 11, 21), "papers.example")
    assert one != message_id("mail:bob@example.org", DAY, "papers.example")
    assert one.startswith("<20261120.")
    assert one.endswith("@papers.example>")
    assert "ada" not in one


def test_what_is_alike_is_grouped_only_where_every_profile_wants_it() -> None:
    changes = [change(1), change(2)]
    grouping = replace(PROFILE, group=True)
    assert [e.alike is not None for e in make({PROFILE: [ranked(1, 2.0), ranked(2, 1.5)]}, changes).entries] == [
        False,
        False,
    ]
    entries = make({grouping: [ranked(1, 2.0), ranked(2, 1.5)]}, changes).entries
    assert [entry.alike is not None for entry in entries] == [False, True]
    both = {grouping: [ranked(1, 2.0)], replace(OTHER, group=False): [ranked(2, 1.5)]}
    assert [entry.alike is not None for entry in make(both, changes).entries] == [False, False]


def test_what_was_said_of_a_paper_stays_while_the_edition_grows() -> None:
    first = make({PROFILE: [ranked(1, 2.0)]}, [change(1)])
    grown = make({PROFILE: [ranked(2, 3.0), ranked(1, 1.9)]}, [change(1), change(2)], before=first.entries)
    assert [(entry.paper.first_seq, entry.score) for entry in grown.entries] == [(2, 3.0), (1, 2.0)]
    other = make({OTHER: [ranked(1, 1.9)]}, [change(1)], before=first.entries)
    assert other.entries[0].score == 1.9, "another profile says something else of it"
