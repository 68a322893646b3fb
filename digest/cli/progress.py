"""Show progress on standard error: a bar in a terminal, or a line every half minute in a log."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digest.pipeline.progress import Progress

__all__ = ["reading_bar", "spinner"]

#: longest name of a dump in the bar, in characters
_LONGEST_NAME = 24


@contextmanager
def reading_bar(*, quiet: bool = False) -> Iterator[Callable[[Progress], None]]:
    """Show which dump is being read, how much of it, how fast, and how long it will still take.

    Without a terminal, print a line every half minute. With ``quiet``, print nothing.
    """
    from digest.pipeline.progress import ProgressLog, ProgressText

    if quiet:
        yield lambda _progress: None
        return
    if not sys.stderr.isatty():
        yield ProgressLog(lambda line: typer.echo(f"reading {line}", err=True))
        return
    from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bars

    from digest.cli.console import Console

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), TaskProgressColumn())
    with Bars(*columns, TextColumn("{task.fields[said]}"), console=Console(sys.stderr), transient=True) as bars:
        task = bars.add_task("reading", total=None, said="")
        text = ProgressText()

        def show(progress: Progress) -> None:
            said = text(progress, time.monotonic())
            bars.update(
                task,
                description=f"reading {_short(progress.dump)}",
                total=None if progress.share is None else progress.size,
                completed=progress.position or 0,
                said=said,
            )

        yield show


@contextmanager
def spinner(what: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Show what is being done, and for which reader, if standard error is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _name: None
        return
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    from digest.cli.console import Console

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bars(*columns, console=Console(sys.stderr), transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda name: bars.update(task, description=f"{what} {name}")


def _short(name: str) -> str:
    """The last part of a path or an address."""
    last = name.rstrip("/").rsplit("/", 1)[-1] or name
    return last if len(last) <= _LONGEST_NAME else f"{last[: _LONGEST_NAME - 1]}…"
