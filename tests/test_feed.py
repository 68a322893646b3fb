"""The public feeds, held to what the W3C feed validator and the three specifications ask for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from digest.errors import RenderError
from digest.model import (
    Alike,
    ChangeKind,
    Edition,
    Entry,
    KnownPaper,
    Links,
    Match,
    Paper,
    Profile,
    Publication,
    ReaderKind,
)
from digest.renderers.environment import environment
from digest.renderers.feed import FeedRenderer
from digest.renderers.view import SiteInfo
from tests.papers import known, paper, profile

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
SITE = SiteInfo(title="Daily Papers", base_url="https://papers.example")
PROFILE = profile("speculative decoding", "kv cache", name="fast", title="Fast & small models")
DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC)
MATCHES = (
    Match("decoding", "title", 1, 1.5),
    Match("decoding", "abstract", 2, 1.0),
    Match("latency", "abstract", 1, 0.5),
)


def entry(one: KnownPaper, *, at: datetime = NOON, kind: ChangeKind = ChangeKind.NEW, score: float = 3.0) -> Entry:
    return Entry(paper=one, kind=kind, at=at, score=score, matches=MATCHES, profile="fast")


def edition(*entries: Entry, day: date = DAY) -> Edition:
    return Edition(
        reader="feed:fast",
        kind=ReaderKind.FEED,
        date=day,
        from_seq=0,
        to_seq=len(entries),
        entries=entries,
        considered=len(entries),
        receipts=(),
        message_id=None,
        created_at=NOON,
    )


def files(*editions: Edition, site: SiteInfo = SITE, profiles: tuple[Profile, ...] = (PROFILE,)) -> dict[str, bytes]:
    publication = Publication(profiles=profiles, feeds={"fast": editions}, days=(), archive=())
    made = FeedRenderer(environment=environment(), site=site).render(publication)
    return {file.path: file.content for file in made}


def rss(*editions: Edition, site: SiteInfo = SITE) -> Any:
    return etree.fromstring(files(*editions, site=site)["feeds/fast.rss.xml"])[0]


def atom(*editions: Edition, site: SiteInfo = SITE) -> Any:
    return etree.fromstring(files(*editions, site=site)["feeds/fast.atom.xml"])


def json_feed(*editions: Edition, site: SiteInfo = SITE) -> Any:
    return json.loads(files(*editions, site=site)["feeds/fast.json"])


LANTERN = known(
    paper(
        authors=("Ada Example", "Grace Invented"),
        organization="Institute for Examples",
        categories=("cs.CL", "cs.LG", "cs.CL"),
        published=date(2026, 11, 19),
        upvotes=41,
        comments=7,
        links=Links(
            abstract="https://arxiv.org/abs/2611.00001",
            pdf="https://arxiv.org/pdf/2611.00001",
            code="https://code.example/lantern",
        ),
        arxiv_id="2611.00001",
    )
)
ORPHAN = known(paper("Notes on Tides", "", author_count=5))


# ------------------------------------------------------------------------------------------- what a validator asks


class _Body(HTMLParser):
    """The tags and links of an HTML fragment."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]


def assert_absolute(*urls: str) -> None:
    for url in urls:
        assert urlsplit(url).scheme in {"http", "https"}, url
        assert urlsplit(url).hostname, url
        assert re.fullmatch(r"[!-~]+", url), url


def assert_tag(uri: str) -> None:
    """RFC 4151, section 2.1."""
    assert re.fullmatch(
        r"tag:[a-z0-9]([a-z0-9.-]*[a-z0-9])?,\d{4}:([A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-F]{2})*", uri
    )


def assert_body(text: str) -> None:
    body = _Body(text)
    assert body.tags <= {"p", "em", "strong", "span", "a"}
    assert all(urlsplit(url).scheme in {"http", "https"} for url in body.links)


