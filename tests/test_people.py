"""Lists of names are read as listings write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.formats.people import in_order, people, split_names


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
    assert split_names(text) == expected


@given(st.text())
def test_no_text_is_too_strange_for_a_name(text: str) -> None:
    assert all(name.strip() for name in split_names(text))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Moor, Ada", "Ada Moor"),
        ("Ada Moor", "Ada Moor"),
        ("Moor, Jr., Ada", "Ada Moor Jr."),
        ("Moor, Ada, Jr.", "Ada Moor Jr."),
        ("Moor, III, Ada", "Ada Moor III"),
        ("van den Berg, C.", "C. van den Berg"),
        ("Moor,", "Moor"),
        (",", ""),
        ("", ""),
    ],
)
def test_names_are_turned_round(name: str, found: str) -> None:
    assert in_order(name) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ada Moor, B. Reed and C. Sedge", ("Ada Moor", "B. Reed", "C. Sedge")),
        ("Moor, Ada; Reed, Bo; Sedge, Cy", ("Ada Moor", "Bo Reed", "Cy Sedge")),
        ("Ada Moor; Bo Reed;", ("Ada Moor", "Bo Reed")),
        ("Moor, A., Reed, B. C.", ("A. Moor", "B. C. Reed")),
        ("Moor A, Reed BC", ("A Moor", "BC Reed")),
        ("Moorland, Georg T., Reedbank, Bella, Fenwick, Cy", ("Georg T. Moorland", "Bella Reedbank", "Cy Fenwick")),
        ("de Haan, Nella, von Reed, Bo", ("Nella de Haan", "Bo von Reed")),
        ("Ada Moor, Bo Reed, Cy Sedge", ("Ada Moor", "Bo Reed", "Cy Sedge")),
        ("Moor, Ada and Reed, Bo", ("Ada Moor", "Bo Reed")),
        ("Ada Moor & Bo Reed", ("Ada Moor", "Bo Reed")),
        ("Moor, Jr., Ada", ("Ada Moor Jr.",)),
        ("The Fen Collaboration: A. Moor, B. Reed", ("The Fen Collaboration", "A. Moor", "B. Reed")),
        (":", ()),
        ("Wei Wang 0001, Bo Reed 0012", ("Wei Wang", "Bo Reed")),
        ("ada@fen.museum (Ada Moor)", ("Ada Moor",)),
        ("ada@fen.example", ()),
        ("Ada Moor <ada@fen.example>", ("Ada Moor",)),
        ("Moor, Ada, et al.", ("Ada Moor",)),
        ("Research and Development Team", ("Research and Development Team",)),
        ("Plato and Aristotle", ("Plato and Aristotle",)),
        ("Plato", ("Plato",)),
        ("", ()),
    ],
)
def test_a_field_may_name_several_people(text: str, expected: tuple[str, ...]) -> None:
    assert people(text) == expected


def test_where_the_family_name_is_first_one_comma_parts_a_name() -> None:
    assert people("Garcia Lopez, Maria Elena", last_first=True) == ("Maria Elena Garcia Lopez",)
    assert people("Garcia Lopez, Maria Elena") == ("Garcia Lopez", "Maria Elena")


@given(st.text() | st.text(alphabet="aA.,;:()& \u00e9@-0"))
def test_no_text_is_too_strange_for_people(text: str) -> None:
    assert all(name.strip() == name and name for name in people(text) + people(text, last_first=True))


@pytest.mark.parametrize(
    "run", ["a", ";", ",", "(", ")", " and ", "a,", "A.,", " & ", ":", "a@", "@", "<", "'", " ", "1", "-"]
)
def test_time_is_linear(run: str) -> None:
    began = time.process_time()
    people(run * 40_000)
    split_names(run * 40_000)
    assert time.process_time() - began < 5
