"""What the templates show of a paper and its matches."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from digest.model import ChangeKind, KnownPaper, Links, Match, Paper
from digest.renderers.view import PaperView, SiteInfo, paper_view, safe_url
from digest.renderers.wording import plural
from tests.golden.sample import ENTRIES


def _view(paper: Paper, *matches: Match, kind: ChangeKind = ChangeKind.NEW) -> PaperView:
    return paper_view(KnownPaper(key="k", paper=paper, aliases=()), matches=matches, kind=kind, cut=420)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//papers.example/x",
        "http:",
        "https://",
        "http:\\\\papers.example",
        "http://[papers.example",
        "https://papers.example/a b",
        "https://papers.example/" + "x" * 1000,
        "",
        None,
    ],
)
def test_only_web_links_pass(url: str | None) -> None:
    """What a browser would run, or can't open, is dropped."""
    assert safe_url(url) == ""


def test_a_web_link_passes_as_it_is() -> None:
    """Queries and fragments included."""
    assert safe_url("https://papers.example/a?b=c&d=ü#e") == "https://papers.example/a?b=c&d=ü#e"


def test_matched_phrases_are_marked() -> None:
    """In the field that they were met in, and nowhere else."""
    paper = Paper(title="A KV cache", abstract="The KV cache forgets.")
    view = _view(paper, Match("kv cache", "abstract", 1, 1.0))
    assert [piece.text for piece in view.abstract if piece.marked] == ["KV cache"]
    assert not any(piece.marked for piece in view.title)


def test_a_keyword_of_an_older_language_marks_nothing() -> None:
    """An edition from the archive is shown even where its keywords can't be read any more."""
    view = _view(Paper(title="A KV cache"), Match('"never closed', "title", 1, 1.0))
    assert [str(chip) for chip in view.why.chips] == ['"never closed']
    assert not any(piece.marked for piece in view.title)


def test_chips_count_over_fields_strongest_first() -> None:
    """Two fields are one chip; the greater sum stands first."""
    view = _view(
        Paper(title="x"),
        Match("quantiz*", "title", 1, 2.0),
        Match("kv cache", "title", 1, 1.5),
        Match("kv cache", "abstract", 2, 1.0),
    )
    assert [str(chip) for chip in view.why.chips] == ["kv cache ×3", "quantiz*"]


def test_many_chips_are_counted() -> None:
    """A profile of sixty keywords does not bury the paper."""
    view = _view(Paper(title="x"), *(Match(f"word {n}", "title", 1, 1.0) for n in range(9)))
    assert (len(view.why.chips), view.why.more) == (6, 3)


@pytest.mark.parametrize(
    ("authors", "count", "line"),
    [
        (("Ada", "Bo"), None, "Ada, Bo"),
        (("Ada", "Bo", "Cy", "Di"), None, "Ada, Bo, Cy, Di"),
        (("Ada", "Bo", "Cy", "Di", "Ed"), None, "Ada, Bo, Cy and 2 more"),
        (("Ada",), 5, "Ada and 4 more"),
        ((), 5, "5 authors"),
        ((), 1, "1 author"),
        ((), None, ""),
        ((" ", "Bo\u202e"), None, "Bo and 1 more"),
    ],
)
def test_authors(authors: tuple[str, ...], count: int | None, line: str) -> None:
    """Three names and how many more; the number where there are no names; nothing is invented."""
    assert _view(Paper(title="x", authors=authors, author_count=count)).authors == line


def test_links_that_are_known_come_first() -> None:
    """The title leads to the abstract."""
    paper = Paper(
        title="x",
        links=Links(abstract="https://a.example/", pdf="javascript:1", code="http://c.example/"),
        arxiv_id="1",
    )
    assert _view(paper).links == (("Abstract", "https://a.example/"), ("Code", "http://c.example/"))
    assert _view(paper).url == "https://a.example/"


def test_an_arxiv_id_gives_links() -> None:
    """Also an old one, with its archive."""
    assert [link.url for link in _view(Paper(title="x", arxiv_id="hep-th/9901001")).links] == [
        "https://arxiv.org/abs/hep-th/9901001",
        "https://arxiv.org/pdf/hep-th/9901001",
    ]


def test_a_doi_gives_a_link() -> None:
    """With what a URL can't hold encoded."""
    assert _view(Paper(title="x", doi="10.1/a<b>")).url == "https://doi.org/10.1/a%3Cb%3E"


