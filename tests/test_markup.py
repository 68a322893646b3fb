"""What is HTML becomes text, and what is text stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.formats.markup import plain


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Snails &amp; <i>Moons</i>", "Snails & Moons"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("One<br/>two", "One two"),
        ("x<sub>2</sub>", "x2"),
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
        assert "<script>" not in text.lower()
