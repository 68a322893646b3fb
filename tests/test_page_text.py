"""A copied page reads the same however it was saved, and what is no page gives no paper."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.dump import DumpAbout
from digest.errors import DumpError
from digest.formats.huggingface.page_text import PageText
from digest.model import Paper, Reject
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = [
    "new",
    "Get trending papers in your email inbox!",
    "Subscribe",
    "Daily Papers",
    "byAK and the research community",
]

PAPERS = [
    Paper(
        title="Do Beavers Sort Their Timber? A Census of Forty Dams",
        abstract="Beaver dams are often described as heaps. We photographed forty of them from the air and measured "
        "every visible stick. Long pieces lie across the stream and short ones along it, far more often than a random "
        "pile would have it (p < 0.001), and the order is rebuilt within nine days after we disturb it. The rule holds "
        "for streams of three metres and of thirty, and in winter as in summer. Our pictures "
        "and code are at https://example.org/beavers/dams",
        author_count=5,
        published=date(2026, 5, 4),
    ),
    Paper(
        title="$\\ell_0$-Lighthouse: Pruning with a Rotating Budget",
        abstract="Pruning methods fix the share of weights that each layer keeps. Lighthouse lets the budget rotate: "
        "at every step one layer may grow while the others shrink, and the schedule is chosen by a bandit. On five "
        "language models of 1B to 30B parameters it keeps 97% of the accuracy at half the size, without any retraining "
        "after the last rotation and with no more than two hours of a single accelerator. The code is short.",
        organization="Glasswork Lab",
        published=date(2025, 10, 11),
    ),
    Paper(
        title="On the Smell of Old Maps",
        abstract="We asked whether paper maps can be dated by what they exhale.",
        author_count=1,
        published=date(2026, 2, 11),
        comments=2,
    ),
    Paper(
        title="Tidal Clocks — How Schrödinger’s Snail Counts the Moon",
        abstract="Intertidal snails open twelve minutes before the tide arrives, even in a tank without one. We show "
        "that the delay follows the age of the moon and not the hour of the day; a model with two coupled oscillators "
        "explains 88% of the variance. A third oscillator, which earlier work needed, explains nothing more once the "
        "temperature of the water is taken into account. We close with a list of what remains unknown.",
        author_count=12,
        published=date(2023, 8, 16),
        comments=14,
    ),
]

CLOSINGS = [
    ["  • 5 authors", "·", "May 4"],
    ["glasswork-lab Glasswork Lab", "·", "Oct 11, 2025"],
    ["  • 1 authors", "·", "Feb 11 2"],
    ["  • 12 authors", "·", "Aug 16, 2023 14"],
]


def bare(paper: Paper) -> Paper:
    """What the layouts without closings say of it."""
    return Paper(title=paper.title, abstract=paper.abstract)


def spaced(papers: list[Paper] = PAPERS, head: list[str] = HEAD) -> str:
    """The layout with blank lines."""
    return "\n\n".join([*head, *(text for paper in papers for text in (paper.title, paper.abstract))])


def closed(papers: list[Paper] = PAPERS, head: list[str] = HEAD) -> str:
    """The layout whose papers end with authors and date."""
    blocks = [f"{p.title}\n\n{p.abstract}\n\n" + "\n".join(end) for p, end in zip(papers, CLOSINGS, strict=True)]
    return "\n\n".join([*head, *blocks])


def glued(papers: list[Paper] = PAPERS) -> str:
    """The layout without blank lines, its button glued to the first title."""
    lines = [text for paper in papers for text in (paper.title, paper.abstract)]
    head = ["Get trending papers in your email inbox once a day!", "Get trending papers in your email inbox!"]
    return "\n".join([*head, f"Subscribe{lines[0]}", *lines[1:]])


LAYOUTS = {"spaced": spaced, "closed": closed, "glued": glued}
PAGES = {
    "spaced": (spaced(), [bare(paper) for paper in PAPERS]),
    "closed": (closed(), PAPERS),
    "glued": (glued(), [bare(paper) for paper in PAPERS]),
}


def read(dump: str | bytes, about: DumpAbout | None = None) -> list[Paper | Reject]:
    raw = dump.encode() if isinstance(dump, str) else dump
    return list(PageText().read(io.BytesIO(raw), about or DumpAbout()))


def papers_of(records: list[Paper | Reject]) -> list[Paper]:
    return [record for record in records if isinstance(record, Paper)]


def rejects_of(records: list[Paper | Reject]) -> list[Reject]:
    return [record for record in records if isinstance(record, Reject)]


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> tuple[str, list[Paper]]:
    """Each layout's text and the papers in it."""
    return PAGES[request.param]


