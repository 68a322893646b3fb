"""Days, lists of names and withdrawal are read as listings write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.formats.conventions import day, names, withdrawn


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-11-20", date(2025, 11, 20)),
        ("2025-11-20T17:59:46Z", date(2025, 11, 20)),
        ("2025-11-20T22:30:00-04:00", date(2025, 11, 21)),
        ("2025-11-20T00:00:00-04:00", date(2025, 11, 20)),
        ("Thu, 20 Nov 2025 00:00:00 +0200", date(2025, 11, 20)),
        ("Thu, 20 Nov 2025 01:00:00 +0200", date(2025, 11, 19)),
        ("Mon, 2 Apr 2007 19:18:42 GMT", date(2007, 4, 2)),
        (" 2025-11-20T10:00:00 ", date(2025, 11, 20)),
        ("2025-02-30", None),
        ("2014", None),
        ("2014-12", None),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T01:00:00+09:00", None),
    ],
)
def test_a_day_is_the_one_in_utc_and_midnight_is_no_time(text: str, expected: date | None) -> None:
    assert day(text) == expected


@given(st.text() | st.from_regex(r"[0-9 :,+TZ-]{1,40}|\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]?\w+"))
def test_no_text_is_too_strange_for_a_day_or_a_name(text: str) -> None:
    assert day(text) is None or day(text)
    assert all(name.strip() for name in names(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Moor", ("Ada Moor",)),
        ("Ada Moor, B. Reed and C. Sedge", ("Ada Moor", "B. Reed", "C. Sedge")),
        ("Ada Moor, B. Reed, and C. Sedge", ("Ada Moor", "B. Reed", "C. Sedge")),
        ("Ada Moor (Fen College, Ely and Cambridge), B. Reed", ("Ada Moor", "B. Reed")),
        ("A. Moor (1 and 2), B. Reed (2) ((1) Fen College (Ely), (2) Heath)", ("A. Moor", "B. Reed")),
        ("N. M\\\"oller, Andr\\'e Sedge, M{\\aa}ns Reed", ('N. M\\"oller', "Andr\\'e Sedge", "M{\\aa}ns Reed")),
        ("Ada Moor, Jr., B. Reed III", ("Ada Moor Jr.", "B. Reed III")),
        ("The Fen Collaboration: A. Moor, et al.", ("The Fen Collaboration", "A. Moor")),
        ("Alexander Sandler", ("Alexander Sandler",)),
        ("A. Moor (Fen College, B. Reed", ("A. Moor (Fen College", "B. Reed")),
        ("", ()),
    ],
)
def test_names_come_without_affiliations(text: str, expected: tuple[str, ...]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "This paper has been withdrawn by the author due to a crucial error in equation 4",
        "This submission has been withdrawn by arXiv administrators",
        "12 pages. This article was withdrawn",
        "The manuscript is temporarily withdrawn",
        "This paper was withdrawn from arXiv",
    ],
)
def test_arxivs_sentence_withdraws_in_abstract_and_comment(text: str) -> None:
    assert withdrawn(text)
    assert withdrawn("", text)


@pytest.mark.parametrize("text", ["Withdrawn by the authors", "withdrawn", "[Withdrawn]", "Paper withdrawn"])
def test_a_bare_word_withdraws_in_the_comment_only(text: str) -> None:
    assert withdrawn("", text)
    assert not withdrawn(text)


@pytest.mark.parametrize(
    "text",
    [
        "We study why papers are withdrawn.",
        "This paper was withdrawn from a conference and improved",
        "The snail has withdrawn into its shell. This paper has been shortened",
        "Withdrawn from the shelf: 12 pages, 3 figures",
        "",
    ],
)
def test_other_sentences_do_not_withdraw(text: str) -> None:
    assert not withdrawn(text)
    assert not withdrawn("", text)