def assert_valid_rss(content: bytes) -> None:
    root: Any = etree.fromstring(content)
    assert root.tag == "rss"
    assert root.get("version") == "2.0"
    [channel] = root
    for name in ("title", "link", "description", "lastBuildDate", "language", "generator", "docs"):
        assert channel.findtext(name), name
        assert len(channel.findall(name)) == 1, name
    [own] = channel.findall(f"{ATOM}link")
    assert (own.get("rel"), own.get("type")) == ("self", "application/rss+xml")
    assert_absolute(own.get("href"), channel.findtext("link"))
    dates = [channel.findtext("lastBuildDate"), *(item.findtext("pubDate") for item in channel.findall("item"))]
    for text in dates:
        assert re.fullmatch(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000", text)
        assert f"{parsedate_to_datetime(text):%a}" == text[:3]
    guids = [item.find("guid") for item in channel.findall("item")]
    assert all(guid.get("isPermaLink") == "false" for guid in guids)
    assert len({guid.text for guid in guids}) == len(guids)
    for item in channel.findall("item"):
        assert_tag(item.findtext("guid"))
        assert item.findtext("title")
        assert len(item.findall("link")) <= 1
        assert not item.findall("author"), "RSS wants an e-mail address in it"
        assert_body(item.findtext(f"{CONTENT}encoded"))
        assert not _Body(item.findtext("title")).tags
        assert not _Body(item.findtext("description") or "").tags
        assert_absolute(*(link.text for link in item.findall("link")))


def assert_valid_atom(content: bytes) -> None:
    root: Any = etree.fromstring(content)
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
            assert element.findtext(f"{ATOM}{name}"), name
        for stamp in (element.findtext(f"{ATOM}updated"), element.findtext(f"{ATOM}published")):
            assert stamp is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", stamp)
        assert_tag(element.findtext(f"{ATOM}id"))
        links = element.findall(f"{ATOM}link")
        assert_absolute(*(link.get("href") for link in links))
        kinds = [(link.get("rel", "alternate"), link.get("type"), link.get("hreflang")) for link in links]
        assert len(set(kinds)) == len(kinds), "DuplicateAtomLink"
    assert root.find(f"{ATOM}author") is not None
    assert [link.get("type") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"] == [
        "application/atom+xml"
    ]
    ids = [element.findtext(f"{ATOM}id") for element in (root, *entries)]
    assert len(set(ids)) == len(ids)
    for one in entries:
        body = one.find(f"{ATOM}content")
        assert body.get("type") == "html"
        assert_body(body.text)
        assert one.find(f"{ATOM}summary").get("type", "text") == "text"
        terms = [category.get("term") for category in one.findall(f"{ATOM}category")]
        assert len(set(terms)) == len(terms)


def assert_valid_json_feed(content: bytes) -> None:
    feed = json.loads(content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert_absolute(feed["feed_url"], feed["home_page_url"])
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    for item in feed["items"]:
        assert None not in item.values()
        assert_tag(item["id"])
        assert_absolute(*([item["url"]] if "url" in item else []))
        assert_body(item["content_html"])
        assert datetime.fromisoformat(item["date_published"]).tzinfo is not None


def assert_valid(made: dict[str, bytes]) -> None:
    assert_valid_rss(made["feeds/fast.rss.xml"])
    assert_valid_atom(made["feeds/fast.atom.xml"])
    assert_valid_json_feed(made["feeds/fast.json"])
    etree.fromstring(made["feeds/subscriptions.opml"])


# ------------------------------------------------------------------------------------------------------ the promises


def test_a_feed_in_three_formats_and_a_list() -> None:
    made = files(edition(entry(LANTERN), entry(ORPHAN)))
    assert sorted(made) == [
        "feeds/fast.atom.xml",
        "feeds/fast.json",
        "feeds/fast.rss.xml",
        "feeds/subscriptions.opml",
    ]
    assert_valid(made)


def test_a_feed_without_entries_is_valid_and_has_a_fixed_date() -> None:
    made = files()
    assert_valid(made)
    assert etree.fromstring(made["feeds/fast.atom.xml"]).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"


def test_localhost_will_do() -> None:
    made = files(edition(entry(LANTERN)), site=SiteInfo(title="Mine", base_url="http://localhost:8000"))
    assert_valid(made)
    assert json.loads(made["feeds/fast.json"])["feed_url"] == "http://localhost:8000/feeds/fast.json"
    assert json.loads(made["feeds/fast.json"])["items"][0]["id"] == "tag:localhost,2026:arxiv:2611.00001"


@pytest.mark.parametrize(
    ("host", "authority"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("[::1]:8000", "1"),
        ("my_host", "my-host"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_any_host_makes_a_tag(host: str, authority: str) -> None:
    made = json_feed(edition(entry(LANTERN)), site=SiteInfo(title="Mine", base_url=f"https://{host}"))
    assert made["items"][0]["id"] == f"tag:{authority},2026:arxiv:2611.00001"


@pytest.mark.parametrize("parse", [rss, atom])
def test_each_format_names_its_own_address(parse: Any) -> None:
    own = [link.get("href") for link in parse().iter(f"{ATOM}link") if link.get("rel") == "self"]
    assert own == [f"https://papers.example/feeds/fast.{parse.__name__}.xml"]


def test_feed_readers_find_everything() -> None:
    """What feedparser, a reader of feeds, makes of them."""
    made = files(edition(entry(LANTERN)))
    for name in ("rss", "atom"):
        feed = feedparser.parse(made[f"feeds/fast.{name}.xml"])
        assert not feed.bozo
        assert feed.feed.title == "Fast & small models · Daily Papers"
        [found] = feed.entries
        assert found.title == LANTERN.paper.title
        assert found.link == "https://arxiv.org/abs/2611.00001"
        assert found.id == "tag:papers.example,2026:arxiv:2611.00001"
        assert found.published_parsed[:6] == (2026, 11, 20, 12, 0, 0)
        assert [tag.term for tag in found.tags] == ["cs.CL", "cs.LG"]
        assert [author.name for author in found.authors][-1] == "Grace Invented"


def test_an_entry_says_why_and_shows_everything() -> None:
    body = atom(edition(entry(LANTERN))).findtext(f"{ATOM}entry/{ATOM}content")
    text = re.sub("<[^>]+>", "", body)
    assert "decoding ×3 · latency" in text
    assert "Ada Example, Grace Invented · Institute for Examples · 19 Nov 2026" in text
    assert LANTERN.paper.abstract in text
    assert _Body(body).links == [
        "https://arxiv.org/abs/2611.00001",
        "https://arxiv.org/pdf/2611.00001",
        "https://code.example/lantern",
    ]
    assert rss(edition(entry(LANTERN))).findtext(f"item/{CONTENT}encoded") == body
    assert json_feed(edition(entry(LANTERN)))["items"][0]["content_html"] == body


def test_the_summary_is_text() -> None:
    made = json_feed(edition(entry(known(paper(abstract="A decoding for a < b & c.")))))
    assert made["items"][0]["summary"] == "decoding ×3 · latency: A decoding for a < b & c."
    item = rss(edition(entry(known(paper(abstract="A decoding for a <b> & c.")))))
    assert item.findtext("item/description") == "decoding ×3 · latency: A decoding for a &lt;b&gt; &amp; c."


def test_one_element_for_each_author_even_of_one_name() -> None:
    names = ("Wei Sample", "Ada Example", "Wei Sample")
    one = edition(entry(known(paper(authors=names))))
    assert tuple(creator.text for creator in rss(one).iter(f"{DC}creator")) == names
    assert tuple(name.text for name in atom(one).iterfind(f"{ATOM}entry/{ATOM}author/{ATOM}name")) == names
    assert tuple(author["name"] for author in json_feed(one)["items"][0]["authors"]) == names


def test_where_only_the_number_of_authors_is_known_the_feed_stands_in() -> None:
    one = edition(entry(ORPHAN))
    assert not list(rss(one).iter(f"{DC}creator"))
    assert atom(one).findtext(f"{ATOM}author/{ATOM}name") == "Daily Papers"
    assert not atom(one).findall(f"{ATOM}entry/{ATOM}author")
    assert "5 authors" in json_feed(one)["items"][0]["content_html"]


def test_an_entry_with_nothing_but_a_mark_for_a_title_stands() -> None:
    bare = KnownPaper(key="title:x", paper=Paper(title="∅"), aliases=("title:x",))
    assert_valid(files(edition(replace(entry(bare), matches=()))))


def test_what_is_alike_says_which_it_is_like() -> None:
    """A feed is flat: nothing stands below another in it."""
    alike = replace(entry(ORPHAN), alike=Alike(LANTERN.key, "by the same authors"))
    made = files(edition(entry(LANTERN), alike))
    assert_valid(made)
    first, second = (item["content_html"] for item in json.loads(made["feeds/fast.json"])["items"])
    assert "Much like" not in first
    assert f"Much like “{LANTERN.paper.title}”, by the same authors" in re.sub("<[^>]+>", "", second)


# -- what never moves


def test_what_comes_later_does_not_change_what_was_told() -> None:
    """Even where it is better, and the same news."""
    told = json_feed(edition(entry(ORPHAN)))["items"][0]
    alike = replace(entry(ORPHAN), alike=Alike(LANTERN.key, "by the same authors"))
    later = entry(LANTERN, at=NOON + timedelta(hours=3))
    assert json_feed(edition(later, alike))["items"][1] == told


def test_the_same_publication_gives_the_same_bytes() -> None:
    editions = (edition(entry(LANTERN), entry(ORPHAN)),)
    assert files(*editions) == files(*editions)


def test_votes_sources_versions_and_trends_change_nothing() -> None:
    later = replace(LANTERN, paper=replace(LANTERN.paper, upvotes=900, comments=80, version=3), sources={"second": ()})
    trending = entry(later, kind=ChangeKind.TRENDING)
    assert files(edition(entry(LANTERN))) == files(edition(trending))


def test_a_paper_told_again_keeps_its_place_and_its_instant() -> None:
    again = entry(LANTERN, at=NOON + timedelta(days=1), kind=ChangeKind.TRENDING)
    other = entry(ORPHAN, at=NOON + timedelta(days=1))
    made = json_feed(edition(again, other, day=DAY + timedelta(days=1)), edition(entry(LANTERN)))
    assert [item["title"] for item in made["items"]] == ["Notes on Tides", LANTERN.paper.title]
    assert made["items"][1]["date_published"] == "2026-11-20T12:00:00+00:00"


def test_a_withdrawn_paper_says_so() -> None:
    gone = replace(LANTERN, paper=replace(LANTERN.paper, withdrawn=True))
    assert "Withdrawn" in json_feed(edition(entry(gone)))["items"][0]["content_html"]


def test_the_feed_is_as_new_as_its_newest_entry() -> None:
    late = entry(ORPHAN, at=NOON + timedelta(hours=3))
    one = edition(entry(LANTERN), late)
    assert atom(one).findtext(f"{ATOM}updated") == "2026-11-20T15:00:00+00:00"
    assert rss(one).findtext("lastBuildDate") == "Fri, 20 Nov 2026 15:00:00 +0000"


def test_newest_edition_first_best_first_in_it_a_hundred_at_most() -> None:
    def papers(day: int) -> list[Entry]:
        at = NOON - timedelta(days=day)
        return [entry(known(paper(f"Paper {day}-{number}", f"{day} {number}")), at=at) for number in range(45)]

    made = json_feed(*(edition(*papers(day), day=DAY - timedelta(days=day)) for day in range(3)))
    titles = [item["title"] for item in made["items"]]
    assert titles == [f"Paper {day}-{number}" for day in range(3) for number in range(45)][:100]
    for parse, path in ((rss, "item/title"), (atom, f"{ATOM}entry/{ATOM}title")):
        root = parse(*(edition(*papers(day), day=DAY - timedelta(days=day)) for day in range(3)))
        assert [title.text for title in root.iterfind(path)] == titles


# -- what is hostile


@pytest.mark.parametrize("title", ["R&D for a < b", "AT&T", "Plain & simple", "α → β, 5 > 3"])
def test_what_is_no_markup_comes_out_as_it_is(title: str) -> None:
    one = edition(entry(known(paper(title))))
    assert rss(one).findtext("item/title") == title
    assert feedparser.parse(files(one)["feeds/fast.rss.xml"]).entries[0].title == title


@pytest.mark.parametrize("title", ["A <b>bold</b> claim", "<script>alert(1)</script>", "x<y", "&lt;b&gt;", "&copy 2"])
def test_what_could_be_taken_for_markup_is_none(title: str) -> None:
    one = edition(entry(known(paper(title))))
    body = HTMLText(rss(one).findtext("item/title"))
    assert not body.tags
    assert body.text == title, "a reader that takes titles for HTML shows it as it is"
    assert atom(one).findtext(f"{ATOM}entry/{ATOM}title") == title
    assert json_feed(one)["items"][0]["title"] == title


class HTMLText(_Body):
    """What a browser would show."""

    def __init__(self, text: str) -> None:
        self.text = ""
        super().__init__(text)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("\x0bvertical", id="vertical tab"),
        pytest.param("lone \ud800 surrogate", id="surrogate"),
        pytest.param("line\u2028separator", id="line separator"),
        pytest.param("\u202eturned", id="right to left"),
        pytest.param("\ufffe\uffff", id="non-characters"),
        pytest.param("]]>", id="end of CDATA"),
        pytest.param("\x00", id="nul"),
        pytest.param("x" * 1_000_000, id="a megabyte"),
    ],
)
def test_any_title_gives_well_formed_feeds(title: str) -> None:
    hostile = paper(title, title, authors=(title,), organization=title, categories=(title,))
    bad = KnownPaper(key=f"title:{title[:40]}", paper=hostile, aliases=())
    assert_valid(files(edition(entry(bad)), profiles=(replace(PROFILE, title=title),), site=replace(SITE, title=title)))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), min_size=1))
