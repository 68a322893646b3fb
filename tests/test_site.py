"""The public files over the days: what is written and deleted, and what leads to what."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from digest.errors import ConfigError
from tests.conftest import ROOT
from tests.papers import LANTERN, TIDES, paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from digest.app import App
    from digest.model import OutputFile, Paper, Publication
    from tests.world import World

SECOND_PROFILE = """
[[profile]]
name = "tides"
title = "Tides"
keywords = ["tides"]
"""


def lantern(number: int) -> Paper:
    """A paper that the profile wants; each has an abstract of its own."""
    words = " ".join(f"variant{number}word{place}" for place in range(40))
    return paper(f"Lantern {number}: drafting ahead for faster decoding of text", f"{LANTERN} It uses {words}.")


def tide(number: int) -> Paper:
    words = " ".join(f"basin{number}word{place}" for place in range(40))
    return paper(f"Tides and the mantle beneath basin number {number}", f"{TIDES} It covers {words}.")


def day(world: World, name: str, *papers: Paper) -> App:
    """A dump is read and everything is delivered."""
    if papers:
        world.dump(name, papers)
    app = world.app
    app.ingest()
    app.publish()
    app.deliver()
    return app


def site(world: World) -> Path:
    return world.folder / "out" / "site"


def public(world: World) -> set[str]:
    """The paths of all files of the site."""
    return {path.relative_to(site(world)).as_posix() for path in site(world).rglob("*") if path.is_file()}


def pages(world: World) -> list[str]:
    return sorted(path.stem for path in site(world).glob("2*.html"))


def dead_links(world: World) -> set[str]:
    pages = [path.read_text() for path in site(world).glob("*.html")]
    links = {link for page in pages for link in re.findall(r'href="([^":]+)"', page)}
    return {link for link in links if not link.startswith("#") and not (site(world) / link).exists()}


# ------------------------------------------------------------------------------------------------------ the days


def test_days_that_brought_nothing_leave_the_newest_papers_on_the_index(world: World) -> None:
    day(world, "a.txt", lantern(1), tide(1))
    for _ in range(2):
        world.now += timedelta(days=1)
        day(world, "")
    index = (world.folder / "out/site/index.html").read_text()
    assert tide(1).title in index
    assert "Sat 21 Nov</time>: nothing new." in index
    assert "Sun 22 Nov</time>: nothing new. inbox was quiet" in index
    assert pages(world) == ["2026-11-20"]
    assert dead_links(world) == set()
    world.now += timedelta(days=1)
    day(world, "b.txt", tide(2))
    index = (world.folder / "out/site/index.html").read_text()
    assert "nothing new." not in index
    assert pages(world) == ["2026-11-20", "2026-11-23"]
    assert 'rel="prev" href="2026-11-20.html"' in index, "the days between have no page"


def ten_days(world: World) -> App:
    """A history of ten days, and all of their pages."""
    app = day(world, "a.txt", lantern(1))
    for number in range(1, 10):
        world.dump("a.txt", [tide(number)])
        app.ingest(as_of=date(2026, 11, 20) - timedelta(days=number))
    app.deliver()
    assert len(pages(world)) == 10
    return app


def write_some(app: App) -> None:
    """Write the site, with at most seven pages of days."""
    replace(app.site, fresh_days=3, older_days=4).write(app.clock())


def test_a_folder_that_was_deleted_comes_back(world: World) -> None:
    """In parts, newest first, and no page leads to one that is not there yet."""
    app = ten_days(world)
    shutil.rmtree(world.folder / "out/site")
    write_some(app)
    assert len(pages(world)) == 7
    assert dead_links(world) == set()
    write_some(app)
    assert len(pages(world)) == 10
    assert dead_links(world) == set()
    for path in (world.folder / "out/site").glob("2*.html"):
        assert ('rel="prev"' in path.read_text()) == (path.stem != pages(world)[0])


def test_entries_of_a_day_long_past_come_back_too(world: World) -> None:
    app = day(world, "a.txt", lantern(1))
    for number in range(70):
        world.now += timedelta(days=1)
        if number < 10:
            world.dump("a.txt", [tide(number)])
            app.ingest()
        app.publish()
    page = world.folder / "out/site/2026-11-20.html"
    before = page.read_text()
    page.unlink()
    app.deliver()
    assert before.count("<article") == page.read_text().count("<article") == 2


# --------------------------------------------------------------------------------- what is written and what is not


class NoRenderer:
    """Fails when it is asked for anything."""

    def render(self, publication: Publication) -> Iterator[OutputFile]:
        raise AssertionError("something is rendered")
        yield  # type: ignore[unreachable]


def write_without_renderers(app: App) -> list[str]:
    """Write the site; fail if anything is rendered."""
    return replace(app.site, renderers=lambda: [NoRenderer()]).write(app.clock())[0]


def test_nothing_is_rendered_if_nothing_is_new(world: World) -> None:
    day(world, "a.txt", lantern(1), tide(1))
    assert write_without_renderers(world.app) == []
    # The inbox is looked at again, and brings nothing; on the second time the page knows that already.
    app = world.app
    app.ingest()
    app.deliver()
    app.ingest()
    assert write_without_renderers(app) == []


def test_a_source_that_brings_nothing_on_a_new_day_is_on_the_page(world: World) -> None:
    day(world, "a.txt", lantern(1))
    before = (site(world) / "index.html").read_text()
    world.now += timedelta(days=1)
    day(world, "")
    assert (site(world) / "index.html").read_text() != before


def test_what_somebody_deleted_comes_back(world: World) -> None:
    app = day(world, "a.txt", lantern(1))
    before = public(world)
    (site(world) / "feeds/decoding.json").unlink()
    app.deliver()
    assert public(world) == before


@pytest.mark.parametrize("change", ["title", "template", "profile"])
def test_a_new_look_reaches_every_page(world: World, change: str) -> None:
    """Old ones too, some in each run; meanwhile every link leads somewhere."""
    ten_days(world)
    mark = {"title": "Tide Lists", "template": "<p>A line of our own", "profile": "feeds/tides.json"}[change]
    match change:
        case "title":
            world.path.write_text(world.path.read_text().replace("Tide Tables", mark))
        case "template":
            built_in = (ROOT / "templates/web/base.html").read_text()
            world.template("web/base.html", built_in.replace("<main>", f"{mark}</p><main>"))
        case _:
            world.configure(SECOND_PROFILE)
    app = world.app
    app.publish()
    for number in (7, 10):
        write_some(app)
        assert sum(mark in path.read_text() for path in site(world).glob("2*.html")) == number
        assert len(pages(world)) == 10
        assert dead_links(world) == set()
    assert write_without_renderers(app) == []


def test_a_run_that_is_stopped_is_completed_by_the_next(world: World) -> None:
    """Even if meanwhile everything is again as it was before."""
    app = day(world, "a.txt", lantern(1))
    before = {path: (site(world) / path).read_bytes() for path in public(world)}
    text = world.path.read_text()
    world.path.write_text(text.replace("Tide Tables", "Tide Lists"))
    (site(world) / "archive.html").unlink()
    (site(world) / "archive.html").mkdir()  # written last: it is in the way
    assert "archive.html" in (world.app.deliver().site_error or "")
    assert b"Tide Lists" in (site(world) / "index.html").read_bytes()
    (site(world) / "archive.html").rmdir()
    world.path.write_text(text)
    app = world.app
    app.deliver()
    assert {path: (site(world) / path).read_bytes() for path in public(world)} == before


@pytest.mark.parametrize(
    "record", [b"", b"[]", b'{"files": {"a": 3}}', b'{"made_of": null, "files": {"index.html": {}}}']
)
def test_a_record_that_cannot_be_read_costs_nothing(world: World, record: bytes) -> None:
    app = day(world, "a.txt", lantern(1))
    before = public(world)
    (world.folder / "out/site.json").write_bytes(record)
    app.deliver()
    assert public(world) == before
    assert write_without_renderers(app) == []


# ---------------------------------------------------------------------------------------------- what is deleted


def test_what_belongs_to_a_profile_goes_with_it(world: World) -> None:
    """Its feeds, and the pages of days on which only it found something; nothing that somebody else put there."""
    world.configure(SECOND_PROFILE)
    app = day(world, "a.txt", lantern(1))
    before = public(world)
    for name in ("CNAME", "feeds/decoding.atom", "feeds/mine.rss.xml", "2020-01-01.html"):
        (site(world) / name).write_text("mine")
    mine = public(world) - before
    world.configure()
    app = world.app
    app.deliver()
    gone = {f"feeds/tides.{ending}" for ending in ("rss.xml", "atom.xml", "json")}
    assert public(world) == before - gone | mine
    assert gone <= before
    assert dead_links(world) == set()
    assert "tides" not in (site(world) / "feeds/subscriptions.opml").read_text()
    world.configure(SECOND_PROFILE)
    world.app.deliver()
    assert public(world) == before | mine


def test_a_day_of_which_nothing_is_left_has_no_page(world: World) -> None:
    """The paper came in on Friday; on Saturday it was trending, which only one profile wanted to know."""
    world.configure(SECOND_PROFILE)
    record = {"title": tide(1).title, "abstract": tide(1).abstract, "authors": ["Ines Okafor"], "doi": "10.5555/1"}
    for votes in (1, 500):
        (world.folder / "inbox" / f"{votes}.jsonl").write_text(json.dumps({**record, "upvotes": votes}))
        day(world, "")
        world.now += timedelta(days=1)
    assert pages(world) == ["2026-11-20", "2026-11-21"]
    world.configure()
    world.app.deliver()
    assert pages(world) == ["2026-11-20"]
    assert dead_links(world) == set()


def test_an_empty_history_deletes_no_page(world: World) -> None:
    """Whoever names the wrong database for once must not lose the archive."""
    day(world, "a.txt", lantern(1))
    text = world.path.read_text()
    world.path.write_text(text.replace("digest.db", "other.db"))
    world.app.deliver()
    assert pages(world) == ["2026-11-20"]
    world.path.write_text(text)
    world.app.deliver()
    assert pages(world) == ["2026-11-20"]
    assert dead_links(world) == set()


OLD = ROOT / "tests" / "data" / "upgrade" / "feeds"


def test_feeds_of_an_earlier_version_are_not_left_to_grow_stale(world: World) -> None:
    """They were beside the site; whatever else is in their folder stays there."""
    old = world.folder / "out" / "feeds"
    shutil.copytree(OLD, old)
    (old / "mine.rss.xml").write_text("<rss><channel><generator>mine</generator></channel></rss>")
    (old / "notes.json").write_text("{}")
    (old / "lists.opml").write_text(
        '<opml version="2.0"><body><outline xmlUrl="https://a.example/x.xml"/></body></opml>'
    )
    day(world, "a.txt", lantern(1))
    assert {path.name for path in old.iterdir()} == {"mine.rss.xml", "notes.json", "lists.opml"}
    assert (site(world) / "feeds/decoding.rss.xml").is_file()


def test_the_old_folder_goes_when_it_is_empty(world: World) -> None:
    shutil.copytree(OLD, world.folder / "out" / "feeds")
    day(world, "a.txt", lantern(1))
    assert not (world.folder / "out" / "feeds").exists()


def test_a_link_in_the_place_of_the_old_folder_stays(world: World) -> None:
    """That is how a web server can be kept at the old place; it leads to the new feeds."""
    (world.folder / "out").mkdir()
    (world.folder / "out" / "feeds").symlink_to("site/feeds")
    day(world, "a.txt", lantern(1))
    assert (world.folder / "out" / "feeds" / "decoding.rss.xml").is_file()


# ------------------------------------------------------------------------------------------------ what is public


def test_nothing_private_is_beside_what_is_published(world: World) -> None:
    """A static host is given the folder ``site``: no address, database or mail may be in it."""
    day(world, "a.txt", lantern(1), tide(1))
    everything = [path for path in (world.folder / "out").rglob("*") if path.is_file()]
    private = [path for path in everything if site(world) not in path.parents]
    assert {path.name for path in private} >= {"digest.db", "site.json", "ada@example.org.eml"}
    endings = {path.name.partition(".")[2] for path in everything if path not in private}
    assert endings == {"html", "css", "rss.xml", "atom.xml", "json", "opml"}
    assert not [path for path in everything if path not in private and b"ada@example.org" in path.read_bytes()]


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("out/digest.db", "out/site/digest.db", "store.url"),
        ("out/digest.db", "out/site/feeds/../digest.db", "store.url"),
        ("[mail]", '[mail]\ndkim_domain = "a.example"\ndkim_selector = "s"\ndkim_key = "{folder}/out/site/key.pem"',
         "mail.dkim_key"),
    ],
)  # fmt: skip
def test_a_private_file_below_the_site_is_refused(world: World, before: str, after: str, problem: str) -> None:
    world.path.write_text(world.path.read_text().replace(before, after.format(folder=world.folder)))
    with pytest.raises(ConfigError, match=rf"{problem}: .*out/site.* is published"):
        _ = world.app
