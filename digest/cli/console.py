"""Tables and coloured text, drawn by rich."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console as RichConsole
from rich.segment import Segment
from rich.table import Table

from digest.cli.terminal import NobodyReadsError, printable, unguarded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from rich.console import ConsoleOptions, RenderableType

__all__ = ["Console", "new_console", "new_table"]

#: columns; longer than any line
_UNBOUNDED = 1_000_000


class Console(RichConsole):
    """A console that wraps lines only in a terminal.

    Files and other programs get whole lines, so that names and addresses can be searched and copied. Square brackets
    are not markup, and control characters are removed.
    """

    def __init__(self, stream: TextIO) -> None:
        raw = unguarded(stream)
        self.in_terminal = raw.isatty()
        width = None if self.in_terminal else _UNBOUNDED
        super().__init__(file=raw, width=width, highlight=False, markup=False, emoji=False)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Draw with rich, and remove all control sequences that are not rich's own."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(printable(segment.text), segment.style)

    def print(self, *objects: Any, **options: Any) -> None:  # noqa: ANN401
        """Print. In a file, leave out the spaces that fill the last column of a table."""
        if self.in_terminal:
            super().print(*objects, **options)
            return
        with self.capture() as captured:
            super().print(*objects, **options)
        try:
            self.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
        except BrokenPipeError as error:
            raise NobodyReadsError from error

    def on_broken_pipe(self) -> None:
        """Called by rich if the reader of the output has ended."""
        raise NobodyReadsError


def new_console() -> Console:
    """A console for standard output."""
    return Console(sys.stdout)


def new_table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """A table without lines. Numbers are right-aligned, and wide cells are wrapped."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    right = set(numbers)
    for column in columns:
        number = column in right
        table.add_column(column, justify="right" if number else "left", overflow="fold", no_wrap=number)
    return table
