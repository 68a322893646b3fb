"""Withdrawals are seen in the words that papers use."""

from __future__ import annotations

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
