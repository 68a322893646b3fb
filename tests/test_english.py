"""Forms and spellings of English words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.english.inflection import lexemes, meanings
from tests.conftest import ROOT

FOLDER = ROOT / "tests" / "english"


def lines(name: str) -> list[str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_forms_of_one_word_are_one() -> None:
    """A text in any form has a keyword in its ground form, and the other way round for all but homonyms."""
    missed = []
    for line in lines("same.txt"):
        word, *forms = line.split()
        missed += [(word, form) for form in forms if not {*meanings(word)} & {*lexemes(form)}]
    assert missed == []


def test_other_words_are_not() -> None:
    pairs = [pair.split() for line in lines("apart.txt") for pair in line.split(";") if pair.strip()]
    joined = [(one, other) for one, other in pairs if {*lexemes(one)} & {*lexemes(other)}]
    assert len(pairs) > 1000
    assert joined == []


@pytest.mark.parametrize(
    ("typed", "found", "not_found"),
    [
        ("bound", "bounds", "bind"),
        ("bind", "bound", "bounds"),
        ("bases", "basis", "basic"),
        ("bases", "base", "basin"),
        ("found", "founded", "finding"),
        ("thought", "thoughts", "thinking"),
    ],
)
def test_a_form_of_two_words_is_sought_as_it_is_meant(typed: str, found: str, not_found: str) -> None:
    assert {*meanings(typed)} & {*lexemes(found)}
    assert not {*meanings(typed)} & {*lexemes(not_found)}


@pytest.mark.parametrize(
    ("one", "other"),
    [("schroedinger", "schrodinger"), ("moebius", "mobius"), ("aarhus", "arhus"), ("kaehler", "kahler")],
)
def test_letters_with_marks_are_written_out_or_not(one: str, other: str) -> None:
    assert lexemes(one) == lexemes(other)


def test_short_words_keep_their_letters() -> None:
    assert lexemes("poet") != lexemes("pot")


@given(st.text(max_size=60))
def test_any_word_has_a_key(word: str) -> None:
    assert lexemes(word)
    assert set(meanings(word)) <= set(lexemes(word))
