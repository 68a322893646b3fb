"""What is HTML becomes text, and what is text stays."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.formats.markup import lines, plain


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Snails &amp; <i>Moons</i>", "Snails & Moons"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("One<br/>two", "One two"),
        ("x<sub>2</sub>", "x₂"),
        ("10<sup>&minus;3</sup> <sup>14</sup>C x<sup>max</sup> 1<sup>st</sup>", "10⁻³ ¹⁴C x^max 1st"),
        ("CO<inf>2</inf>, <jats:p>H<jats:sub>2</jats:sub>O</jats:p>", "CO₂, H₂O"),
        ("Learning the <video> element", "Learning the <video> element"),
        ("<video src='x'>Snails</video>", "Snails"),
        ("&lt;i&gt;Helix&lt;/i&gt; &lt; 3", "Helix < 3"),
        ("&amp;lt;i&amp;gt;Helix&amp;lt;/i&amp;gt; &amp;amp; more", "Helix & more"),
        ("A&B; R&D, Q&A and &section", "A&B; R&D, Q&A and &section"),
        ("<p>One<p>two", "One two"),
        ("A<script>alert(1)</script>B<style>p{}</style>", "AB"),
        ('<a href="javascript:alert(1)" onclick="x()">Fen</a>', "Fen"),
        ("Why <think> Helps", "Why <think> Helps"),
        ("p < 0.05 and q > 3", "p < 0.05 and q > 3"),
        ("if a<b then c", "if a<b then c"),
        ("<jats:p>Sedge</jats:p>", "Sedge"),
        ("<!-- hidden -->Sedge", "Sedge"),
        ("AT&T", "AT&T"),
        ("  a \n b ", "a b"),
        ("", ""),
    ],
)
def test_markup_becomes_text(markup: str, expected: str) -> None:
    assert plain(markup) == expected


@given(st.text() | st.text(alphabet="<>/!-scriptSCRIPT &;#x0123 ='\""))
def test_no_element_of_html_is_left_unless_it_was_escaped(markup: str) -> None:
    text = plain(markup)
    assert "\n" not in text
    if "&" not in markup:
        assert not re.search("<script>.*</script>", text.lower())


@pytest.mark.parametrize(
    "run", ["<", "&", "<a", "<sup>", "<math>", "<math></math>", "&amp;", "<!--", '<a ="', "<i>", "</i>"]
)
def test_time_is_linear(run: str) -> None:
    began = time.process_time()
    plain(run * 40_000)
    assert time.process_time() - began < 5


def test_lines_are_paragraphs_or_the_texts_own() -> None:
    assert lines("<p>One\ntwo</p>Three<br>four") == ["One two", "Three", "four"]
    assert lines("One\n two\n\n") == ["One", "two"]
