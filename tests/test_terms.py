"""Words of texts in all scripts, and signs that are part of words."""

from __future__ import annotations

import csv

import pytest

from digest.errors import KeywordError
from digest.keywords import parse
from digest.model import Paper
from digest.rank.matcher import match
from digest.tex import to_unicode
from tests.conftest import SHARED

#: lines of the shared file that say otherwise than its other lines, which have colour meet color and tumour meet tumor
CONTRADICTED = {("color", "On colour"), ("tumor", "On tumours")}


def has(keyword: str, title: str) -> bool:
    pattern = parse(keyword).pattern
    return bool(match([Paper(title=to_unicode(title))], [pattern]).having(pattern))


def related(keyword: str, title: str) -> bool:
    pattern = parse(keyword).pattern
    found = match([Paper(title=title)], [pattern]).related
    return found is not None and bool(found.having(pattern))


@pytest.mark.parametrize(
    ("keyword", "title"),
    [
        ("深層学習", "深層学習による画像認識"),
        ("LLM", "面向LLM的评测"),
        ("딥러닝", "딥러닝을 이용한 번역"),
        ("画像*", "深層学習による画像認識"),
        ("A.I.", "AI today"),
        ("AI", "A.I. today"),
        ("US", "Law of the U.S. today"),
        ("data set", "New datasets"),
        ("dataset", "A data set of note"),
        ("non-linear", "Nonlinear waves"),
        ("nonlinear", "Non-linear waves"),
        ("multi agent play", "Multiagent play"),
        ("kv cache", "A KVCache for long texts"),
        ("ΛCDM", r"$\Lambda$ CDM"),
        ("Λ CDM", r"$\Lambda$CDM"),
        ("AdS/CFT", r"AdS$_5$/CFT$_4$ duality"),
        ("A*", "Faster A* search"),
        ("A* search", "Faster A* search"),
        ("L1 norm", r"The $\ell_1$ norm"),
        ("ℓ₁ norm", "The L1 norm"),
        ("SO(10)", "Unification in SO(10)"),
        ("GPT-3.5", "GPT 3.5 again"),
        ("GPT-3.5", "GPT3.5 again"),
        ("R^2", "The R² of a fit"),
        ("L^2 norm", "An L2 norm"),
        ('"IT"', "On IT and work"),
        ('"CLIP"', "CLIP for snails"),
        ("supervised", "Self-supervised snails"),
        ("GPU", "Many GPUs"),
        ("PDEs", "A PDE"),
        ("aids", "Living with AIDS"),
    ],
)
def test_a_keyword_finds(keyword: str, title: str) -> None:
    assert has(keyword, title)


@pytest.mark.parametrize(
    ("keyword", "title"),
    [
        ("学層", "深層学習による画像認識"),
        ("SO(10)", "It was so 10 years ago"),
        ("GPT-3", "GPT-3.5 again"),
        ("GPT-3.5", "GPT-3 here 5 times"),
        ("kv cache", "We use kv. Cache is next"),
        ("深層学習", "深層。学習"),
        ('"IT"', "Is it work"),
        ('"CLIP"', "A paper clip"),
        ("review", "Peer-reviewed papers"),
        ("aid", "Living with AIDS"),
        ("lead", "An LED lamp"),
        ("CO", "Capture of CO₂"),
        ("A*", "A search"),
        ("inform", "A change in form"),
    ],
)
def test_a_keyword_does_not_find(keyword: str, title: str) -> None:
    assert not has(keyword, title)


@pytest.mark.parametrize(
    ("keyword", "title"),
    [
        ("animal", "Snail animation"),
        ("import", "An important result"),
        ("market", "Marketing of snails"),
        ("author", "Authority of snails"),
        ("operation", "An operator"),
        ("operator learning", "Operations learned"),
        ("normal", "Normalizing flows"),
        ("experience", "Experiments at home"),
        ("general", "Generalization"),
        ("physics", "Physical snails"),
        ("review", "Peer-reviewed papers"),
    ],
)
def test_a_word_of_the_same_root_is_only_related(keyword: str, title: str) -> None:
    assert not has(keyword, title)
    assert related(keyword, title)


def test_what_is_found_is_not_related_too() -> None:
    assert not related("operator", "An operator of operations")


@pytest.mark.parametrize(
    ("keyword", "said"),
    [
        ("cats OR dogs", "two keywords"),
        ("cats AND dogs", "in a row"),
        ("cats NOT dogs", "- in front"),
        ("/cat.*/", "regular expressions"),
        ("cat~2", "~"),
        ("(cats dogs)", "brackets"),
        ("in the", "every paper"),
        ("画*", "2 characters"),
    ],
)
def test_what_is_meant_for_another_search_box_is_told(keyword: str, said: str) -> None:
    with pytest.raises(KeywordError, match=said):
        parse(keyword)


@pytest.mark.parametrize(
    ("keyword", "weight"),
    [
        ("R^2", 1),
        ("L^2 ^3", 3),
        ("L^p spaces", 1),
        ("10^6 atoms", 1),
        ("decoding^3", 3),
        ("gpt-4^2", 2),
        ("kv cache ^2", 2),
    ],
)
def test_a_caret_is_a_weight_or_a_power(keyword: str, weight: float) -> None:
    assert parse(keyword).weight == weight


def test_the_shared_pairs() -> None:
    path = SHARED / "odd" / "keywords.tsv"
    if not path.is_file():
        pytest.skip(f"there is no {path}")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    wrong = []
    for keyword, text, expected in rows:
        author = text.removeprefix("author=")
        paper = Paper(title="", authors=(author,)) if author != text else Paper(title=to_unicode(text))
        pattern = parse(keyword).pattern
        if bool(match([paper], [pattern]).having(pattern)) != (expected == "yes"):
            wrong.append((keyword, text))
    assert {*wrong} <= CONTRADICTED
