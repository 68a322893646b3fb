"""Addresses: one normal form for each, and a sentence for those that nothing can be sent to."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.address import (
    Sender,
    ascii_address,
    output_name,
    parse_address,
    parse_mail_address,
    parse_sender,
    stored_address,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada@example.org", "ada@example.org"),
        (" Ada@FEN.org\n", "Ada@fen.org"),
        ("a@fen.org", "a@fen.org"),
        ("MAILTO:a@Fen.org", "a@fen.org"),
        ("o'hara+papers.daily@x_y.example", "o'hara+papers.daily@x_y.example"),
        ("root@localhost", "root@localhost"),
        ("ada@BÜCHER.example", "ada@bücher.example"),
        ("ada@xn--bcher-KVA.example", "ada@bücher.example"),
        ("Pigeon:Loft-4", "pigeon:Loft-4"),
        ("https://Hooks.Example/Papers?Key=1", "https://hooks.example/Papers?Key=1"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
    ],
)
def test_equal_addresses_become_equal_texts(text: str, expected: str) -> None:
    assert parse_address(text) == expected
    assert parse_address(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "nobody", "@example.org", "ada@", "a@b@c", "ada@.org", "ada@example..org", "ada@-x.org", ".ada@example.org",
        "a..b@example.org", "ada.@example.org", "a b@example.org", '"a b"@example.org', "ada@[192.0.2.1]",
        "=?utf-8?q?victim?=@example.org", "ada@example.org\r\nBcc: x@y.org", "ada@example.org, bob@example.org",
        "Ada <ada@example.org>", "größe@example.org", "ada@ex\u202eample.org", "a" * 65 + "@example.org",
        "ada@exa mple.org", "ada@" + "a" * 64 + ".org",
        "ada@" + "a." * 130 + "org", "ada\x00@example.org", "ada@exämple..org", "pigeon:",
        "pigeon:loft 4", "pigeon:löft", "https:///papers", "https://", "https://[::1/papers",
        "pigeon:" + "x" * 2000,
    ],
)  # fmt: skip
def test_what_nothing_can_be_sent_to_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|before the @") as caught:
        parse_address(text)
    assert str(caught.value).isprintable()


def test_the_sentence_says_what_is_wrong_with_it() -> None:
    with pytest.raises(
        ValueError, match="'a@b@c' is not a mail address: 'a@b' cannot be before the @; write for example"
    ):
        parse_address("a@b@c")
    with pytest.raises(
        ValueError, match=r"'ada@x\.\.org' is not a mail address: 'x\.\.org' is not the name of a mail server"
    ):
        parse_address("ada@x..org")


def test_mail_is_sent_to_the_domain_in_ascii() -> None:
    assert ascii_address("ada@bücher.example") == "ada@xn--bcher-kva.example"
    assert ascii_address("ada@example.org") == "ada@example.org"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ada@example.org", "mail"),
        ("https://hooks.example/x", "webhook"),
        ("http://hooks.example/x", "webhook"),
        ("pigeon:loft-4", "pigeon"),
        ("xmpp:ada@example.org", "xmpp"),
    ],
)
def test_the_scheme_selects_the_output(address: str, expected: str) -> None:
    assert output_name(parse_address(address)) == expected


def test_only_mail_addresses_are_mail_addresses() -> None:
    with pytest.raises(ValueError, match="is not a mail address"):
        parse_mail_address("pigeon:loft-4")


def test_what_an_earlier_version_stored_can_be_looked_up() -> None:
    assert stored_address("Ada@FEN.org") == "Ada@fen.org"
    assert stored_address("a@b@c") == "a@b@c"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Daily Papers <digest@Papers.example>", Sender("Daily Papers", "digest@papers.example")),
        ('"Papers, daily" <digest@papers.example>', Sender("Papers, daily", "digest@papers.example")),
        ("digest@papers.example", Sender("", "digest@papers.example")),
        ("<digest@papers.example>", Sender("", "digest@papers.example")),
        ("a < b <digest@papers.example>", Sender("a < b", "digest@papers.example")),
    ],
)
def test_a_sender_has_a_name_and_an_address(text: str, expected: Sender) -> None:
    assert parse_sender(text) == expected


def test_a_sender_s_domain_is_in_ascii() -> None:
    assert parse_sender("Papers <digest@bücher.example>").domain == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "text", ["", "Papers", "Papers <>", "Papers <a@b@c>", "Papers <digest@papers.example", "a@b.org>"]
)
def test_a_sender_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a mail address|a > is missing"):
        parse_sender(text)


ATOM = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=20)
LABEL = st.text(string.ascii_letters + string.digits, min_size=1, max_size=20)


@given(st.lists(ATOM, min_size=1, max_size=3).map(".".join), st.lists(LABEL, min_size=1, max_size=4).map(".".join))
def test_every_dot_string_with_a_domain_is_an_address(local: str, domain: str) -> None:
    if "=?" in local or len(local) > 64 or "xn--" in domain.lower():
        return
    assert parse_mail_address(f"{local}@{domain}") == f"{local}@{domain.lower()}"


@given(st.text())
def test_whatever_is_typed_is_parsed_or_refused(text: str) -> None:
    try:
        parsed = parse_address(text)
    except ValueError:
        return
    assert parse_address(parsed) == parsed
    assert output_name(parsed)
    assert parsed.isprintable()
