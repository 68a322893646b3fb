"""What reference managers write of names and days is understood alike in every format of theirs."""

from __future__ import annotations

from datetime import date

import pytest

from digest.formats.references import in_order, reference, whole_day


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
    ("text", "found"),
    [
        ("2026-11-17", date(2026, 11, 17)),
        ("2026/1/7/spring", date(2026, 1, 7)),
        ("2026", None),
        ("2026///", None),
        ("2026-02-30", None),
        ("17 Nov 2026", None),
    ],
)
def test_a_day_is_whole_or_unknown(text: str, found: date | None) -> None:
    assert whole_day(text) == found


def test_links_lead_to_arxiv_else_to_the_page_else_to_the_doi() -> None:
    def links(*ids: str, address: str = "") -> str | None:
        made = reference(title="Tides", abstract="", authors=(), published=None, listed=None, ids=ids, mentions=(),
                         addresses=(address,))  # fmt: skip
        return made.links.abstract

    assert links("2611.04217", "10.1000/182", address="https://fen.example") == "https://arxiv.org/abs/2611.04217"
    assert links("10.1000/182", address="https://fen.example") == "https://fen.example"
    assert links("10.1000/182", address="javascript:alert(1)") == "https://doi.org/10.1000/182"
    assert links("10.1000/A#b?c<1>%2F") == "https://doi.org/10.1000/a%23b%3Fc%3C1%3E%252f"
    assert links() is None
