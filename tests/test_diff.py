"""Which records are one paper, and what is new."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.diff import Diff, aliases, diff
from digest.model import ChangeKind, KnownPaper, Links, Paper
from tests.papers import LANTERN, TIDES, known, paper

TODAY = date(2026, 11, 20)


def index(*papers: KnownPaper) -> dict[str, tuple[KnownPaper, ...]]:
    """What a store would answer about these papers."""
    found: dict[str, tuple[KnownPaper, ...]] = {}
    for one in papers:
        for alias in one.aliases:
            found[alias] = (*found.get(alias, ()), one)
    return found


def of(records: list[Paper], *stored: KnownPaper, source: str = "inbox") -> Diff:
    return diff(records, index(*stored), source=source, day=TODAY, trending=50)


def test_a_paper_nobody_has_seen_is_new() -> None:
    result = of([paper()])
    (update,) = result.updates
    assert (update.kind, update.changed, result.counts.new) == (ChangeKind.NEW, True, 1)
    assert update.paper.sources == {"inbox": ("title", "abstract")}


def test_the_same_paper_again_changes_nothing() -> None:
    stored = of([paper()]).updates[0].paper
    result = of([paper()], replace(stored, first_seq=1))
    assert result.updates == ()
    assert (result.counts.new, result.counts.revised, result.counts.seen) == (0, 0, 1)


def test_a_paper_that_stands_twice_in_a_dump_is_one() -> None:
    result = of([paper(), paper(upvotes=3)])
    (update,) = result.updates
    assert (result.counts.new, result.counts.seen) == (1, 1)
    assert update.kind is ChangeKind.NEW
    assert update.paper.paper.upvotes == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"Bounds for $\ell_p$ Sampling", "Bounds for ell_p Sampling"),
        (r"Bounds for $\ell_p$ Sampling", "Bounds for ℓ_p Sampling"),
        (r"An $\mathcal{O}(n^2)$ Sort", "An O(n^2) Sort"),
        ("Low-Rank Tides", "low rank tides"),
        (r"A Bridge after Schr\"odinger", "A Bridge after Schrödinger"),
        (r"A Bridge after Schr{\"o}dinger", "A Bridge after Schrodinger"),
        (r"$\alpha$-Fair Queues", "α-Fair Queues"),
        ("Words  Are\nEnough?", "Words are enough"),
    ],
)
def test_spellings_of_one_title_meet(one: str, other: str) -> None:
    assert of([paper(one), paper(other)]).counts.new == 1


@pytest.mark.parametrize("title", ["Editorial", "Reply to comments", "A Note on the Convergence of Averaged Iterates"])
def test_one_title_with_two_abstracts_is_two_papers(title: str) -> None:
    result = of([paper(title, LANTERN), paper(title, TIDES)])
    assert result.counts.new == 2
    assert len({update.paper.key for update in result.updates}) == 2
    again = [replace(update.paper, first_seq=seq) for seq, update in enumerate(result.updates, 1)]
    assert of([paper(title, TIDES), paper(title, LANTERN)], *again).counts.seen == 2


def test_a_generic_title_without_abstract_proves_nothing() -> None:
    assert of([paper("Editorial", ""), paper("Editorial", LANTERN)]).counts.new == 2


def test_a_telling_title_without_abstract_is_enough() -> None:
    result = of(
        [
            paper("Tides and the Conductivity of the Mantle", ""),
            paper("Tides and the Conductivity of the Mantle", TIDES),
        ]
    )
    assert result.counts.new == 1
    assert result.updates[0].paper.paper.abstract == TIDES


def test_authors_without_a_common_surname_are_other_people() -> None:
    first = paper(authors=("Mira Solberg", "Jun Okada"))
    assert of([first, paper(authors=("Okada, Jun",))]).counts.new == 1
    assert of([first, paper(authors=("Lea Brandt",))]).counts.new == 2


def test_an_arxiv_id_is_proof_whatever_the_title() -> None:
    result = of([paper("Lantern, Renamed", arxiv_id="2611.01234")], known(arxiv_id="2611.01234"))
    assert result.counts.new == 0


def test_two_arxiv_ids_are_two_papers_even_under_one_title() -> None:
    assert of([paper(arxiv_id="2611.01234"), paper(arxiv_id="2611.09999")]).counts.new == 2


def test_a_doi_of_arxivs_own_is_the_arxiv_id() -> None:
    assert aliases(paper(doi="10.48550/arXiv.2611.01234"))[0] == "arxiv:2611.01234"
    assert aliases(paper(doi="10.48550/arXiv.2611.01234"))[0] == aliases(paper(arxiv_id="2611.01234"))[0]


def test_a_fuller_record_enriches() -> None:
    bare = known()
    full = paper(authors=("Mira Solberg",), arxiv_id="2611.01234", links=Links(pdf="https://example.org/a.pdf"))
    (update,) = of([full], bare, source="api").updates
    assert update.kind is None
    assert update.paper.key == bare.key
    assert update.paper.paper.authors == ("Mira Solberg",)
    assert update.paper.sources["api"] == ("authors", "links", "arxiv_id")
    assert set(update.paper.aliases) == {*bare.aliases, "arxiv:2611.01234"}


def test_the_order_of_dumps_does_not_matter_for_the_facts() -> None:
    records = [
        paper("Bounds for ell_p Sampling", comments=2, published=date(2026, 3, 2)),
        paper(r"Bounds for $\ell_p$ Sampling", author_count=4, published=date(2026, 3, 1)),
        paper("Bounds for ell_p Sampling", LANTERN[:200], upvotes=9, organization="Tidewater"),
    ]
    updates = [of(list(order)).updates[0].paper.paper for order in itertools.permutations(records)]
    assert all(update == updates[0] for update in updates)
    assert updates[0].title == r"Bounds for $\ell_p$ Sampling"
    assert (updates[0].comments, updates[0].upvotes, updates[0].abstract) == (2, 9, LANTERN)


def test_a_higher_version_revises() -> None:
    stored = known(arxiv_id="2611.01234", version=1)
    (update,) = of([paper(abstract=TIDES, arxiv_id="2611.01234", version=2)], stored).updates
    assert update.kind is ChangeKind.REVISED
    assert update.fields == ("abstract", "version")
    assert of([paper(arxiv_id="2611.01234", version=1)], update.paper).counts.revised == 0


def test_a_record_with_two_proofs_joins_two_papers() -> None:
    by_id = known(arxiv_id="2611.01234", seq=1)
    by_doi = known(title="Lantern (journal version of the drafting scheme)", doi="10.1000/lantern", upvotes=7, seq=2)
    (update,) = of([paper(arxiv_id="2611.01234", doi="10.1000/lantern")], by_id, by_doi).updates
    assert update.paper.key == by_id.key
    assert update.absorbed == (by_doi.key,)
    assert update.paper.paper.upvotes == 7
    assert set(by_doi.aliases) <= set(update.paper.aliases)


@pytest.mark.parametrize("title", ["???", "", "\ud800"])
def test_a_title_without_letters_is_known_again(title: str) -> None:
    result = of([paper(title, LANTERN), paper("!!!", TIDES)])
    assert len({update.paper.key for update in result.updates}) == 2
    again = [replace(update.paper, first_seq=seq) for seq, update in enumerate(result.updates, 1)]
    assert of([paper(title, LANTERN)], *again).counts.seen == 1


def test_the_key_of_a_paper_that_was_absorbed_is_not_given_again() -> None:
    survivor = known(arxiv_id="2611.01234")
    (update,) = of([paper(abstract=TIDES)], survivor).updates
    assert update.kind is ChangeKind.NEW
    assert update.paper.key not in (survivor.key, *survivor.aliases)


@pytest.mark.parametrize(
    ("before", "listed", "now", "kind"),
    [
        (10, date(2026, 11, 17), 50, ChangeKind.TRENDING),
        (10, None, 51, ChangeKind.TRENDING),
        (10, date(2026, 11, 17), 49, None),
        (50, date(2026, 11, 17), 90, None),
        (10, TODAY, 90, None),
        (None, date(2026, 11, 17), 90, None),
    ],
    ids=["reaches it", "listed who knows when", "nearly", "had it before", "on its own day", "votes were unknown"],
)
def test_votes_that_come_late_make_a_paper_trend_once(
    before: int | None, listed: date | None, now: int, kind: ChangeKind | None
) -> None:
    stored = known(upvotes=before, listed=listed, arxiv_id="2611.01234")
    result = of([paper(upvotes=now, arxiv_id="2611.01234")], stored)
    (update,) = result.updates
    assert update.kind is kind
    assert (result.counts.revised, result.counts.seen) == (0, 1)
    more = of([paper(upvotes=200, arxiv_id="2611.01234")], update.paper).updates[0].kind
    assert (kind, more) != (ChangeKind.TRENDING, ChangeKind.TRENDING)


def test_a_withdrawal_is_told_once() -> None:
    stored = known(arxiv_id="2611.01234", version=1)
    result = of([paper(arxiv_id="2611.01234", version=2, withdrawn=True)], stored)
    assert result.updates[0].kind is ChangeKind.WITHDRAWN
    assert of([paper(arxiv_id="2611.01234", version=2, withdrawn=True)], result.updates[0].paper).counts.seen == 1


def test_a_title_without_abstract_does_not_join_two_papers() -> None:
    """Whatever the order: it may be either of them, and is taken for one."""
    title = "Notes on the tides of a shallow northern basin"
    records = [paper(title, LANTERN), paper(title, TIDES), paper(title, "")]
    for order in itertools.permutations(records):
        assert of(list(order)).counts.new == 2


def test_a_short_abstract_does_not_join_two_papers() -> None:
    title = "Reply to the comments on the northern basin"
    short = "The authors reply to the comments."
    records = [paper(title, f"{LANTERN} {short}"), paper(title, f"{TIDES} {short}"), paper(title, short)]
    assert {of(list(order)).counts.new for order in itertools.permutations(records)} == {3}


def test_an_arxiv_id_is_proof_whatever_the_doi() -> None:
    own = paper(arxiv_id="2611.01234", doi="10.48550/arXiv.2611.01234")
    journal = paper("Lantern, as printed", TIDES, arxiv_id="2611.01234", doi="10.1000/lantern")
    second = paper("Lantern, printed again", TIDES, arxiv_id="2611.01234", doi="10.2000/LANTERN")
    (update,) = of([own, journal, second]).updates
    assert update.paper.paper.doi == "10.1000/lantern"
    assert {"doi:10.1000/lantern", "doi:10.2000/lantern"} <= set(update.paper.aliases)


def test_old_arxiv_ids_meet_in_any_case() -> None:
    assert (
        of(
            [paper(arxiv_id="math.GT/0309136"), paper("Renamed", TIDES, doi="10.48550/arXiv.math.gt/0309136")]
        ).counts.new
        == 1
    )


def test_a_paper_known_by_title_turns_out_to_be_one_with_an_id() -> None:
    with_id = known(title="Lantern before it was renamed", arxiv_id="2611.01234", seq=1)
    by_title = known(paper(), seq=2)
    (update,) = of([paper(arxiv_id="2611.01234", version=2)], with_id, by_title).updates
    assert (update.paper.key, update.absorbed) == (with_id.key, (by_title.key,))


def test_an_earlier_version_changes_no_text() -> None:
    stored = known(abstract=TIDES, arxiv_id="2611.01234", version=2)
    result = of([paper("Lantern at length, with $x$", LANTERN * 3, arxiv_id="2611.01234", version=1)], stored)
    assert result.updates[0].paper.paper.abstract == TIDES
    assert result.updates[0].paper.paper.title == paper().title


def test_a_snippet_with_a_price_does_not_replace_an_abstract() -> None:
    stored = known(arxiv_id="2611.01234")
    (update,) = of([paper(abstract="It costs $5.", arxiv_id="2611.01234", upvotes=1)], stored).updates
    assert update.paper.paper.abstract == LANTERN


def test_a_withdrawal_outranks_a_revision_of_the_same_dump() -> None:
    stored = known(arxiv_id="2611.01234", version=1)
    second = paper(arxiv_id="2611.01234", version=2)
    (update,) = of([second, replace(second, withdrawn=True)], stored).updates
    assert update.kind is ChangeKind.WITHDRAWN


def test_many_papers_may_share_a_title() -> None:
    """Each is known again, and the next one is not compared with all of them."""
    papers = [
        paper("Editorial", f"This issue has {number} papers about topic number {number}.") for number in range(60)
    ]
    first = of(papers)
    assert first.counts.new == 60
    stored = [replace(update.paper, first_seq=seq) for seq, update in enumerate(first.updates, 1)]
    assert of(papers, *stored).counts.seen == 60
    assert sum("title:" in " ".join(one.aliases) for one in stored) <= 20


@given(data=st.data())
def test_any_order_and_any_split_into_dumps_gives_the_same_papers(data: st.DataObject) -> None:
    records = [
        paper(r"Bounds for $\ell_p$ sampling of tides", TIDES),
        paper("Bounds for ell_p sampling of tides", TIDES, arxiv_id="2611.00001", version=1),
        paper("Bounds for ℓ_p sampling of tides", TIDES + " Revised.", arxiv_id="2611.00001", version=2, upvotes=3),
        paper("Editorial", LANTERN),
        paper("Editorial", TIDES),
        paper(doi="10.1000/lantern"),
        paper(author_count=4),
    ]
    order = data.draw(st.permutations(records))
    cut = data.draw(st.integers(0, len(records)))
    first = of(list(order[:cut]))
    stored = [replace(update.paper, first_seq=seq) for seq, update in enumerate(first.updates, 1)]
    second = of(list(order[cut:]), *stored)
    known_now = {one.key: one for one in stored} | {update.paper.key: update.paper for update in second.updates}
    gone = {key for update in second.updates for key in update.absorbed}
    facts = sorted(repr(one.paper) for key, one in known_now.items() if key not in gone)
    assert facts == sorted(repr(update.paper.paper) for update in of(records).updates)
