"""An entry that is not well formed keeps what can be trusted, or is a reject."""

from __future__ import annotations

import time

import pytest

from digest.formats.feed.repair import repaired


def entry(inside: str) -> bytes:
    return f"<item>{inside}</item>".encode()


def test_markup_in_a_text_is_escaped() -> None:
    first, *_ = repaired(entry("<title>A <br> b</title><link>x</link>"))
    assert first == entry("<title>A &lt;br> b</title><link>x</link>")


def test_the_elements_of_a_person_stay() -> None:
    raw = entry("<title>A</title><author><name>Ada <i>Moor</name></author>")
    assert next(iter(repaired(raw))) == raw.replace(b"<i>", b"&lt;i>")


def test_cdata_stays() -> None:
    raw = entry("<title><![CDATA[A <b>b</b>]]></title><x>")
    assert next(iter(repaired(raw))) == raw


def test_a_sign_that_begins_no_tag_is_text() -> None:
    assert next(iter(repaired(entry("<title>A</title>p < 0.05")))) == entry("<title>A</title>p &lt; 0.05")


def test_then_only_whole_elements_are_kept() -> None:
    *_, last = repaired(entry("<title>A</title><published>2026</pubated><dc:creator>Moor</dc:creator><link href='x'/>"))
    assert last == entry("<title>A</title><dc:creator>Moor</dc:creator><link href='x'/>")


@pytest.mark.parametrize(
    "inside",
    [
        "<title>B<guid>B</guid>",
        "<title>B</title><guid>B</guid><title>X</title>",
        "<title>B</title><id>1</id><id>2</id>",
        "<title>B</title><link>x<description>y</description>",
    ],
)
def test_what_could_be_two_papers_is_not_trusted(inside: str) -> None:
    assert list(repaired(entry(inside))) == []


def test_the_source_of_an_atom_entry_has_a_title_and_id_of_its_own() -> None:
    raw = b"<entry><title>A</title><id>a</id><source><title>Fen</title><id>f</id></source><br></entry>"
    assert list(repaired(raw))


@pytest.mark.parametrize("run", ["<", "</", "<title>", "</title>", "<title></title>", "<![CDATA[", "<name>", "<x"])
def test_time_is_linear(run: str) -> None:
    began = time.process_time()
    list(repaired(entry(run * 40_000)))
    assert time.process_time() - began < 5