# ------------------------------------------------------------------------------------------------- layouts


def test_every_layout_gives_its_papers_whole(page: tuple[str, list[Paper]]) -> None:
    text, papers = page
    assert read(text) == papers
    assert PageText().recognises(text.encode())


VARIANTS: dict[str, Callable[[str], bytes]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "CR": lambda text: text.replace("\n", "\r").encode(),
    "byte-order mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "no blank lines": lambda text: re.sub(r"\n+", "\n", text).encode(),
    "double blank lines": lambda text: text.replace("\n", "\n\n\n").encode(),
    "trailing spaces": lambda text: text.replace("\n", "  \t\n").encode(),
    "leading spaces": lambda text: text.replace("\n", "\n   ").encode(),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0").encode(),
    "no-break spaces at the ends": lambda text: text.replace("\n", "\u00a0\u200b\n\u00a0").encode(),
    "a last line end": lambda text: (text + "\n").encode(),
    "a last blank line": lambda text: (text + "\r\n \r\n").encode(),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_how_it_was_saved_makes_no_difference(page: tuple[str, list[Paper]], variant: str) -> None:
    text, papers = page
    raw = VARIANTS[variant](text)
    assert read(raw) == papers
    assert PageText().recognises(raw)


def test_windows_1252_is_read() -> None:
    assert read(closed().encode("cp1252")) == PAPERS


@pytest.mark.parametrize("missing", range(len(HEAD)))
def test_any_line_of_the_head_can_be_missing(missing: int) -> None:
    head = [line for number, line in enumerate(HEAD) if number != missing]
    assert read(spaced(head=head)) == [bare(paper) for paper in PAPERS]
    assert read(closed(head=head)) == PAPERS


def test_the_whole_head_can_be_missing() -> None:
    assert read(closed(head=[])) == PAPERS
    assert read(spaced(head=[])) == [bare(paper) for paper in PAPERS]
    assert read(glued().split("\n", 2)[2]) == [bare(paper) for paper in PAPERS]
    for text in (closed(head=[]), spaced(head=[]), glued().split("\n", 2)[2]):
        assert PageText().recognises(text.encode())


@pytest.mark.parametrize("title", ["Subscriber Churn in Small Libraries", "Subscribe or Leave: A Field Study"])
def test_a_title_may_begin_as_the_button_does(title: str) -> None:
    papers = [replace(bare(PAPERS[0]), title=title), *map(bare, PAPERS[1:])]
    assert read(spaced(papers)) == papers
    assert read(glued(papers)) == papers


def test_a_glued_title_may_begin_in_lower_case() -> None:
    papers = [replace(bare(PAPERS[0]), title="eBPF for Beavers and Other Builders"), *map(bare, PAPERS[1:])]
    assert read(glued(papers)) == papers


def test_lines_of_the_head_that_are_not_known_are_rejects() -> None:
    text = spaced(head=[*HEAD[:3], "Datasets", "Spaces", *HEAD[3:], "Sort by: votes"])
    assert [(reject.line, reject.excerpt) for reject in rejects_of(read(text))] == [
        (7, "Datasets"),
        (9, "Spaces"),
        (15, "Sort by: votes"),
    ]
    assert papers_of(read(text)) == [bare(paper) for paper in PAPERS]
    closed_text = closed(head=[*HEAD, "Datasets", "Oct 29"])
    assert [reject.excerpt for reject in rejects_of(read(closed_text))] == ["Datasets"]
    assert [paper.title for paper in papers_of(read(closed_text))] == [paper.title for paper in PAPERS]


def test_pages_pasted_one_after_the_other_are_all_read() -> None:
    text = "\n".join([closed(), spaced(), glued()])
    assert read(text) == [*PAPERS, *(bare(paper) for paper in PAPERS * 2)]


# ------------------------------------------------------------------------------------------------ closings


def with_closing(*lines: str) -> Paper:
    """The last paper of the page when it ends with these lines."""
    [*_, paper] = papers_of(read("\n".join([closed(), PAPERS[0].title, PAPERS[0].abstract, *lines])))
    assert paper.title == PAPERS[0].title
    return paper


@pytest.mark.parametrize(
    "lines",
    [
        ["• 5 authors · May 4"],
        ["• 5 authors·", "May 4"],
        ["• 5 authors", "· May 4"],
        ["•", "5 authors", "·", "May 4"],
        ["5 authors", "·", "May 4"],
        ["¢ 5 authors", "·", "May 4"],
        ["  •  5 Authors ", " · ", "may  4"],
    ],
)
def test_a_closing_may_stand_on_any_number_of_lines(lines: list[str]) -> None:
    assert with_closing(*lines) == PAPERS[0]


@pytest.mark.parametrize(
    ("shown", "published", "comments"),
    [
        ("May 4", date(2026, 5, 4), None),
        ("Sep 30 1", date(2026, 9, 30), 1),
        ("September 30, 2019", date(2019, 9, 30), None),
        ("Sept. 30, 2019 12", date(2019, 9, 30), 12),
        ("Dec 31,2024", date(2024, 12, 31), None),
        ("Feb 29", None, None),
        ("Feb 29, 2024", date(2024, 2, 29), None),
        ("Feb 31, 2024 3", None, 3),
        ("May 0", None, None),
        ("May 4, 0000", None, None),
    ],
)
def test_dates_and_comments(shown: str, published: date | None, comments: int | None) -> None:
    paper = with_closing("• 5 authors", "·", shown)
    assert (paper.published, paper.comments) == (published, comments)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("furnace-ai FurnaceAI", "FurnaceAI"),
        ("Northern.Light_2 Northern Light Institute", "Northern Light Institute"),
        ("quietcorp Quiet Co.", "Quiet Co."),
        ("lamplight", "lamplight"),
    ],
)
def test_an_organisation_stands_in_the_place_of_the_authors(line: str, name: str) -> None:
    paper = with_closing(line, "·", "May 4")
    assert paper == replace(PAPERS[0], organization=name, author_count=None)
    if " " in line:
        assert with_closing(f"{line} · May 4") == paper


