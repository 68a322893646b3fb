"""The site's pages. $DIGEST_RENEW_GOLDEN=1 writes the golden file anew; look at the difference."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

import pytest

from digest.model import Alike, Day, Links, Paper, Publication
from digest.renderers.environment import environment
from digest.renderers.page import PageRenderer
from digest.renderers.view import paper_view
from tests.golden import sample
from tests.golden.outline import Outline
from tests.papers import profile

GOLDEN = Path(__file__).parent / "golden"
EMPTY = Publication(profiles=sample.PROFILES, feeds={}, days=(), archive=())


def _renderer() -> PageRenderer:
    return PageRenderer(environment=environment(), site=sample.SITE)


def _files(publication: Publication) -> dict[str, str]:
    return {file.path: file.content.decode() for file in _renderer().render(publication)}


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return _files(sample.publication())


def _pages(files: dict[str, str]) -> dict[str, str]:
    return {path: content for path, content in files.items() if path.endswith(".html")}


def test_golden(files: dict[str, str]) -> None:
    """The page is byte for byte what was looked at and found good."""
    made = files["index.html"].encode()
    if os.environ.get("DIGEST_RENEW_GOLDEN") == "1":
        (GOLDEN / "page.html").write_bytes(made)
    assert made == (GOLDEN / "page.html").read_bytes()


def test_the_files_of_the_site(files: dict[str, str]) -> None:
    """A page a day, the newest as index, an archive and one style sheet."""
    assert set(files) == {"style.css", "index.html", "2025-11-21.html", "archive.html"}
    assert files["index.html"] == files["2025-11-21.html"]


def test_the_same_publication_gives_the_same_bytes(files: dict[str, str]) -> None:
    """No clock is looked at."""
    assert _files(sample.publication()) == files


def test_pages_are_well_formed_and_quiet(files: dict[str, str]) -> None:
    """No script and no style of their own, so that a strict Content-Security-Policy holds."""
    for page in _pages(files).values():
        outline = Outline(page)
        assert outline.faults == []
        assert not outline.all("script")
        assert not outline.all("style")
        assert outline.handlers == []
        assert not any("style" in attrs for _, attrs in outline.elements)


def test_every_page_leads_to_the_feeds(files: dict[str, str]) -> None:
    """Three formats for each profile, found by readers on their own, and the list of all."""
    for page in _pages({**files, **_files(EMPTY)}).values():
        found = [(link["type"], link["href"]) for link in Outline(page).all("link") if link["rel"] == "alternate"]
        assert found[:3] == [
            ("application/rss+xml", "feeds/efficient-llm.rss.xml"),
            ("application/atom+xml", "feeds/efficient-llm.atom.xml"),
            ("application/feed+json", "feeds/efficient-llm.json"),
        ]
        assert len(found) == 9
        assert "feeds/subscriptions.opml" in Outline(page).links


def test_links_between_pages_are_relative(files: dict[str, str]) -> None:
    """The folder works from disk and on any host; days stand in their order."""
    links = Outline(files["index.html"]).links
    assert {"2025-11-20.html", "2025-11-24.html", "archive.html", "index.html", "style.css"} <= set(links)
    own = [link for link in links if "papers.example" in link]
    assert own == ["https://papers.example/2025-11-21.html"]  # the canonical one


def test_the_archive_has_every_day(files: dict[str, str]) -> None:
    """By month, newest first."""
    page = files["archive.html"]
    assert [
        page.index(text) for text in ("November 2025", "Mon 24 Nov", "Thu 20 Nov", "October 2025", "Fri 31 Oct")
    ] == sorted(
        page.index(text) for text in ("November 2025", "Mon 24 Nov", "Thu 20 Nov", "October 2025", "Fri 31 Oct")
    )
    assert page.count("<time") == 4


def test_the_page_lists_every_paper_and_each_profiles_matches(files: dict[str, str]) -> None:
    """Matches come first, with why; then all papers, with what is known of each."""
    page = files["index.html"]
    outline = Outline(page)
    assert len(outline.all("article")) == len(sample.ENTRIES) + len(sample.PAPERS)
    assert '<span class="chip" dir="auto">speculative decoding ×3</span>' in page
    text = " ".join(outline.text.split())
    assert "42 new papers · Fri 21 Nov 2025" in text
    assert "5 authors · University of Tarn · 18 Nov 2025 · 2 comments" in text
    assert "112 votes · 14 comments" in text
    assert "And 26 more papers;" in text
    assert "journal was quiet: nothing new since Thu 20 Nov." in text
    assert sample.PAPERS[0].paper.abstract in text


def test_what_stands_below_another_is_counted_and_has_its_links() -> None:
    """Whoever looks at the numbers of a run finds them on the page."""
    found = tuple(entry for entry in sample.ENTRIES if entry.profile == "efficient-llm")
    first, *others = found
    alike = tuple(replace(one, alike=Alike(first.paper.key, "also on GSM8K")) for one in others)
    edition = sample.edition("feed:efficient-llm", (first, *alike))
    day = replace(sample.publication().days[0], editions=(edition,))
    page = _files(replace(sample.publication(), profiles=sample.PROFILES[:1], days=(day,)))["index.html"]
    outline = Outline(page)
    assert outline.faults == []
    assert f'>{sample.PROFILES[0].title}</a> <span class="soft">{len(found)}</span>' in page
    section = page[page.index('id="profile-1"') : page.index('id="papers"')]
    assert section.count("<article") == 1
    for one in alike:
        for link in paper_view(one.paper).links:
            assert section.count(f'href="{escape(link.url)}">{link.label}</a>') == 1
    assert "Aurelio Finch, Beatrix Nkemelu" in section


def test_a_profile_without_matches_says_so() -> None:
    """And its feeds stay where they are."""
    quiet = profile("nothing", name="quiet & small", title="Quiet")
    page = _files(replace(sample.publication(), profiles=(quiet,)))["index.html"]
    assert "Nothing matched on this day." in page
    assert "feeds/quiet%20%26%20small.rss.xml" in page


def test_the_first_page_says_what_to_do() -> None:
    """Before the first dump there is an index all the same."""
    files = _files(EMPTY)
    assert set(files) == {"style.css", "index.html", "archive.html"}
    assert "digest run" in files["index.html"]
    assert all(Outline(page).faults == [] for page in _pages(files).values())


def test_a_day_without_papers() -> None:
    """It has a page, and its receipts say why."""
    day = Day(date=date(2025, 11, 22), papers=(), receipts=sample.RECEIPTS[2:])
    page = _files(replace(EMPTY, days=(day,), archive=(day.date,)))["2025-11-22.html"]
    assert "<title>No new papers · Sat 22 Nov 2025 – Daily Papers</title>" in page
    assert "journal was quiet" in page


def test_the_index_says_what_came_since() -> None:
    """The newest day that brought something stays, and nobody wonders about the days after it."""
    quiet = Day(date=date(2025, 11, 23), papers=(), receipts=sample.RECEIPTS[2:])
    unread = Day(date=date(2025, 11, 22), papers=())
    files = _files(replace(sample.publication(), since=(quiet, unread)))
    text = " ".join(Outline(files["index.html"]).text.split())
    assert "Sun 23 Nov: nothing new. journal was quiet: nothing new since Thu 20 Nov." in text
    assert "Sat 22 Nov: nothing new. No source was read." in text
    assert text.index("Sun 23 Nov") < text.index("Sat 22 Nov") < text.rindex("42 new papers")
    assert "nothing new. No source" not in files["2025-11-21.html"]
    assert all(Outline(page).faults == [] for page in _pages(files).values())


def test_the_first_page_says_what_came_too() -> None:
    """Something was read, and it brought nothing."""
    quiet = Day(date=date(2025, 11, 23), papers=(), receipts=sample.RECEIPTS[2:])
    assert "journal was quiet" in _files(replace(EMPTY, since=(quiet,)))["index.html"]


def _hostile(text: str) -> Publication:
    paper = replace(
        sample.PAPERS[0],
        paper=Paper(
            title=text, abstract=text * 2, authors=(text,), organization=text, links=Links(abstract=text, pdf=text)
        ),
    )
    edition = sample.edition("feed:efficient-llm", (replace(sample.ENTRIES[0], paper=paper),))
    profiles = (replace(sample.PROFILES[0], title=text),)
    return Publication(
        profiles=profiles,
        feeds={},
        days=(Day(date=sample.DAY, papers=(paper,), editions=(edition,), receipts=sample.RECEIPTS),),
        archive=(sample.DAY,),
    )


def _assert_harmless(renderer: PageRenderer, text: str) -> None:
    for file in renderer.render(_hostile(text)):
        if not file.path.endswith(".html"):
            continue
        page = file.content.decode()
        outline = Outline(page)
        assert outline.faults == []
        assert "<script" not in page.lower()
        assert outline.handlers == []
        assert not any(":" in link.split("/")[0] and not link.startswith(("https:", "http:")) for link in outline.links)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "\x00\ud800\u2028"]
)
def test_hostile_text_is_text(text: str) -> None:
    """Wherever it stands."""
    _assert_harmless(_renderer(), text)


@pytest.mark.shared
def test_naughty_strings(shared_data: Path) -> None:
    """The list of strings that broke others."""
    renderer = _renderer()
    for text in json.loads((shared_data / "hostile" / "naughty-strings.json").read_text(encoding="utf-8")):
        _assert_harmless(renderer, text)
