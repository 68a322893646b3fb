"""A feed that is not well formed keeps what can be trusted, and tells what was taken out."""

from __future__ import annotations

import pytest

from digest.formats.feed.repair import entry_lines, repaired

HEAD = "<rss><channel>\n"
ITEMS = [f"<item>\n<title>{letter}</title><guid>{letter}</guid>\n</item>\n" for letter in "ABC"]
TAIL = "</channel></rss>\n"
FEED = HEAD + "".join(ITEMS) + TAIL


def test_what_is_in_order_stays_as_it_is() -> None:
    assert repaired(FEED.encode()) == (FEED.encode(), [])
    stray = FEED.replace("<title>B", "<title>B & b&nbsp;<br>")
    assert repaired(stray.encode()) == (stray.encode(), [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<item>\n<title>B</title><guid>B</guid>\n\n", "end is missing"),
        ("\n<title>B</title><guid>B</guid>\n</item>\n", "beginning is missing"),
        ("<item>\n<title>B<guid>B</guid>\n</item>\n", "run into one another"),
        ("<item>\n<title>B</title><guid>B</guid><title>X</title>\n</item>\n", "run into one another"),
    ],
)
def test_what_could_be_mixed_is_taken_out_and_lines_stay(text: str, reason: str) -> None:
    raw, [reject] = repaired(FEED.replace(ITEMS[1], text).encode())
    assert reason in reject.reason
    assert not reject.cut
    assert reject.line in (5, 7)
    assert raw.count(b"\n") == FEED.count("\n")
    assert b"<title>A" in raw
    assert b"<title>C" in raw
    assert raw.count(b"<item>") == 2


def test_the_source_of_an_atom_entry_has_a_title_and_id_of_its_own() -> None:
    entry = "<entry><title>A</title><id>a</id><source><title>Fen</title><id>f</id></source></entry>"
    assert repaired(f"<feed>{entry}</feed>".encode())[1] == []


def test_a_cut_is_told() -> None:
    raw, [reject] = repaired(FEED[: FEED.index("<title>C") + 4].encode())
    assert raw.count(b"<item>") == 2
    assert (reject.line, reject.cut) == (8, True)
    raw, [reject] = repaired(FEED[: FEED.index("<title>C") - 7].encode())
    assert raw.count(b"<item>") == 2
    assert reject.cut


def test_lines_of_entries() -> None:
    assert entry_lines(FEED.encode()) == [2, 5, 8]
