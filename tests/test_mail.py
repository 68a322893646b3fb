"""The mail's subject, HTML and text. $DIGEST_RENEW_GOLDEN=1 writes the golden files anew; look at the difference."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from digest.model import Alike, Counts, Edition, Entry, Links, Paper, Reader, Receipt, Status
from digest.outputs.mail.body import MailBody, render_mail
from digest.outputs.mail.templates import mail_environment
from tests.golden import sample
from tests.golden.outline import Outline

if TYPE_CHECKING:
    import jinja2

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "</td></tr></table><h1>out</h1>",
    "\u202eright to left\x00\x0b\u2028\ud800",
    "<!--[if mso]>",
    "]]> & &amp; &#60;",
)


@pytest.fixture(scope="module")
def templates() -> jinja2.Environment:
    return mail_environment()


def _mail(
    templates: jinja2.Environment,
    edition: Edition | None = None,
    reader: Reader = sample.READER,
    unsubscribe: str | None = sample.UNSUBSCRIBE,
) -> MailBody:
    return render_mail(edition or sample.edition(), reader, sample.SITE, unsubscribe, environment=templates)


def _with_paper(paper: Paper, number: int = 1) -> Edition:
    entries = tuple(
        replace(sample.ENTRIES[0], paper=replace(sample.PAPERS[0], key=f"k{n}", paper=paper)) for n in range(number)
    )
    return sample.edition(entries=entries)


@pytest.mark.parametrize(("name", "part"), [("mail.html", "html"), ("mail.txt", "text")])
def test_golden(templates: jinja2.Environment, name: str, part: str) -> None:
    """The mail is byte for byte what was looked at and found good."""
    made = getattr(_mail(templates), part).encode()
    if os.environ.get("DIGEST_RENEW_GOLDEN") == "1":
        (GOLDEN / name).write_bytes(made)
    assert made == (GOLDEN / name).read_bytes()


def test_the_subject_names_the_first_paper_and_the_number(templates: jinja2.Environment) -> None:
    """One clean line of at most 120 characters."""
    assert _mail(templates).subject == (
        "Lantern: Speculative Decoding for Long Contexts with a Draft That Remembers and 11 more · Fri 21 Nov"
    )
    assert _mail(templates, _with_paper(Paper(title="Alone"))).subject == "Alone · Fri 21 Nov"
    long = _mail(templates, _with_paper(Paper(title="word\r\n\u2028" * 999), 1000)).subject
    assert len(long) <= 120
    assert long.endswith("word… and 999 more · Fri 21 Nov")
    assert len(long.splitlines()) == 1


def test_the_head_says_how_many_of_how_many(templates: jinja2.Environment) -> None:
    """Also for one paper of one."""
    assert "12 of 42 new papers are for you\u00a0· Fri 21 Nov" in Outline(_mail(templates).html).text
    one = replace(_with_paper(Paper(title="x")), considered=1)
    assert "1 of 1 new paper is for you\u00a0· Fri 21 Nov" in Outline(_mail(templates, one).html).text


def test_html_is_well_formed_and_says_what_it_is(templates: jinja2.Environment) -> None:
    """Language, title, colour schemes; tables that screen readers pass over; every style inline."""
    outline = Outline(_mail(templates).html)
    assert outline.faults == []
    assert outline.all("html")[0]["lang"] == "en"
    assert {"color-scheme", "supported-color-schemes"} <= {meta.get("name") for meta in outline.all("meta")}
    assert all(table["role"] == "presentation" for table in outline.all("table"))
    assert all("style" in attrs for _, attrs in outline.elements if "class" in attrs)


def test_html_holds_what_mail_programs_know(templates: jinja2.Environment) -> None:
    """No flexible boxes, no grid, no variables, no script, no picture from elsewhere."""
    html = _mail(templates).html
    assert not re.search(r"display:\s*(flex|grid)|var\(--|position:|<script|<link|url\(|@import", html)


def test_matched_phrases_are_marked(templates: jinja2.Environment) -> None:
    """In title and abstract, with the words as they stand there."""
    html = _mail(templates).html
    assert re.search(r'<strong class="hit"[^>]*>Speculative Decoding</strong> for Long', html)
    assert re.search(r'the <strong class="hit"[^>]*>KV cache</strong> and', html)


def test_the_text_has_every_title_and_link(templates: jinja2.Environment) -> None:
    """Those of the tail as well."""
    body = _mail(templates)
    flat = " ".join(body.text.split())
    for entry in sample.ENTRIES:
        assert entry.paper.paper.title in flat
    for link in Outline(body.html).links:
        assert link in body.text
    assert max(len(line) for line in body.text.splitlines() if "://" not in line) <= 72


def test_several_profiles_are_told_apart(templates: jinja2.Environment) -> None:
    """A reader of one profile need not be told which."""
    assert "for&nbsp;<span" in _mail(templates).html
    one = replace(sample.READER, profiles=sample.PROFILES[:1])
    assert "for&nbsp;<span" not in _mail(templates, reader=one).html


def test_a_paper_of_two_profiles_names_both(templates: jinja2.Environment) -> None:
    """As the page does, where it stands in both."""
    entry = replace(sample.ENTRIES[0], also=("proofs", "gone"))
    body = _mail(templates, sample.edition(entries=(entry,)))
    names = f"{sample.PROFILES[0].title}, {sample.PROFILES[2].title}"
    assert f"for\u00a0{names}" in Outline(body.html).text
    assert f"for {names}]" in " ".join(body.text.split())


def test_the_footer_has_receipt_manage_and_unsubscribe(templates: jinja2.Environment) -> None:
    """In both parts; without a way to unsubscribe there is no link to it."""
    body = _mail(templates)
    for part in (" ".join(Outline(body.html).text.split()), " ".join(body.text.split())):
        assert "Read 2 dumps from inbox: 42 new, 5 seen, 1 rejected." in part
        assert (
            "late.txt in inbox was partial: it is cut short at line 57: the dump ends in the middle of this paper."
            in part
        )
        assert "journal was quiet: nothing new since Thu 20 Nov." in part
    assert {"https://papers.example", sample.UNSUBSCRIBE} <= set(Outline(body.html).links)
    without = _mail(templates, unsubscribe=None)
    assert "nsubscribe" not in without.html + without.text


def test_an_empty_digest_says_why(templates: jinja2.Environment) -> None:
    """Nothing matched is another thing than nothing came."""
    nothing_matched = _mail(templates, sample.edition(entries=()))
    assert nothing_matched.subject == "Nothing new for you · Fri 21 Nov"
    assert "42 new papers came in. None of them matches" in nothing_matched.html
    nothing_came = _mail(templates, replace(sample.edition(entries=(), considered=0), receipts=()))
    assert "No new papers came in since your last digest." in nothing_came.text
    assert "No source was read since your last digest." in nothing_came.text
    assert Outline(nothing_came.html).faults == []


@pytest.mark.parametrize(
    ("title", "number"),
    [("x" * 1_000_000, 20), ("& \"<>' " * 100, 500), ("speculative decoding " * 50, 500), ("語" * 400, 500)],
)
def test_html_stays_below_100_000_bytes(templates: jinja2.Environment, title: str, number: int) -> None:
    """What does not fit is counted, with a link; the way out of the list stays."""
    paper = Paper(
        title=title,
        abstract=title * 3,
        authors=(title,) * 50,
        organization=title,
        links=Links(abstract="https://papers.example/" + "&" * 900, code="https://papers.example/" + "'" * 900),
    )
    receipts = tuple(
        Receipt(source=f"{n}{title}", dump=None, format=None, status=Status.FAILED, counts=Counts(), reason=title,
                at=sample.NOW, day=sample.DAY)
        for n in range(200)
    )  # fmt: skip
    body = _mail(templates, replace(_with_paper(paper, number), receipts=receipts))
    assert len(body.html.encode()) < 100_000
    outline = Outline(body.html)
    assert outline.faults == []
    assert sample.UNSUBSCRIBE in outline.links
    if found := re.search(r">(\d+) more papers? matched", body.html):
        assert int(found[1]) + len(outline.all("h3")) == number
        # Not the page of the day: on a day of the reader's the site may have none.
        assert "https://papers.example/" in outline.links
    else:
        assert len(outline.all("h3")) == number
    assert body.text.count("Abstract: https://papers.example/&") == number


def _assert_harmless(body: MailBody) -> None:
    outline = Outline(body.html)
    assert outline.faults == []
    assert "<script" not in body.html.lower()
    assert outline.handlers == []
    assert all(link.startswith(("https://", "http://")) for link in outline.links)
    assert len(body.subject.splitlines()) == 1
    body.html.encode()
    body.text.encode()
    body.subject.encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(templates: jinja2.Environment, text: str) -> None:
    """Wherever it stands."""
    paper = Paper(
        title=text,
        abstract=f"{text} and a KV cache",
        authors=(text,),
        organization=text,
        links=Links(abstract=f"javascript:{text}", pdf=f"https://papers.example/{text}", code=text),
    )
    _assert_harmless(_mail(templates, _with_paper(paper)))


@pytest.mark.shared
def test_naughty_strings(templates: jinja2.Environment, shared_data: Path) -> None:
    """The list of strings that broke others."""
    strings = json.loads((shared_data / "hostile" / "naughty-strings.json").read_text(encoding="utf-8"))
    for text in strings:
        paper = Paper(
            title=text, abstract=text, authors=(text,), organization=text, links=Links(abstract=text, code=text)
        )
        _assert_harmless(_mail(templates, _with_paper(paper)))


def test_what_is_alike_stands_below_the_best_in_both_parts(templates: jinja2.Environment) -> None:
    first, second, third = sample.ENTRIES[:3]
    alike = replace(second, alike=Alike(first.paper.key, "by the same authors"))
    mail = _mail(templates, sample.edition(entries=(first, alike, third)))
    assert "and 2 more" in mail.subject
    text = Outline(mail.html).text.partition("are for you")[2]
    assert text.index(first.paper.paper.title) < text.index("by the same authors") < text.index(third.paper.paper.title)
    assert mail.text.index("1. ") < mail.text.index("– What Does a KV Cache Forget?") < mail.text.index("2. ")
    assert "[by the same authors · kv cache" in mail.text


def _group(title: str, number: int, paper: Paper) -> list[Entry]:
    """A paper, and many that are like it."""
    first, *others = _with_paper(paper, number).entries
    first = replace(first, paper=replace(first.paper, key=title, paper=replace(paper, title=title)))
    alike = Alike(title, "in much the same words")
    return [
        first,
        *(replace(one, paper=replace(one.paper, key=f"{title} {n}"), alike=alike) for n, one in enumerate(others)),
    ]


def test_a_large_group_pushes_nothing_else_out(templates: jinja2.Environment) -> None:
    """Neither the paper that it stands below, nor those after it."""
    entries = [*_group("First", 300, sample.PAPERS[1].paper), *_group("Second", 3, sample.PAPERS[2].paper)]
    body = _mail(templates, sample.edition(entries=tuple(entries)))
    assert len(body.html.encode()) < 100_000
    outline = Outline(body.html)
    assert outline.faults == []
    text = " ".join(outline.text.partition("are for you")[2].split())
    assert text.index(" First") < text.index("and 294 more like it") < text.index(" Second")
    assert "294 more papers matched" in text
    assert len(outline.all("h3")) == 303 - 294
    assert body.text.count("in much the same words") == 301
    assert body.subject.startswith("First and 302 more")


def test_a_small_group_stands_whole(templates: jinja2.Environment) -> None:
    body = _mail(templates, sample.edition(entries=tuple(_group("First", 12, sample.PAPERS[1].paper))))
    assert "more like it" not in body.html
    assert len(Outline(body.html).all("h3")) == 12


def test_where_nothing_else_fits_the_best_stands_alone(templates: jinja2.Environment) -> None:
    long = "https://papers.example/" + "'" * 975
    paper = Paper(title="&" * 300, links=Links(abstract=long, pdf=long, code=long, project=long))
    body = _mail(templates, sample.edition(entries=tuple(_group("First", 40, paper) * 20)))
    assert len(body.html.encode()) < 100_000
    assert " First" in " ".join(Outline(body.html).text.split())