def test_what_a_closing_does_not_say_is_not_known() -> None:
    paper = with_closing("·", "May 4")
    assert (paper.author_count, paper.organization, paper.comments) == (None, None, None)


def test_an_abstract_can_be_empty() -> None:
    empty = [replace(paper, abstract="") for paper in PAPERS]
    text = closed().replace(PAPERS[0].abstract + "\n\n", "").replace(PAPERS[3].abstract + "\n\n", "")
    assert read(text) == [empty[0], PAPERS[1], PAPERS[2], empty[3]]


def test_between_closings_two_lines_are_a_paper_whatever_their_lengths() -> None:
    odd = [
        replace(PAPERS[0], title="No. " * 60 + "End.", abstract="none"),
        replace(PAPERS[1], title="A", abstract="b " * 3000 + "b"),
        replace(PAPERS[2], title="What? Why? How.", abstract="Because"),
        PAPERS[3],
    ]
    assert read(closed(odd)) == odd


def test_a_line_between_papers_is_a_reject_with_its_line() -> None:
    text = closed().replace("On the Smell", "Upvote 31\n\nOn the Smell")
    [reject] = rejects_of(read(text))
    assert text.split("\n")[(reject.line or 0) - 1] == reject.excerpt == "Upvote 31"
    assert not reject.cut
    assert papers_of(read(text)) == PAPERS


def test_a_title_that_lost_its_abstract_costs_that_paper_only() -> None:
    text = spaced().replace(PAPERS[1].abstract + "\n\n", "")
    assert papers_of(read(text)) == [bare(PAPERS[0]), bare(PAPERS[2]), bare(PAPERS[3])]
    assert [reject.excerpt for reject in rejects_of(read(text))] == [PAPERS[1].title]


