"""Cut an excerpt out of an abstract, with whole sentences around the matches. Pure.

A span is a start and an end offset in a text. Spans are sorted and don't overlap.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Piece", "excerpt", "pieces", "shorten"]

#: the gap between two sentences; "et al. 2020" and "e.g. this" don't end one
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\bal\.)(?<!\b[A-Za-z]\.)(?<!\bvs\.)\s+(?=[^\sa-z0-9])|(?<=[。！？])\s*")
#: characters shown before a match, if its sentence is too long to be shown
_RUN_UP = 80
#: characters shown after a match
_RUN_OUT = 40


class Piece(NamedTuple):
    """A piece of text; ``marked`` if it matched."""

    text: str
    marked: bool


def pieces(text: str, spans: Sequence[tuple[int, int]], window: tuple[int, int] | None = None) -> tuple[Piece, ...]:
    """Split ``text``, or a ``window`` of it, into marked and unmarked pieces. ``…`` shows where it was cut."""
    start, end = window or (0, len(text))
    cut: list[Piece] = []
    at = start
    for begin, stop in spans:
        if begin < at or stop > end:
            continue
        if begin > at:
            cut.append(Piece(text[at:begin], marked=False))
        cut.append(Piece(text[begin:stop], marked=True))
        at = stop
    if at < end:
        cut.append(Piece(text[at:end], marked=False))
    if start > 0:
        cut.insert(0, Piece("… ", marked=False))
    if end < len(text):
        cut.append(Piece(" …" if text[end - 1] in ".!?" else "…", marked=False))
    return tuple(cut)


def shorten(text: str, limit: int) -> str:
    """Cut a text after about ``limit`` characters, at the end of a word."""
    if len(text) <= limit:
        return text
    return text[: _word_end(text, 0, limit)].rstrip(" ,;:–—-") + "…"


def excerpt(text: str, spans: Sequence[tuple[int, int]], limit: int) -> tuple[int, int]:
    """Choose the window of about ``limit`` characters that shows the matches best.

    Windows with more different matches are better, then those with more matches, then the beginning of the text, then
    the start of a sentence. If a sentence is too long, a few words before the match are shown. The window ends at the
    end of a sentence or a word.
    """
    reach = _reach(limit)
    if len(text) <= reach:
        return 0, len(text)
    sentences = {0, *(found.end() for found in _SENTENCE.finditer(text))}
    run_ups = {_word_start(text, a - _RUN_UP) for a, _ in spans}

    def worth(start: int) -> tuple[int, int, bool, bool, int]:
        inside = [text[a:b].lower() for a, b in spans if start <= a and b <= start + reach]
        # A window that reaches beyond the end shows less.
        late = min(start, len(text) - limit)
        return len(set(inside)), len(inside), start == 0, start in sentences, late

    start = max(sorted(sentences | run_ups), key=worth)
    return start, _end(text, start, spans, limit)


def _reach(limit: int) -> int:
    """A little more than the limit, if that shows a whole sentence or one more match."""
    return limit + limit * 15 // 100


def _end(text: str, start: int, spans: Sequence[tuple[int, int]], limit: int) -> int:
    at_most = start + _reach(limit)
    if at_most >= len(text):
        return len(text)
    least = max((b for a, b in spans if a >= start and b <= at_most), default=start)
    least = max(least, start + limit * 6 // 10)
    sentences = [found.start() for found in _SENTENCE.finditer(text, least, at_most + 1)]
    if sentences:
        return sentences[-1]
    # Show some words after the last match, because they say something about it.
    last = max(start + limit, least + _RUN_OUT)
    if last >= len(text):
        return len(text)
    end = _word_end(text, start, last)
    while end > least and text[end - 1] in " ,;:–—-(":
        end -= 1
    return end


def _word_start(text: str, at: int) -> int:
    """The beginning of the first whole word at or after an offset."""
    if at <= 0:
        return 0
    space = text.find(" ", at, at + _RUN_UP)
    return at if space < 0 else space + 1


def _word_end(text: str, start: int, at: int) -> int:
    """The end of the last whole word before an offset. If a word is too long, the end of a character."""
    space = text.rfind(" ", start + (at - start) // 2, at + 1)
    if space > 0:
        return space
    while at > start + 1 and unicodedata.combining(text[at : at + 1] or " "):
        at -= 1
    return at