def test_any_text_gives_well_formed_feeds(text: str) -> None:
    bad = KnownPaper(key=f"title:{text}", paper=paper(text, text, authors=(text,), categories=(text,)), aliases=())
    assert_valid(files(edition(entry(bad))))


def test_links_are_http_or_are_dropped() -> None:
    bad = paper(links=Links(abstract="javascript:alert(1)", pdf="/relative.pdf", code="https://code.example/é|x"))
    made = files(edition(entry(known(bad))))
    assert_valid(made)
    assert b"javascript" not in b"".join(made.values())
    assert b"relative.pdf" not in b"".join(made.values())


def test_the_list_can_be_imported_again() -> None:
    profiles = (PROFILE, profile("tide", name="tides", title='Tides "and" <waves>'))
    root = etree.fromstring(files(profiles=profiles)["feeds/subscriptions.opml"])
    assert root.tag == "opml"
    assert root.get("version") == "2.0"
    outlines = root.findall("body/outline")
    assert [outline.get("text") for outline in outlines] == [
        "Fast & small models · Daily Papers",
        'Tides "and" <waves> · Daily Papers',
    ]
    assert [outline.get("xmlUrl") for outline in outlines] == [
        "https://papers.example/feeds/fast.atom.xml",
        "https://papers.example/feeds/tides.atom.xml",
    ]
    assert all(outline.get("type") == "rss" for outline in outlines)


def test_a_broken_template_of_the_users_own_is_told(tmp_path: Any) -> None:
    (tmp_path / "feed").mkdir()
    (tmp_path / "feed" / "entry.html").write_text("{{ paper.no_such_thing }}", encoding="utf-8")
    publication = Publication(profiles=(PROFILE,), feeds={"fast": (edition(entry(LANTERN)),)}, days=(), archive=())
    with pytest.raises(RenderError, match=r"entry\.html, line 1"):
        list(FeedRenderer(environment=environment(tmp_path), site=SITE).render(publication))
