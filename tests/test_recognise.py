"""A dump's format is told by its content, and what is none is called by its name."""

from __future__ import annotations

import codecs
import gzip
from dataclasses import dataclass

import pytest

from digest.errors import DumpError
from digest.formats.decode import decode, looks_like
from digest.formats.recognise import HEAD, recognise


@dataclass
class Beginning:
    """A format whose dumps begin with certain bytes."""

    begin: bytes
    description: str = "a fake page"

    def recognises(self, head: bytes) -> bool:
        return head.startswith(self.begin)


def test_the_first_format_that_recognises_the_head_is_taken() -> None:
    one, two, three = Beginning(b"x"), Beginning(b"a"), Beginning(b"ab")
    assert recognise(b"abc", [one, two, three]) is two


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (codecs.BOM_UTF8 + b"\n", "empty"),
        (bytes(range(256)) * 4, "binary data"),
        (b"\x00\x01\x02 text", "binary data"),
        (gzip.compress(b"papers", mtime=0), "a gzip archive"),
        (b"%PDF-1.7 ...", "a PDF file"),
        (b"<!DOCTYPE html><html><head><title>Sign in\n to read</title>", "an HTML page (“Sign in to read”)"),
        (b"\n<html lang=en><body>502", "an HTML page"),
        (b"<!-- saved --><HTML>", "an HTML page"),
        (codecs.BOM_UTF16_LE + "<html>".encode("utf-16-le"), "an HTML page"),
        (b'<?xml version="1.0"?><feed>', "XML"),
        (b'{"error": "not found"}', "JSON"),
        (b"[]", "JSON"),
        (b'[ {"paper": 1}', "JSON"),
        (b"Dear reader,\nthe page has moved.", "text"),
        (b"<think> Before You Answer\nA title may begin so.", "text"),
        (b"[Re] A Title That Begins With a Bracket", "text"),
        ("naïve".encode("cp1252"), "text"),
    ],
)
def test_what_is_no_dump_is_called_by_its_name(head: bytes, found: str) -> None:
    assert looks_like(head) == found
    with pytest.raises(DumpError) as caught:
        recognise(head, [Beginning(b"never"), Beginning(b"nor this", "a fake feed")])
    assert str(caught.value).startswith(f"it is {found}")
    if found == "empty":
        assert str(caught.value) == "it is empty"
    else:
        assert str(caught.value).endswith("expected a fake page or a fake feed")


def test_a_login_page_is_suspected() -> None:
    with pytest.raises(DumpError, match="an error or login page that was saved in its place"):
        recognise(b"<html>", [Beginning(b"never")])


@pytest.mark.parametrize("end", range(HEAD - 3, HEAD + 1))
def test_a_head_that_ends_within_a_character_is_text(end: int) -> None:
    assert looks_like(("ü€𝄞" * HEAD).encode()[:end]) == "text"


# ------------------------------------------------------------------------------------------------------- decode


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_with_its_mark(encoding: str) -> None:
    assert decode("Schrödinger’s • cat".encode(encoding)) == ("Schrödinger’s • cat", False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_character_that_is_cut_at_the_end_is_left_out(encoding: str) -> None:
    assert decode("one 𝄞".encode(encoding)[:-1]) == ("one ", True)


def test_a_line_that_is_no_utf8_does_not_spoil_the_others() -> None:
    raw = "• Schrödinger\n".encode() + "• Poincaré\r\n".encode("cp1252") + "• Gödel".encode()
    assert decode(raw) == ("• Schrödinger\n• Poincaré\r\n• Gödel", False)
    assert decode(raw + "é".encode()[:1]) == ("• Schrödinger\n• Poincaré\r\n• Gödel", True)


def test_a_control_character_that_was_copied_along_makes_no_binary() -> None:
    assert decode(b"A page with one control \x0b\x0c\x02 character" + b" and more" * 10).text


@pytest.mark.parametrize("raw", [b"text with\0a null", b"\x01\x02\x03\x04", "utf-16 without mark".encode("utf-16-le")])
def test_binary_data_is_refused(raw: bytes) -> None:
    with pytest.raises(DumpError, match="binary"):
        decode(raw)