# --------------------------------------------------------------------------------------------------- dates


def listed(text: str, **about: object) -> tuple[date | None, date | None]:
    """When the first paper was listed and published."""
    first = papers_of(read(text, DumpAbout(**about)))[0]  # type: ignore[arg-type]
    return first.listed, first.published


WRITTEN = datetime(2031, 1, 2, tzinfo=UTC)


def test_the_year_is_that_of_the_day_it_was_taken() -> None:
    text = closed(head=[*HEAD, "Oct 29"])
    assert listed(text, as_of=date(2028, 3, 1), modified=WRITTEN) == (date(2028, 3, 1), date(2028, 5, 4))


def test_else_it_is_the_one_after_the_latest_that_is_written_out() -> None:
    text = closed(head=[*HEAD, "Oct 29"])
    assert listed(text, modified=WRITTEN) == (date(2026, 10, 29), date(2026, 5, 4))


def test_else_it_is_that_of_the_file_which_does_not_tell_the_listing_day() -> None:
    text = re.sub(r", \d{4}", "", closed(head=[*HEAD, "Oct 29"]))
    assert listed(text, modified=WRITTEN) == (None, date(2031, 5, 4))
    assert listed(text) == (None, None)


def test_the_page_date_may_be_missing_or_no_day() -> None:
    assert listed(closed()) == (None, date(2026, 5, 4))
    assert listed(closed(head=[*HEAD, "Feb 29"])) == (None, date(2026, 5, 4))


def test_a_page_without_closings_is_listed_on_the_day_it_was_taken() -> None:
    text = spaced(head=[*HEAD, "Sep 9"])
    assert listed(text) == (None, None)
    assert listed(text, as_of=date(2026, 9, 10)) == (date(2026, 9, 10), None)


# ----------------------------------------------------------------------------------------------- cut dumps


def cut_reject(text: str | bytes, papers: list[Paper]) -> Reject:
    """The reject of a dump that has these papers whole and one more cut short."""
    records = read(text)
    assert papers_of(records) == papers
    [reject] = rejects_of(records)
    assert reject.cut
    assert len(reject.excerpt) <= 80
    assert records[-1] is reject
    return reject


@pytest.mark.parametrize("end", ["n twelve minutes", "Tidal Cl", "Schrödinger’s Snail Counts the Moon", "even in"])
def test_a_paper_that_is_cut_in_its_text_is_told_and_left_out(page: tuple[str, list[Paper]], end: str) -> None:
    text, papers = page
    text = text[: text.index(end) + len(end)]
    reject = cut_reject(text, papers[:3])
    assert "Tidal Clocks".startswith(reject.excerpt[:8])
    assert text.split("\n")[(reject.line or 0) - 1].startswith("Tidal Cl")


@pytest.mark.parametrize(
    "end",
    ["\n\n", "\n\n  ", "\n\n  •", "\n\n  • 1", "\n\n  • 12 auth", "\n\n  • 12 authors", "\n\n  • 12 authors\n·",
     "\n\n  • 12 authors\n·\nA", "\n\n  • 12 authors\n·\nAug", "\n\n  • 12 authors\n·\nAug 16,",
     "\n\n  • 12 authors\n·\nAug 16, 20", "\n\nglasswork-lab Gla", "\n\nglasswork-lab Glasswork Lab\n·\n"],
)  # fmt: skip
def test_a_paper_that_is_cut_in_its_closing_is_told_and_left_out(end: str) -> None:
    text = closed()
    text = text[: text.index("remains unknown.")] + "remains unknown."
    cut_reject(text + end, PAPERS[:3])


@pytest.mark.parametrize("last", ["•", "·", "’", "ö"])
def test_a_dump_may_end_within_a_character(last: str) -> None:
    raw = closed().encode()
    at = raw.rindex(last.encode()) + len(last.encode()) - 1
    papers = PAPERS[:3]
    cut_reject(raw[:at], papers)


