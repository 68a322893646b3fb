"""A saved Daily Papers page gives the papers that it carries, and no other page gives any."""

from __future__ import annotations

import html
import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.dump import DumpAbout
from digest.errors import DumpError
from digest.formats.huggingface.page import HuggingFacePage
from digest.model import Paper, Reject
from tests import test_huggingface_api as api

if TYPE_CHECKING:
    from pathlib import Path

HEAD = '<!DOCTYPE html>\n<html lang="en">\n<head><title>Daily Papers - Hugging Face</title></head>\n<body>\n'
MENU = '<div class="SVELTE_HYDRATER contents" data-target="MainHeader" data-props="{&quot;a&quot;:1}"></div>\n'
CARDS = """<article><a href="/papers/2611.04217"><img></a><div><h3>
  <a href="/papers/2611.04217" class="line-clamp-3">Tidal Clocks:
  How a Snail Counts</a></h3><a href="/papers/2611.04217#community">4</a></div></article>
<article><h3><a href="https://huggingface.co/papers/2611.04218">On the Smell of Old Maps</a></h3></article>
"""
END = "</body>\n</html>\n"


def page(*records: Any, cards: str = CARDS, **more: Any) -> str:
    """A page whose data says so."""
    props = html.escape(json.dumps({"dailyPapers": records, **more}, ensure_ascii=False))
    target = f'<div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props="{props}">{cards}</div>\n'
    return HEAD + MENU + target + END


def read(saved: str | bytes, as_of: date | None = None) -> list[Paper | Reject]:
    raw = saved.encode() if isinstance(saved, str) else saved
    return list(HuggingFacePage().read(io.BytesIO(raw), DumpAbout(as_of=as_of)))


WHOLE = page(api.FULL, api.BARE)
TITLES = [api.PAPER.title, api.BARE_PAPER.title]


def test_the_page_s_data_is_read_as_the_api_s() -> None:
    assert HuggingFacePage().recognises(WHOLE.encode())
    assert read(WHOLE) == [api.PAPER, api.BARE_PAPER]
    assert read(WHOLE.encode("utf-16")) == [api.PAPER, api.BARE_PAPER]


def test_the_cards_are_read_where_the_data_is_missing() -> None:
    saved = HEAD + MENU + CARDS + END
    assert HuggingFacePage().recognises(saved.encode())
    day = date(2026, 11, 20)
    papers = [record for record in read(saved, day) if isinstance(record, Paper)]
    assert [(paper.title, paper.arxiv_id, paper.listed) for paper in papers] == [
        (TITLES[0], "2611.04217", day),
        (TITLES[1], "2611.04218", day),
    ]
    assert papers[0].links == api.with_paper(githubRepo=None, projectPage=None).links


def test_a_card_without_title_or_id_is_a_reject_with_its_line() -> None:
    saved = (
        HEAD + '<h3><a href="/papers/2611.04217"> </a></h3>\n<h3><a href="/papers/date">Old</a></h3>\n' + CARDS + END
    )
    records = read(saved)
    assert [(it.line, it.cut) for it in records if isinstance(it, Reject)] == [(5, False), (6, False)]
    assert len(records) == 4


def test_the_day_is_the_record_s_else_the_page_s_else_the_dump_s() -> None:
    def listed(saved: str) -> list[date | None]:
        return [it.listed for it in read(saved, date(2026, 1, 1)) if isinstance(it, Paper)]

    assert listed(page(api.FULL, api.BARE, date="2026-11-19")) == [date(2026, 11, 20), date(2026, 11, 19)]
    assert listed(WHOLE) == [date(2026, 11, 20), date(2026, 1, 1)]


def test_a_page_of_a_day_without_papers_is_valid() -> None:
    assert read(page(cards="")) == []


@pytest.mark.parametrize(
    "saved",
    [
        "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h3><a href='/login'>Sign in</a></h3></html>",
        "<html><body><a href='/papers/2611.04217'>Tidal Clocks</a></body></html>",
        "<html></html>",
        "Daily Papers",
        "[]",
        "",
        '<?xml version="1.0"?><rss></rss>',
        "\0",
        "<!---->" * 5000,
        "<!--" + "x" * 70_000,
    ],
)
def test_any_other_page_is_none(saved: str) -> None:
    assert not HuggingFacePage().recognises(saved.encode())
    with pytest.raises(DumpError):
        read(saved)


def test_a_page_with_the_title_only_has_no_papers() -> None:
    assert HuggingFacePage().recognises((HEAD + END).encode())
    with pytest.raises(DumpError, match="no paper"):
        read(HEAD + END)


@pytest.mark.parametrize(
    "spoilt",
    [
        HEAD + "<div>" * 100_000 + CARDS + END,
        WHOLE.replace("<html", '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><html', 1),
        WHOLE.replace("<head>", '<head><link rel="import" href="file:///etc/passwd">'),
    ],
)
def test_hostile_markup_does_no_harm(spoilt: str) -> None:
    try:
        titles = [it.title for it in read(spoilt) if isinstance(it, Paper)]
    except DumpError:
        return
    assert titles == TITLES[: len(titles)]


def test_a_page_that_is_cut_in_its_data_gives_the_papers_before_the_cut() -> None:
    begin, end = WHOLE.index('data-props="{&quot;dailyPapers'), WHOLE.index("]}", WHOLE.index("Old Maps"))
    for cut_at in range(begin + 40, end, 5):
        records = read(WHOLE[:cut_at])
        assert [it for it in records if isinstance(it, Paper)] == [api.PAPER, api.BARE_PAPER][: len(records) - 1]
        assert isinstance(records[-1], Reject)
        assert records[-1].cut


def test_cards_that_are_cut_give_the_titles_before_the_cut() -> None:
    saved = HEAD + CARDS + END
    for cut_at in range(len(HEAD), len(HEAD + CARDS)):
        try:
            records = read(saved[:cut_at])
        except DumpError:
            continue
        assert [it.title for it in records if isinstance(it, Paper)] == TITLES[: len(records) - 1]
        assert isinstance(records[-1], Reject)
        assert records[-1].cut


@given(st.data())
@settings(max_examples=200)
def test_no_spoilt_page_does_worse_than_a_reject(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([WHOLE, HEAD + CARDS + END]))
    raw = bytearray(text.encode(data.draw(st.sampled_from(["utf-8", "utf-16", "latin-1"]))))
    for _ in range(data.draw(st.integers(0, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(0, len(raw)))]
    HuggingFacePage().recognises(bytes(raw))
    try:
        records = read(bytes(raw))
    except DumpError:
        return
    assert len([it for it in records if isinstance(it, Paper)]) <= 2


@pytest.mark.shared
def test_the_real_answer_in_a_page_gives_the_same_papers(shared_data: Path) -> None:
    raw = (shared_data / "hf-api" / "daily_papers.json").read_bytes()
    assert read(page(*json.loads(raw))) == api.read(raw)
