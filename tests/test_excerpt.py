"""A cut of an abstract shows what matched and reads well."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.renderers.excerpt import Piece, excerpt, pieces, shorten

FILLER = "The weather was fine and nothing of note was seen by anyone at all. "


def _span(text: str, word: str) -> tuple[int, int]:
    at = text.index(word)
    return at, at + len(word)


def test_a_short_text_is_whole() -> None:
    """What fits is not cut."""
    assert excerpt("Short.", [], 100) == (0, 6)


def test_a_text_without_matches_is_cut_after_a_sentence() -> None:
    """The beginning is the best guess."""
    start, end = excerpt(FILLER * 10, [], 200)
    assert start == 0
    assert (FILLER * 10)[:end].endswith("at all.")


def test_the_window_goes_to_the_match() -> None:
    """It begins with the sentence of the match, however late."""
    text = FILLER * 10 + "Here a lantern is lit. " + FILLER * 10
    start, end = excerpt(text, [_span(text, "lantern")], 200)
    assert text[start:end].startswith("Here a lantern is lit.")


def test_different_matches_count_for_more_than_many() -> None:
    """Two keywords once each say more than one three times."""
    text = "A lantern, a lantern, a lantern. " + FILLER * 10 + "A lantern and a whale. " + FILLER * 10
    marks = [(at, at + 7) for at in range(len(text)) if text.startswith("lantern", at)]
    start, end = excerpt(text, [*marks, _span(text, "whale")], 200)
    assert text[start:end].startswith("A lantern and a whale.")


def test_a_match_deep_in_a_long_sentence_gets_a_run_up() -> None:
    """Where the sentence is too long, a few words stand before the match."""
    text = "word " * 300 + "lantern " + "word " * 300
    start, end = excerpt(text, [_span(text, "lantern")], 200)
    assert 0 < text[start:end].index("lantern") < 90
    assert text[start - 1] == " "
    assert text[end - 4 : end] == "word"


def test_abbreviations_end_no_sentence() -> None:
    """'et al.' and initials are no place to stop."""
    text = "As shown by Alder et al. Birch made it so and J. S. Cedar agreed with it in the end. " + FILLER * 5
    _, end = excerpt(text, [], 85)
    assert text[:end].endswith("in the end.")


def test_pieces_mark_and_show_cuts() -> None:
    """Marked and unmarked text alternate; an ellipsis stands where text is missing."""
    text = "One lantern. Two lanterns. Three."
    found = pieces(text, [(4, 11), (17, 25)], (13, 26))
    assert found == (
        Piece("… ", False),
        Piece("Two ", False),
        Piece("lanterns", True),
        Piece(".", False),
        Piece(" …", False),
    )


def test_shorten_cuts_after_a_word() -> None:
    """No word is cut in two, unless it is longer than the room there is."""
    assert shorten("A lantern for whales", 15) == "A lantern for…"
    assert shorten("x" * 50, 10) == "x" * 10 + "…"
    assert shorten("fits", 4) == "fits"


@given(
    st.text(alphabet="ab .!\u0301é。", max_size=600),
    st.lists(st.integers(0, 600), unique=True, max_size=40).map(sorted),
    st.integers(20, 200),
)
def test_any_text_any_spans(text: str, offsets: list[int], limit: int) -> None:
    """The window lies in the text, is not much longer than asked for, and its pieces put it together again."""
    inside = [offset for offset in offsets if offset <= len(text)]
    marks = list(zip(inside[::2], inside[1::2], strict=False))
    start, end = excerpt(text, marks, limit)
    assert 0 <= start <= end <= len(text)
    assert end - start <= limit * 1.15 + 40
    assert text[start:end] in "".join(piece.text for piece in pieces(text, marks, (start, end)))