def test_every_cut_gives_papers_of_the_whole_dump_and_says_that_it_is_cut(page: tuple[str, list[Paper]]) -> None:
    """But for what the class says it can't tell."""
    text, papers = page
    raw = text.encode()
    for end in range(raw.index(PAPERS[1].title.encode()[-20:]), len(raw)):
        records = read(raw[:end])
        found = papers_of(records)
        for paper, original in zip(found, papers, strict=False):
            assert paper.title == original.title
            assert paper.author_count == original.author_count
            assert paper.abstract == original.abstract or (
                original.abstract.startswith(paper.abstract)
                and paper is found[-1]
                and re.search(r"[.)]$|https://\S+$", paper.abstract)
            )
        if rejects_of(records):
            cut_reject(raw[:end], found)
        else:
            assert re.search(r"[.)]\s*$|https://\S+\s*$|(May|Oct|Feb|Aug) \d[\d ,]*\s*$", raw[:end].decode())


def test_a_cut_in_the_first_paper_leaves_no_paper_and_is_told() -> None:
    text = spaced()
    cut_reject(text[: text.index("far more often")], [])


def test_a_cut_dump_without_head_is_one_all_the_same() -> None:
    text = spaced(head=[])
    cut_reject(text[: text.index("Snail Counts")], [bare(paper) for paper in PAPERS[:3]])
    for at in ("Smell of", "We asked", "paper maps"):
        cut_reject(text[: text.index(at)], [bare(paper) for paper in PAPERS[:2]])


def test_a_footer_is_no_paper_and_cuts_none(page: tuple[str, list[Paper]]) -> None:
    text, papers = page
    records = read(text + "\n\n" + "\n\n".join(["Company", "Terms of Service", "Privacy", "About"]))
    assert papers_of(records) == papers
    assert [(reject.excerpt, reject.cut) for reject in rejects_of(records)][1:3] == [
        ("Terms of Service", False),
        ("Privacy", False),
    ]


def test_a_dump_that_begins_within_an_abstract_costs_that_paper_only(page: tuple[str, list[Paper]]) -> None:
    text, papers = page
    for begin in ("described as heaps", "Our pictures", "https://example.org", "pictures\nand"):
        if begin not in text:
            continue
        records = read(text[text.index(begin) :])
        assert papers_of(records) == papers[1:]
        first = rejects_of(records)[0]
        assert first.line == 1
        # What is left of an abstract may look like anything; where it looks like one, the page is called cut.
        assert first.cut or begin != "described as heaps"


@pytest.mark.parametrize("begin", ["• 5 authors", "5 authors", "authors", "·\nMay", "May 4"])
def test_a_dump_that_begins_within_a_closing_has_no_paper_of_it(begin: str) -> None:
    text = closed()
    assert papers_of(read(text[text.index(begin) :])) == PAPERS[1:]


def test_a_last_abstract_without_full_stop_is_whole_where_its_line_ends() -> None:
    papers = [*map(bare, PAPERS[:3]), replace(bare(PAPERS[3]), abstract=PAPERS[3].abstract.rstrip("."))]
    assert read(spaced(papers) + "\n") == papers
    cut_reject(spaced(papers), papers[:3])


@pytest.mark.parametrize("end", ["?", ".”", "{here}", "www.example.org", "(https://example.org/a.)", "this https URL"])
def test_abstracts_end_in_many_ways(end: str) -> None:
    papers = [*map(bare, PAPERS[:3]), replace(bare(PAPERS[3]), abstract=f"{PAPERS[3].abstract} See {end}")]
    assert read(spaced(papers)) == papers


@pytest.mark.parametrize("end", ["such as", "e.g.", "by Lund et al.", "https://exam", "1,"])
def test_some_ends_are_none(end: str) -> None:
    papers = [*map(bare, PAPERS[:3]), replace(bare(PAPERS[3]), abstract=f"{PAPERS[3].abstract} See {end}")]
    cut_reject(spaced(papers), papers[:3])


# --------------------------------------------------------------------------------------------- not a dump

LETTER = "Dear reader,\n\nthe library is closed on Monday. Please bring your books back on Tuesday.\n\nYours,\nMira"
PARAGRAPHS = "\n\n".join(paper.abstract for paper in PAPERS * 3)
ESSAY = "\n\n".join(
    f"{paper.title}\n\n{paper.abstract}\n\n{PAPERS[0].abstract}\n\n{PAPERS[3].abstract}" for paper in PAPERS
)
WRAPPED = "\n".join(re.findall(r".{1,72}(?:\s|$)", f"{PARAGRAPHS} {ESSAY}"))
RECORDS = [{"title": paper.title, "summary": paper.abstract} for paper in PAPERS]