def test_without_any_link_the_title_is_looked_for() -> None:
    """Saved pages carry no ids; a search is one click from the paper."""
    (link,) = _view(Paper(title="What? A $\\ell_1$ low-rank *prior*")).links
    assert link == (
        "Find it on arXiv",
        "https://arxiv.org/search/?query=What+A+ell_1+low-rank+prior&searchtype=title",
    )
    assert _view(Paper(title="???")).url == ""


def test_labels() -> None:
    """A new paper needs none; a withdrawn one is called so, whatever else it is."""
    assert _view(Paper(title="x")).label == ""
    assert _view(Paper(title="x"), kind=ChangeKind.TRENDING).label == "trending"
    assert _view(Paper(title="x", withdrawn=True), kind=ChangeKind.REVISED).label == "withdrawn"


def test_a_hostile_paper_stays_small() -> None:
    """A megabyte is cut, control characters go, and a turn of direction does not leave its text."""
    view = _view(Paper(title="x" * 1_000_000, abstract="\x00\u202ey " * 400_000, organization="o\ud800" * 10_000))
    assert len(view.name) <= 301
    assert len("".join(piece.text for piece in view.abstract)) < 500
    assert len(view.organization) <= 81
    assert "\u202e" not in "".join(piece.text for piece in view.whole)


def test_an_empty_title_is_named() -> None:
    """A link needs text."""
    assert _view(Paper(title=" \x00 ")).name == "Untitled"


def test_the_whole_abstract_is_kept_where_it_was_cut() -> None:
    """So that a page can show it."""
    view = paper_view(ENTRIES[0].paper)
    assert "".join(piece.text for piece in view.whole) == ENTRIES[0].paper.paper.abstract
    assert _view(Paper(title="x", abstract="Short.")).whole == ()


def test_what_matched_is_marked_in_the_whole_abstract() -> None:
    """Also where the cut has no room for it."""
    words = " ".join(f"word{number}" for number in range(120))
    view = _view(Paper(title="x", abstract=f"A KV cache. {words}. A KV cache."), Match("kv cache", "abstract", 2, 1.0))
    assert [piece.text for piece in view.abstract if piece.marked] == ["KV cache"]
    assert [piece.text for piece in view.whole if piece.marked] == ["KV cache", "KV cache"]


def test_plurals() -> None:
    """One is one, zero is many."""
    assert (plural(0, "paper"), plural(1, "paper"), plural(2000, "entry", "entries")) == (
        "0 papers",
        "1 paper",
        "2,000 entries",
    )


def test_base_url_loses_its_slash() -> None:
    """So that no link has two."""
    assert SiteInfo(title="x", base_url="https://papers.example/").base_url == "https://papers.example"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("A key-value (KV) cache forgets.", "KV) cache"),
        ("The cache (KV) forgets.", "cache (KV"),
    ],
)
def test_a_mark_has_both_brackets_or_none(text: str, marked: str) -> None:
    keyword = "kv cache" if marked.startswith("KV") else "cache kv"
    view = _view(Paper(title="x", abstract=text), Match(keyword, "abstract", 1, 1.0))
    (piece,) = (piece.text for piece in view.abstract if piece.marked)
    assert piece.count("(") == piece.count(")")
    assert marked in piece


def test_the_date_is_the_first_versions() -> None:
    """Else the day of the listing."""
    assert _view(Paper(title="x", listed=date(2025, 1, 2))).date == date(2025, 1, 2)
    both = replace(Paper(title="x", listed=date(2025, 1, 2)), published=date(2024, 1, 1))
    assert _view(both).date == date(2024, 1, 1)


def test_the_words_of_a_phrase_apart_are_marked_one_by_one() -> None:
    match = Match("kv cache", "apart", 1, 1.0)
    view = _view(Paper(title="A cache", abstract="The kv store has a cache."), match)
    assert [piece.text for piece in view.abstract if piece.marked] == ["kv", "cache"]
    assert [piece.text for piece in view.title if piece.marked] == ["cache"]


def test_words_apart_are_marked_where_the_keyword_is_meant_for() -> None:
    match = Match("title: kv cache", "apart", 1, 1.0)
    view = _view(Paper(title="A cache for kv", abstract="The kv store has a cache."), match)
    assert [piece.text for piece in view.title if piece.marked] == ["cache", "kv"]
    assert not any(piece.marked for piece in view.abstract)
    assert [str(chip) for chip in view.why.chips] == ["title: kv cache (words apart)"]
