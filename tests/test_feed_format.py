"""Any feed is read: RSS, RDF, Atom and JSON Feed, whatever a site puts in it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.dump import DumpAbout
from digest.errors import DumpError
from digest.formats.feed.format import Feed
from digest.model import Links, Paper
from tests.spoilt import (
    assert_cuts_are_told,
    assert_none_is_invented,
    flipped,
    papers_of,
    read,
    rejects_of,
    survive,
)

if TYPE_CHECKING:
    from pathlib import Path

NAMESPACES = """xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" xmlns:content="http://purl.org/rss/1.0/modules/content/\""""
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" {NAMESPACES}><channel><title>Journal of the Fens</title><link>https://fen.example/</link>
<pubDate>Fri, 21 Nov 2025 06:00:00 GMT</pubDate>
<item><title>Tidal Clocks &amp;amp; &lt;i&gt;Littorina&lt;/i&gt;</title><link>https://fen.example/articles/7</link>
<guid isPermaLink="false">fen-7</guid><dc:creator>Ada Moor</dc:creator><dc:creator>Jörg Sedge</dc:creator>
<prism:doi>10.5555/Fen.2025.7</prism:doi><category>chronobiology</category>
<description>&lt;p&gt;Intertidal snails open early.&lt;/p&gt;&lt;p&gt;The delay follows the moon.&lt;/p&gt;
</description><pubDate>Thu, 20 Nov 2025 00:00:00 +0200</pubDate></item>
<item><title>A Census of Forty Dams</title><link>https://arxiv.org/abs/2404.00777v3</link><guid>https://fen.example/?p=8</guid>
<dc:creator>Reed, B. &amp; Heath, C.</dc:creator>
<content:encoded><![CDATA[Beaver dams are <b>not</b> heaps.]]></content:encoded>
<pubDate>Thu, 20 Nov 2025 23:30:00 -0500</pubDate></item>
</channel></rss>
"""
PAPERS = [
    Paper(
        title="Tidal Clocks & Littorina",
        abstract="Intertidal snails open early. The delay follows the moon.",
        authors=("Ada Moor", "Jörg Sedge"),
        categories=("chronobiology",),
        published=date(2025, 11, 20),
        links=Links(abstract="https://fen.example/articles/7"),
        doi="10.5555/fen.2025.7",
    ),
    Paper(
        title="A Census of Forty Dams",
        abstract="Beaver dams are not heaps.",
        authors=("B. Reed", "C. Heath"),
        published=date(2025, 11, 21),
        version=3,
        links=Links(abstract="https://arxiv.org/abs/2404.00777", pdf="https://arxiv.org/pdf/2404.00777"),
        arxiv_id="2404.00777",
    ),
]

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Fen Notes</title><id>tag:fen.example,2025:notes</id>
<updated>2025-11-21T06:00:00Z</updated>
<entry><title type="html">Tidal &lt;b&gt;Clocks&lt;/b&gt;</title><id>https://doi.org/10.5555/Fen.2025.7</id>
<link href="https://fen.example/articles/7"/><link rel="enclosure" type="application/pdf" href="https://fen.example/7.pdf"/>
<link rel="replies" href="https://fen.example/7/talk"/>
<author><name>Fire and Water Laboratory</name></author><updated>2025-11-20T10:00:00Z</updated>
<summary>Intertidal snails open early.</summary></entry>
</feed>"""

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://fen.example/rdf"><title>Fen</title></channel>
<item rdf:about="https://fen.example/9"><title>On the Smell of Old Maps</title><link>https://fen.example/9</link>
<description>Maps exhale.</description><dc:creator>Moor, Ada</dc:creator><dc:date>2025-11-20</dc:date>
<dc:identifier>doi:10.5555/Maps</dc:identifier></item></rdf:RDF>"""

JSON: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Fen Notes",
    "items": [
        {
            "id": "https://arxiv.org/abs/2511.04321v2",
            "url": "https://fen.example/articles/7",
            "title": "Why Snails <think> of the Moon",
            "content_html": "<p>Intertidal <b>snails</b> open early.</p>",
            "date_published": "2025-11-20T00:00:00+02:00",
            "authors": [{"name": "Ada Moor"}, {"name": "Jörg Sedge"}, {"url": "https://fen.example/"}],
            "tags": ["snails", 7],
            "attachments": [{"url": "https://fen.example/7.pdf", "mime_type": "application/pdf"}],
        },
        {
            "id": "8",
            "url": "https://doi.org/10.5555/Dams",
            "title": "Dams",
            "summary": "Heaps?",
            "author": {"name": "B. Reed"},
        },
    ],
}
JSON_PAPERS = [
    Paper(
        title="Why Snails <think> of the Moon",
        abstract="Intertidal snails open early.",
        authors=("Ada Moor", "Jörg Sedge"),
        categories=("snails",),
        published=date(2025, 11, 20),
        version=2,
        links=Links(abstract="https://arxiv.org/abs/2511.04321", pdf="https://arxiv.org/pdf/2511.04321"),
        arxiv_id="2511.04321",
    ),
    Paper(
        title="Dams",
        abstract="Heaps?",
        authors=("B. Reed",),
        links=Links(abstract="https://doi.org/10.5555/Dams"),
        doi="10.5555/dams",
    ),
]


def rss(item: str) -> str:
    """A feed of one item."""
    return f'<rss version="2.0" {NAMESPACES}><channel><title>Fen</title><item>{item}</item></channel></rss>'


def only(text: str) -> Paper:
    [paper] = papers_of(read(Feed(), text))
    return paper


# ------------------------------------------------------------------------------------------ each kind of feed


def test_rss_gives_its_papers() -> None:
    assert read(Feed(), RSS) == PAPERS
    day = date(2025, 11, 21)
    assert read(Feed(), RSS, DumpAbout(as_of=day)) == [replace(paper, listed=day) for paper in PAPERS]


def test_atom_gives_its_papers_and_when_they_were_updated_says_nothing() -> None:
    assert only(ATOM) == Paper(
        title="Tidal Clocks",
        abstract="Intertidal snails open early.",
        authors=("Fire and Water Laboratory",),
        links=Links(abstract="https://fen.example/articles/7", pdf="https://fen.example/7.pdf"),
        doi="10.5555/fen.2025.7",
    )
    entry = ATOM.replace("<updated>2025-11-20T10:00:00Z</updated>", "<published>2025-11-20T10:00:00Z</published>")
    assert only(entry).published == date(2025, 11, 20)


def test_rdf_gives_its_papers() -> None:
    assert only(RDF) == Paper(
        title="On the Smell of Old Maps",
        abstract="Maps exhale.",
        authors=("Ada Moor",),
        published=date(2025, 11, 20),
        links=Links(abstract="https://fen.example/9"),
        doi="10.5555/maps",
    )


@pytest.mark.parametrize("indent", [None, 2])
def test_json_feed_gives_its_papers(indent: int | None) -> None:
    text = json.dumps(JSON, indent=indent, ensure_ascii=False)
    assert Feed().recognises(text.encode())
    assert read(Feed(), text) == JSON_PAPERS


def test_each_is_recognised_and_nothing_else() -> None:
    for text in (RSS, ATOM, RDF, '<feed xmlns="http://purl.org/atom/ns#"/>', "<rss version='0.91'>"):
        assert Feed().recognises(text.encode())
    for text in (
        "<html><body/></html>",
        "[]",
        '{"items": []}',
        "Daily Papers",
        "",
        '<rdf:RDF xmlns:rdf="http://x.example"/>',
    ):
        assert not Feed().recognises(text.encode())


@pytest.mark.parametrize(
    "empty", [rss("").replace("<item></item>", ""), '{"version": "https://jsonfeed.org/version/1", "items": []}']
)
def test_a_feed_without_entries_is_no_error(empty: str) -> None:
    assert read(Feed(), empty) == []


# ---------------------------------------------------------------------------------------------- hostile sites


def test_markup_scripts_and_their_links_are_left_out() -> None:
    paper = only(
        rss(
            "<title>Snails &lt;script&gt;alert(1)&lt;/script&gt;</title><link>javascript:alert(1)</link>"
            "<description>&lt;img src=x onerror=alert(1)&gt;They open.</description>"
        )
    )
    assert (paper.title, paper.abstract, paper.links) == ("Snails", "They open.", Links())


def test_a_dump_that_is_a_path_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS)
    with pytest.raises(DumpError):
        read(Feed(), str(path))


def test_bombs_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]>' + rss("<title>&l9;</title>")
    with pytest.raises(DumpError, match="entities"):
        read(Feed(), bomb)


def test_a_type_without_entities_is_read() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss-0.91.dtd">'
    assert only(doctype + rss("<title>Snails</title>")).title == "Snails"


def test_deep_json_is_told() -> None:
    [reject] = read(Feed(), '{"version": "https://jsonfeed.org/version/1.1", "items": [' + "[" * 100_000)
    assert rejects_of([reject])[0].cut


def test_a_huge_feed_is_refused() -> None:
    with pytest.raises(DumpError, match="8 MiB of it hold no whole record"):
        read(Feed(), b"<rss>" + b" " * 9 * 2**20)
    with pytest.raises(DumpError, match="16 MiB"):
        read(Feed(), json.dumps(JSON).encode() + b" " * 16 * 2**20)


@pytest.mark.parametrize("raw", ["", "Daily Papers", "<html><body>Sign in</body></html>", "<rss", "\0\1\2", "<opml/>"])
def test_what_is_no_feed_is_refused(raw: str) -> None:
    with pytest.raises(DumpError):
        read(Feed(), raw)


# -------------------------------------------------------------------------------------------------- details


@pytest.mark.parametrize(
    ("creator", "authors"),
    [
        ("Ada Moor, B. Reed and C. Sedge", ("Ada Moor", "B. Reed", "C. Sedge")),
        ("Moor, A., Reed, B. C.", ("A. Moor", "B. C. Reed")),
        ("Moor, Ada", ("Ada Moor",)),
        ("Plato and Aristotle", ("Plato and Aristotle",)),
        ("Moor, Ada, Reed, Bert", ("Ada Moor", "Bert Reed")),
        ("Moor, Ada; Reed, Bo; Sedge, Cy", ("Ada Moor", "Bo Reed", "Cy Sedge")),
        ("Moor A, Reed B", ("A Moor", "B Reed")),
        ("ada@fen.museum (Ada Moor)", ("Ada Moor",)),
        ("Wei Wang 0001", ("Wei Wang",)),
        ("The Fen Collaboration, :, G. Moor", ("The Fen Collaboration", "G. Moor")),
        ("Ada Moor (Fen College)", ("Ada Moor",)),
        ("Research and Development Team", ("Research and Development Team",)),
        ("Plato", ("Plato",)),
        ("", ()),
    ],
)
def test_one_element_may_name_several_authors(creator: str, authors: tuple[str, ...]) -> None:
    assert only(rss(f"<title>Snails</title><dc:creator>{creator}</dc:creator>")).authors == authors


@pytest.mark.parametrize(
    "element",
    [
        "<link>https://doi.org/10.5555/Fen.7</link>",
        "<guid>doi:10.5555/Fen.7</guid>",
        "<dc:identifier>10.5555/Fen.7</dc:identifier>",
        "<prism:doi>10.5555/Fen.7</prism:doi>",
    ],
)
def test_a_doi_is_found_where_feeds_put_it(element: str) -> None:
    assert only(rss(f"<title>Snails</title>{element}")).doi == "10.5555/fen.7"


@pytest.mark.parametrize(
    "element", ["<link>http://arxiv.org/abs/2511.04321v2</link>", "<guid>oai:arXiv.org:2511.04321v2</guid>"]
)
def test_an_arxiv_id_is_found_where_feeds_put_it(element: str) -> None:
    paper = only(rss(f"<title>Snails</title>{element}"))
    assert (paper.arxiv_id, paper.version) == ("2511.04321", 2)


def test_an_id_that_is_only_mentioned_is_not_the_papers() -> None:
    text = "<title>Our week</title><description>We read arXiv:2511.04321 and 10.5555/Fen.7.</description>"
    paper = only(rss(text))
    assert (paper.arxiv_id, paper.doi) == (None, None)


def test_an_entry_without_title_is_a_reject_with_its_line() -> None:
    [first, reject] = read(Feed(), RSS.replace("A Census of Forty Dams", ""))
    assert first == PAPERS[0]
    assert rejects_of([reject])[0].line == 9
    text = json.dumps(JSON, indent=1).replace("Why Snails <think> of the Moon", "")
    assert [reject.line for reject in rejects_of(read(Feed(), text))] == [5]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("<![CDATA[On <math><msub><mi>k</mi><mn>1</mn></msub></math> and 10<sup>-3</sup>]]>", "On k₁ and 10⁻³"),
        ("Learning the &lt;video&gt; element", "Learning the <video> element"),
        ("&amp;lt;i&amp;gt;Helix&amp;lt;/i&amp;gt; &amp;amp; more", "Helix & more"),
        ("Proof filters & more", "Proof filters & more"),
        ("A&B and Q&A at AT&T.", "A&B and Q&A at AT&T."),
        ("CO<inf>2</inf> in <i>Helix</i>", "CO₂ in Helix"),
    ],
)  # fmt: skip
def test_a_title_is_plain_text(title: str, expected: str) -> None:
    assert only(rss(f"<title>{title}</title>")).title == expected
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="text">{title}</title></entry></feed>'
    assert only(atom).title == expected


@pytest.mark.parametrize(
    "authors", ["<authors>Ada Moor;Bo Reed;</authors>", "<authors><name>Ada Moor</name><name>Bo Reed</name></authors>",
                "<author>ada@fen.io (Ada Moor)</author><author>b@x.co (Bo Reed)</author>"],
)  # fmt: skip
def test_authors_of_any_form_are_read(authors: str) -> None:
    assert only(rss(f"<title>Snails</title>{authors}")).authors == ("Ada Moor", "Bo Reed")


@pytest.mark.parametrize(
    "name", ["links", "tags", "authors", "enclosures", "content", "summary_detail", "id", "version"]
)
def test_no_element_is_too_strange(name: str) -> None:
    for inside in ("x", "<a b='c'/>", "<name/>", ""):
        assert only(rss(f"<title>Snails</title><{name} rel='x' href=''>{inside}</{name}>")).title == "Snails"


def test_entities_that_name_characters_are_read() -> None:
    doctype = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY eacute "&#233;">]>'
    assert only(doctype + rss("<title>Caf&eacute;&nbsp;snails</title>")).title == "Café snails"


def test_facts_of_a_description_are_no_abstract() -> None:
    fields = "Authors: Ada Moor, Bo Reed&lt;br&gt;Upvotes: 52&lt;br&gt;Summary: They act."
    paper = only(rss(f"<title>Snails</title><description>{fields}</description>"))
    assert (paper.abstract, paper.authors, paper.upvotes) == ("They act.", ("Ada Moor", "Bo Reed"), 52)


def test_the_whole_abstract_comes_before_a_teaser() -> None:
    paper = only(
        rss(
            "<title>Snails</title><description>Proc Snail. 2026 Jan 2. doi: 10.1000/s.1.</description>"
            "<content:encoded><![CDATA[<p>Proc</p><p>ABSTRACT</p><p>Light moves it.</p>]]></content:encoded>"
        )
    )
    assert (paper.abstract, paper.doi) == ("Light moves it.", "10.1000/s.1")


FIELDS = ["title", "link", "guid", "description", "dc:creator", "author", "category", "pubDate", "prism:doi",
          "dc:identifier", "content:encoded"]  # fmt: skip
RUNS = ["a", ";", ",", ":", "(", "@", "&amp;", "&lt;", "&lt;p&gt;", "1", "-", "{", "$", "/", "a@a.", "Authors:"]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("run", [" ", *RUNS])
def test_no_run_of_letters_takes_long(field: str, run: str) -> None:
    began = time.process_time()
    survive(Feed(), rss(f"<title>Snails</title><{field}>{run * 40_000}</{field}>").encode())
    assert time.process_time() - began < 5


# --------------------------------------------------------------------------------------------------- spoilt


@pytest.mark.parametrize("stray", ["&nbsp;", "&", "<br>", "\x0b", "a < b", "&eacute;"])
def test_a_feed_that_is_not_well_formed_still_gives_its_papers(stray: str) -> None:
    text = RSS.replace("Beaver dams are", f"Beaver dams {stray} are").replace("<![CDATA[", "").replace("]]>", "")
    assert [paper.arxiv_id for paper in papers_of(read(Feed(), text))] == [None, "2404.00777"]
    assert rejects_of(read(Feed(), text)) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_wrong_encodings_are_read(encoding: str) -> None:
    assert [paper.title for paper in papers_of(read(Feed(), RSS.encode(encoding)))] == [p.title for p in PAPERS]
    text = json.dumps(JSON, ensure_ascii=False)
    assert [p.authors for p in papers_of(read(Feed(), text.encode(encoding)))] == [p.authors for p in JSON_PAPERS]


SLOW = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)


@SLOW
@given(st.integers(0, 10_000), st.sampled_from([RSS, ATOM, RDF, json.dumps(JSON), json.dumps(JSON, indent=1)]))
def test_cuts_are_told(cut: int, text: str) -> None:
    raw = text.encode()
    assert_cuts_are_told(Feed(), raw, cut % (len(raw) - 10))


@SLOW
@given(flipped(RSS.encode()))
def test_flipped_bytes_invent_nothing(raw: bytes) -> None:
    assert_none_is_invented(survive(Feed(), raw), PAPERS)


@SLOW
@given(flipped(json.dumps(JSON).encode()))
def test_flipped_json_invents_nothing(raw: bytes) -> None:
    assert_none_is_invented(survive(Feed(), raw), JSON_PAPERS)


@SLOW
@given(st.binary(max_size=300), st.sampled_from([b"", b"<rss version='2.0'><channel><item><title>", b"<feed><entry>"]))
def test_random_bytes_never_crash(raw: bytes, head: bytes) -> None:
    survive(Feed(), head + raw)


@pytest.mark.shared
def test_real_feeds_of_arxiv_read_as_any_other(shared_data: Path) -> None:
    raw = (shared_data / "arxiv-rss" / "cs.AI-2025-08-20.xml").read_bytes()
    papers = papers_of(read(Feed(), raw))
    assert len(papers) == raw.count(b"<entry>")
    assert all(paper.arxiv_id and paper.version == 1 and paper.authors for paper in papers)
    for cut in range(900, len(raw) - 8, 1499):
        assert_cuts_are_told(Feed(), raw, cut)


@pytest.mark.shared
def test_naughty_strings_are_survived(shared_data: Path) -> None:
    for text in json.loads((shared_data / "hostile" / "naughty-strings.json").read_text("utf-8")):
        survive(Feed(), rss(f"<title>{text}</title><link>{text}</link><dc:creator>{text}</dc:creator>").encode())
        survive(Feed(), json.dumps({**JSON, "items": [{"title": text, "url": text, "id": text}]}).encode())
