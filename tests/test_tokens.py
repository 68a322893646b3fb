"""Tokens of links in mails."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.tokens import Tokens

ADDRESS = "ada@example.org"
OLD, NEW = "the first key of the test", "the second key of the test"


def test_a_token_says_its_value() -> None:
    tokens = Tokens([OLD], "unsubscribe")

    assert tokens.read(tokens.make(ADDRESS)) == ADDRESS


def test_one_value_has_one_token() -> None:
    """A mail that is sent again carries the same link."""
    assert Tokens([OLD], "unsubscribe").make(ADDRESS) == Tokens([OLD], "unsubscribe").make(ADDRESS)


def test_a_token_fits_one_step_of_a_path() -> None:
    token = Tokens([OLD], "unsubscribe").make("zoë+x/y?z#@example.org")

    assert token.isascii()
    assert not set(token) & set("/?#%& ")


def test_a_token_is_bound_to_its_purpose() -> None:
    token = Tokens([OLD], "confirm").make(ADDRESS)

    assert Tokens([OLD], "unsubscribe").read(token) is None


def test_a_token_survives_a_new_key() -> None:
    token = Tokens([OLD], "unsubscribe").make(ADDRESS)

    assert Tokens([OLD, NEW], "unsubscribe").read(token) == ADDRESS
    assert Tokens([NEW], "unsubscribe").read(token) is None


def test_the_newest_key_signs() -> None:
    assert Tokens([OLD, NEW], "unsubscribe").make(ADDRESS) == Tokens([NEW], "unsubscribe").make(ADDRESS)


def test_a_changed_token_is_none_of_ours() -> None:
    """Every single character counts."""
    tokens = Tokens([OLD], "unsubscribe")
    token = tokens.make(ADDRESS)
    for place, letter in enumerate(token[:-1]):
        changed = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        assert tokens.read(changed) is None, place
    assert tokens.read(token[:-2]) is None
    assert tokens.read(token + "A") is None


@given(st.text())
def test_no_other_text_is_a_token(text: str) -> None:
    assert Tokens([OLD], "unsubscribe").read(text) is None