def as_csv() -> str:
    file = io.StringIO()
    csv.writer(file).writerows([["title", "summary"], *([paper.title, paper.abstract] for paper in PAPERS)])
    return file.getvalue()


NO_DUMPS: dict[str, str | bytes] = {
    "empty": b"",
    "blank": b"\xef\xbb\xbf \r\n\r\n",
    "binary": bytes(range(256)) * 300,
    "null bytes": spaced().encode() + b"\0" * 500,
    "a letter": LETTER,
    "paragraphs": PARAGRAPHS,
    "paragraphs below headings": ESSAY,
    "hard-wrapped prose": WRAPPED,
    "one line": "a b " * 10_000,
    "one paper": f"{PAPERS[0].title}\n{PAPERS[0].abstract}",
    "HTML": f"<!DOCTYPE html>\n<html><body>\n{spaced()}\n</body></html>",
    "JSON": json.dumps(RECORDS),
    "JSON on many lines": json.dumps(RECORDS, indent=2),
    "JSON lines": "\n".join(map(json.dumps, RECORDS)),
    "CSV": as_csv(),
    "YAML": "\n".join(f"title: {paper.title}\nsummary: {paper.abstract}" for paper in PAPERS),
    "a newspaper": "new\nSubscribe\n" + LETTER,
}


@pytest.mark.parametrize("kind", NO_DUMPS)
def test_what_is_no_dump_gives_no_paper_and_says_what_was_expected(kind: str) -> None:
    content = NO_DUMPS[kind]
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(DumpError, match=r"expected titles and abstracts in turn|binary data, not text"):
        read(raw)
    assert not PageText().recognises(raw)


@pytest.mark.parametrize("message", ["", "\n\nSomething went wrong. Please reload the page.", "\n\nSep 9\n\nNo papers"])
def test_a_head_without_papers_says_so(message: str) -> None:
    text = "\n\n".join(HEAD) + message
    assert PageText().recognises(text.encode())
    with pytest.raises(DumpError, match="the head of a Daily Papers page, but no paper"):
        read(text)


def test_a_dump_of_more_than_64_mib_is_refused() -> None:
    with pytest.raises(DumpError, match="larger than 64 MiB"):
        read(b"a" * (64 * 2**20 + 1))


def test_a_dump_of_too_many_lines_is_refused() -> None:
    with pytest.raises(DumpError, match="more than 500,000 lines"):
        read("a\n" * 500_001)


@pytest.mark.parametrize("line", ["x" * 5_000_000, "." * 5_000_000, "- " * 2_500_000, "Subscribe" * 500_000])
def test_a_line_of_megabytes_is_survived(line: str) -> None:
    text = closed().replace("On the Smell", f"{line}\n\nOn the Smell")
    assert papers_of(read(text)) == PAPERS


# ---------------------------------------------------------------------------------------------- properties

WORDS = st.text(st.characters(codec="utf-8", categories=("Ll", "Lu", "Nd", "Lo")), min_size=1, max_size=12)
SENTENCES = st.lists(WORDS, min_size=4, max_size=20).map(lambda words: " ".join(words) + ".")
TITLES = st.lists(WORDS, min_size=4, max_size=12).map(lambda words: "On " + " ".join(words))
ABSTRACTS = st.lists(SENTENCES, min_size=5, max_size=12).map(lambda s: " ".join(s) + " It is done " * 25 + "now.")
PAPER_LISTS = st.lists(st.builds(Paper, title=TITLES, abstract=ABSTRACTS), min_size=4, max_size=4)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def texts(records: list[Paper | Reject]) -> list[tuple[str, str]]:
    return [(paper.title, paper.abstract) for paper in papers_of(records)]


