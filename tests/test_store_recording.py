"""One dump is written whole, numbered in its order, and papers that turn out to be one become one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from digest.diff import PaperUpdate, diff
from digest.model import ChangeKind, Edition, EditionState, Entry, KnownPaper, Paper, ReaderKind
from digest.store import SqlStore, open_store
from tests.papers import known, paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with open_store(f"sqlite:///{tmp_path}/digest.db") as made:
        yield made


def new(title: str, *names: str, **fields: object) -> PaperUpdate:
    """A paper that nobody knew; ``names`` are its aliases, the first of which is its key."""
    names = names or (f"title:{title}",)
    record = Paper(title=title, **fields)  # type: ignore[arg-type]
    return PaperUpdate(kind=ChangeKind.NEW, paper=KnownPaper(key=names[0], paper=record, aliases=names), changed=True)


def apply(store: SqlStore, *outcomes: PaperUpdate) -> None:
    with store.recording() as recording:
        recording.apply(outcomes, source="inbox", at=NOW, day=TODAY)


def by_key(store: SqlStore) -> dict[str, KnownPaper]:
    return {one.key: one for one in store.papers()}


def edition(*papers: KnownPaper, reader: str = "feed:tides") -> Edition:
    entries = [
        Entry(paper=one, kind=ChangeKind.NEW, at=NOW, score=9.0 - place, matches=(), profile="tides")
        for place, one in enumerate(papers)
    ]
    return Edition(reader=reader, kind=ReaderKind.FEED, date=TODAY, from_seq=0, to_seq=2, entries=tuple(entries),
                   considered=2, receipts=(), message_id=None, created_at=NOW, state=EditionState.WAITING)  # fmt: skip


def test_changes_are_numbered_in_the_order_of_the_outcomes(store: SqlStore) -> None:
    apply(store, new("b"), new("a"))
    before = by_key(store)["title:a"]
    paper = replace(before, paper=Paper(title="a", version=2))
    revised = PaperUpdate(kind=ChangeKind.REVISED, paper=paper, changed=True, fields=("version", "title"))
    apply(store, new("d"), revised, new("c"))
    log = [(change.seq, change.kind, change.paper.key, change.fields) for change in store.changes(0)]
    assert log == [
        (1, "new", "title:b", ()),
        (2, "new", "title:a", ()),
        (3, "new", "title:d", ()),
        (4, "revised", "title:a", ("version", "title")),
        (5, "new", "title:c", ()),
    ]
    assert {key: one.first_seq for key, one in by_key(store).items()} == {
        "title:b": 1, "title:a": 2, "title:d": 3, "title:c": 5,
    }  # fmt: skip


def test_what_has_nothing_to_tell_is_kept_without_a_change(store: SqlStore) -> None:
    apply(store, new("a"))
    enriched = replace(by_key(store)["title:a"], paper=Paper(title="a", upvotes=7), sources={"b": ("upvotes",)})
    apply(store, PaperUpdate(kind=None, paper=enriched, changed=True))
    assert by_key(store) == {"title:a": enriched}
    assert store.last_seq() == 1


def test_nothing_is_written_for_nothing(store: SqlStore) -> None:
    apply(store)
    assert (store.last_seq(), store.paper_count()) == (0, 0)


def test_an_alias_leads_to_all_that_bear_it_the_oldest_first(store: SqlStore) -> None:
    apply(store, new("b", "doi:1", "title:editorial"), new("a", "doi:2", "title:editorial"))
    with store.recording() as recording:
        found = recording.known(["title:editorial", "doi:2", "doi:3"])
    papers = by_key(store)
    assert found == {"title:editorial": (papers["doi:1"], papers["doi:2"]), "doi:2": (papers["doi:2"],)}


def test_a_recording_sees_what_it_has_written_and_nobody_else_does(store: SqlStore) -> None:
    with store.recording() as recording:
        recording.apply([new("a")], source="inbox", at=NOW, day=TODAY)
        assert recording.known(["title:a"])["title:a"][0].first_seq == 1
        recording.apply([new("b")], source="inbox", at=NOW, day=TODAY)
        assert store.paper_count() == 0
    assert [change.paper.key for change in store.changes(0)] == ["title:a", "title:b"]


def test_a_paper_is_found_by_the_aliases_that_it_gets_later(store: SqlStore) -> None:
    apply(store, new("a"))
    before = by_key(store)["title:a"]
    apply(store, PaperUpdate(kind=None, paper=replace(before, aliases=("title:a", "doi:1")), changed=True))
    with store.recording() as recording:
        assert recording.known(["doi:1"])["doi:1"][0].aliases == ("title:a", "doi:1")


def test_an_exception_leaves_nothing_behind(store: SqlStore) -> None:
    apply(store, new("a"))
    with pytest.raises(KeyError), store.recording() as recording:  # noqa: PT012 - the block is what is tested
        recording.apply([new("b")], source="inbox", at=NOW, day=TODAY)
        raise KeyError
    assert list(by_key(store)) == ["title:a"]
    apply(store, new("c"))
    assert store.last_seq() == 2


def test_two_thousand_records_are_known_again(store: SqlStore) -> None:
    records = [paper(f"Tides beneath basin number {number}", f"basin{number} " * 9) for number in range(2000)]
    with store.recording() as recording:
        outcomes = diff(records, {}, source="inbox", day=date(2026, 11, 20)).updates
        recording.apply(outcomes, source="inbox", at=NOW, day=TODAY)
        names = {name for one in records for name in known(one).aliases}
        found = recording.known(names)
    assert found.keys() == names
    assert len({one.key for papers in found.values() for one in papers}) == 2000
    assert not diff(records, found, source="inbox", day=date(2026, 11, 20)).updates


class TestAbsorbed:
    @pytest.fixture
    def merged(self, store: SqlStore) -> SqlStore:
        """Two papers and an edition of each, after it turned out that they are one."""
        apply(store, new("a", "doi:1"), new("b", "title:b"))
        one, other = by_key(store)["doi:1"], by_key(store)["title:b"]
        store.save_editions([edition(other), edition(one, other, reader="feed:both")])
        survivor = replace(one, aliases=("doi:1", "title:b"))
        apply(store, PaperUpdate(kind=None, paper=survivor, changed=True, absorbed=("title:b",)))
        return store

    def test_one_paper_is_left_and_has_all_aliases(self, merged: SqlStore) -> None:
        assert list(by_key(merged)) == ["doi:1"]
        with merged.recording() as recording:
            found = recording.known(["doi:1", "title:b"])
        assert [[one.key for one in papers] for papers in found.values()] == [["doi:1"], ["doi:1"]]

    def test_the_log_goes_on_under_its_name(self, merged: SqlStore) -> None:
        assert [(change.seq, change.paper.key) for change in merged.changes(0)] == [(1, "doi:1"), (2, "doi:1")]
        assert [one.key for one in merged.changes_of_day(TODAY, 9)[0]] == ["doi:1"]

    def test_an_edition_shows_it_once_in_the_better_place(self, merged: SqlStore) -> None:
        both, alone = merged.editions()
        assert [(entry.paper.key, entry.score) for entry in both.entries] == [("doi:1", 9.0)]
        assert [entry.paper.key for entry in alone.entries] == ["doi:1"]

    def test_it_can_be_absorbed_again(self, merged: SqlStore) -> None:
        apply(merged, new("c", "arxiv:1"))
        survivor = by_key(merged)["arxiv:1"]
        aliases = ("arxiv:1", "doi:1", "title:b")
        apply(
            merged,
            PaperUpdate(kind=None, paper=replace(survivor, aliases=aliases), changed=True, absorbed=("doi:1",)),
        )
        assert list(by_key(merged)) == ["arxiv:1"]
        assert [[entry.paper.key for entry in one.entries] for one in merged.editions()] == [["arxiv:1"], ["arxiv:1"]]
        assert [change.paper.key for change in merged.changes(0)] == ["arxiv:1"] * 3

    def test_an_edition_that_was_in_the_making_is_kept(self, merged: SqlStore) -> None:
        """It was ranked before a dump of another process merged two of its papers."""
        gone = KnownPaper(key="title:b", paper=Paper(title="b"), aliases=("title:b",), first_seq=2)
        merged.save_editions([edition(gone, reader="mail:ada@example.org")])
        (made,) = merged.editions(reader="mail:ada@example.org")
        assert [entry.paper.key for entry in made.entries] == ["doi:1"]
