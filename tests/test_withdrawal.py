"""Withdrawals are seen in the words that papers use."""

from __future__ import annotations

import time

import pytest

from digest.formats.withdrawal import withdrawn


@pytest.mark.parametrize(
    "text",
    [
        "This paper has been withdrawn by the author due to a crucial error in equation 4",
        "This submission has been withdrawn by arXiv administrators",
        "12 pages. This article was withdrawn",
        "The manuscript is temporarily withdrawn",
        "This paper was withdrawn from arXiv",
        "This version withdrawn by arXiv administrators because the submitter did not have the right to agree",
        "This article has been removed by arXiv administrators due to a claim",
        "The author has withdrawn this paper due to an error in Lemma 2.",
        "The authors have withdrawn this manuscript because of a flaw. Please do not cite it.",
        "The authors have decided to withdraw this paper.",
        "The authors wish to withdraw the article.",
        "Submission withdrawn.",
        "Paper withdrawn by the authors",
        "We withdraw this paper",
        "We hereby withdraw this submission.",
        "I am withdrawing this paper, for Lemma 2 is wrong.",
        "We have decided to withdraw our paper.",
        "We found an error, and we withdraw the paper.",
        "This paper was retracted by the authors",
        "Retracted by the authors",
        "This work has been retracted.",
        "Withdrawn by the author: the proof is wrong",
        "This paper has now been withdrawn.",
        "The author withdrew this paper.",
    ],
)
def test_a_sentence_withdraws_in_abstract_and_comment(text: str) -> None:
    assert withdrawn(text)
    assert withdrawn("", text)


@pytest.mark.parametrize(
    "text", ["Withdrawn by the authors", "withdrawn", "[Withdrawn]", "Paper withdrawn", "Withdrawn due to an error"]
)
def test_a_bare_word_withdraws_in_the_comment(text: str) -> None:
    assert withdrawn("", text)


@pytest.mark.parametrize("text", ["withdrawn", "[Withdrawn]", "Withdrawn due to an error"])
def test_a_bare_word_says_nothing_in_an_abstract(text: str) -> None:
    assert not withdrawn(text)


@pytest.mark.parametrize(
    "text",
    [
        "We study why papers are withdrawn.",
        "This paper was withdrawn from a conference and improved",
        "The snail has withdrawn into its shell. This paper has been shortened",
        "Withdrawn from the shelf: 12 pages, 3 figures",
        "Withdrawn from ICML 2026",
        "This paper was withdrawn from ICML",
        "The drug was withdrawn from the market. This report says why.",
        "The drug was withdrawn.",
        "v1 was withdrawn; this is the corrected version",
        "This paper was withdrawn; this version is the corrected one",
        "Papers withdrawn late are rarely cited",
        "We retract the shell of the snail in this paper",
        "We withdraw blood from snails.",
        "The authors of the trial have withdrawn treatment",
        "This paper studies retracted papers",
        "Retracted citations in the literature: 12 pages",
        "",
    ],
)
def test_other_sentences_do_not_withdraw(text: str) -> None:
    assert not withdrawn(text)


@pytest.mark.parametrize(
    "text", ["Withdrawn from ICML 2026", "v1 was withdrawn; this is the corrected version", "12 pages"]
)
def test_other_comments_do_not_withdraw(text: str) -> None:
    assert not withdrawn("", text)


@pytest.mark.parametrize(
    "title",
    [
        "RETRACTED: Tidal clocks",
        "WITHDRAWN: Tidal clocks",
        "Retracted: Tidal clocks",
        "RETRACTED ARTICLE: Tides",
        "[Retracted] Tidal clocks",
        "[RETRACTED ARTICLE] Tides",
        "Withdrawn: Tidal clocks",
    ],
)
def test_a_title_withdraws(title: str) -> None:
    assert withdrawn("Snails.", "", title)


@pytest.mark.parametrize(
    "title",
    [
        "Retraction of: Tidal clocks",
        "Retracted papers live on",
        "The withdrawn snail: a study",
        "Why papers are retracted",
    ],
)
def test_other_titles_do_not(title: str) -> None:
    assert not withdrawn("Snails.", "", title)


@pytest.mark.parametrize(
    "run", ["withdrawn ", "this paper ", "the authors have ", "we have ", "retracted by ", ". ", ") "]
)
def test_time_is_linear(run: str) -> None:
    began = time.process_time()
    withdrawn(run * 20_000 + "withdrawn", "retract " + run * 20_000, "RETRACTED" + run * 20_000)
    assert time.process_time() - began < 5
