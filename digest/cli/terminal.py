"""Make standard output and standard error safe.

Titles, file names and the answers of servers come from strangers. A control character in them could move the cursor,
change colours or reverse a line, so none of them reaches the terminal. Only the colours and progress bars that rich
draws are not filtered (see ``digest.cli.console``).
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["NobodyReadsError", "print_json", "printable", "safe_streams", "unguarded"]

# C0 and C1 controls except tab and newline, Unicode line separators, characters that reorder text (embeddings,
# overrides and isolates: UAX #9, section 2), tags, and surrogates, which can't be encoded.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class NobodyReadsError(Exception):
    """The program that reads our output has ended, for example ``head`` after ten lines."""


def printable(text: str) -> str:
    """Remove the characters that could control a terminal."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub("", text)


class _SafeStream:
    """Wraps a text stream and removes the characters that could control a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self.unguarded = stream

    def write(self, text: str) -> int:
        """Write the safe characters of a text. NobodyReadsError if the reader has ended."""
        try:
            self.unguarded.write(printable(text))
        except BrokenPipeError as error:
            raise NobodyReadsError from error
        return len(text)

    def flush(self) -> None:
        """Flush the stream. NobodyReadsError if the reader has ended."""
        try:
            self.unguarded.flush()
        except BrokenPipeError as error:
            raise NobodyReadsError from error

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self.unguarded, name)


@contextmanager
def safe_streams() -> Iterator[None]:
    """Filter everything that is printed in the block, including logging and typer's messages."""
    before = sys.stdout, sys.stderr
    for stream in before:
        if hasattr(stream, "reconfigure"):
            # Print ? for characters that the terminal's encoding does not have.
            stream.reconfigure(errors="replace")
    sys.stdout, sys.stderr = (cast("TextIO", _SafeStream(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def unguarded(stream: TextIO) -> TextIO:
    """The original stream, for output that is safe already."""
    return stream.unguarded if isinstance(stream, _SafeStream) else stream


def print_json(data: Any) -> None:  # noqa: ANN401
    r"""Print one line of JSON. Unsafe characters are escaped (``\u202e``), so that the values don't change."""
    sys.stdout.write(_json(data) + "\n")


def print_json_list(name: str, items: Iterable[Any]) -> None:
    """Print ``{"name": [item, …]}`` on one line, item by item, because not all of them may fit in memory."""
    sys.stdout.write(f"{{{_json(name)}: [")
    for number, item in enumerate(items):
        sys.stdout.write((", " if number else "") + _json(item))
    sys.stdout.write("]}\n")


def _json(data: Any) -> str:  # noqa: ANN401
    text = json.dumps(data, ensure_ascii=not _takes_unicode(sys.stdout))
    return _UNSAFE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _takes_unicode(stream: TextIO) -> bool:
    return (stream.encoding or "utf-8").lower().replace("-", "").startswith("utf")
