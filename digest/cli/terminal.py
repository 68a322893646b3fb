"""Standard output and standard error: everything that a command prints passes here.

Titles, names of files and the answers of servers are written by strangers. A control character in one of them could
move the cursor, recolour the screen or turn a line round, so none of them reaches the terminal. Only what rich draws
itself, colours and progress bars, goes past (see ``digest.cli.console``).
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

# C0 and C1 controls but for the tab and the line end, the line ends of Unicode, what reorders text (embeddings,
# overrides and isolates: UAX #9, section 2), tags, and halves of surrogate pairs, which no encoding has.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class NobodyReadsError(Exception):
    """The program that reads our output has ended, as ``head`` does after ten lines."""


def printable(text: str) -> str:
    """A text without the characters that could control a terminal."""
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub("", text)


class _SafeStream:
    """A text stream that leaves out what could control a terminal. Else it is the stream that it was made of."""

    def __init__(self, stream: TextIO) -> None:
        self.unguarded = stream

    def write(self, text: str) -> int:
        """Write what is safe of a text; NobodyReadsError where nobody reads it."""
        try:
            self.unguarded.write(printable(text))
        except BrokenPipeError as error:
            raise NobodyReadsError from error
        return len(text)

    def flush(self) -> None:
        """Write out what waits; NobodyReadsError where nobody reads it."""
        try:
            self.unguarded.flush()
        except BrokenPipeError as error:
            raise NobodyReadsError from error

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self.unguarded, name)


@contextmanager
def safe_streams() -> Iterator[None]:
    """Let everything that is printed inside pass a filter; logging and the messages of typer too."""
    before = sys.stdout, sys.stderr
    for stream in before:
        if hasattr(stream, "reconfigure"):
            # A sign that the terminal's encoding lacks is no reason to stop.
            stream.reconfigure(errors="replace")
    sys.stdout, sys.stderr = (cast("TextIO", _SafeStream(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def unguarded(stream: TextIO) -> TextIO:
    """The stream itself, for output that has been made safe already."""
    return stream.unguarded if isinstance(stream, _SafeStream) else stream


def print_json(data: Any) -> None:  # noqa: ANN401
    r"""Print one line of JSON; what a terminal must not see is escaped (``\u202e``), so that its value is kept."""
    sys.stdout.write(_json(data) + "\n")


def print_json_list(name: str, items: Iterable[Any]) -> None:
    """Print ``{"name": [item, …]}`` on one line, item by item: there may be more of them than fit in memory."""
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