@QUICK
@given(papers=PAPER_LISTS, layout=st.sampled_from(sorted(LAYOUTS)), variant=st.sampled_from(sorted(VARIANTS)))
def test_papers_of_any_words_survive_any_layout(papers: list[Paper], layout: str, variant: str) -> None:
    records = read(VARIANTS[variant](LAYOUTS[layout](papers)))
    assert texts(records) == [(clean(paper.title), clean(paper.abstract)) for paper in papers]
    assert not rejects_of(records)


@QUICK
@given(st.binary(max_size=2000))
def test_random_bytes_give_no_paper(raw: bytes) -> None:
    assert not PageText().recognises(raw)
    with pytest.raises(DumpError):
        read(raw)


@QUICK
@given(st.text(max_size=3000))
def test_random_text_gives_no_paper(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    assert not PageText().recognises(raw)
    with pytest.raises(DumpError):
        read(raw)


@QUICK
@given(
    pieces=st.lists(
        st.tuples(st.sampled_from(sorted(PAGES)), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=4
    ),
    noise=st.binary(max_size=40),
)
def test_spliced_pages_never_crash_and_no_line_is_in_two_records(
    pieces: list[tuple[str, float, float]], noise: bytes
) -> None:
    raw = noise.join(PAGES[name][0].encode()[int(one * 3000) : int(other * 3000)] for name, one, other in pieces)
    try:
        records = read(raw)
    except DumpError:
        return
    lines = [record.line for record in rejects_of(records)]
    assert len(lines) == len(set(lines)) or noise
    assert sum(reject.cut for reject in rejects_of(records)) <= 2, "one at either end"


# ---------------------------------------------------------------------------------------------- real dumps

REAL = {"000_c0e3c807e677eee2.txt": 34, "002_3a9ea0f1c8782074.txt": 73, "004_26b19a195bdbd84f.txt": 41}


@pytest.fixture(params=REAL)
def real(request: pytest.FixtureRequest, shared_data: Path) -> tuple[bytes, int]:
    """A real dump and how many papers it has."""
    return (shared_data / "dumps" / request.param).read_bytes(), REAL[request.param]


@pytest.mark.shared
@pytest.mark.parametrize("variant", VARIANTS)
def test_real_dumps_read_whole_however_they_were_saved(real: tuple[bytes, int], variant: str) -> None:
    raw, number = real
    whole = read(raw)
    assert len(papers_of(whole)) == len(whole) == number
    assert read(VARIANTS[variant](raw.decode())) == whole
    assert PageText().recognises(raw[: 64 * 1024])


@pytest.mark.shared
def test_real_dumps_read_whole_without_their_head(real: tuple[bytes, int]) -> None:
    raw, _ = real
    whole = papers_of(read(raw))
    beheaded = raw[raw.index(whole[0].title.encode()) :]
    assert [replace(paper, listed=None) for paper in whole] == read(beheaded)
    assert PageText().recognises(beheaded[: 64 * 1024])


@pytest.mark.shared
def test_the_real_closings_are_read(shared_data: Path) -> None:
    papers = papers_of(read((shared_data / "dumps" / "002_3a9ea0f1c8782074.txt").read_bytes()))
    assert all(paper.published for paper in papers)
    assert [paper.organization for paper in papers if paper.author_count is None] == ["FuriosaAI"]
    assert sum(paper.comments is not None for paper in papers) == 5
    assert (papers[0].author_count, papers[0].published, papers[0].comments) == (5, date(2025, 2, 11), 2)
    assert {paper.listed for paper in papers} == {date(2025, 10, 29)}
    years = [paper.published.year for paper in papers if paper.published]
    assert (min(years), max(years)) == (2016, 2025)


@pytest.mark.shared
def test_real_dumps_that_are_cut_give_papers_of_the_whole_one(real: tuple[bytes, int]) -> None:
    raw, _ = real
    whole = texts(read(raw))
    untold = 0
    ends = range(3000, len(raw), 997)
    for end in ends:
        records = read(raw[:end])
        found = texts(records)
        assert found[:-1] == whole[: max(len(found) - 1, 0)]
        if rejects_of(records):
            cut_reject(raw[:end], papers_of(records))
        untold += found != whole[: len(found)]
    # A cut at the end of a sentence can't be told where nothing stands after abstracts.
    assert untold <= len(ends) * 0.1
