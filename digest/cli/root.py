"""Shared by all commands: global options, opening the app, and printing the result."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from digest import __version__
from digest.cli.terminal import print_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from digest.app import App
    from digest.cli.stopping import Stopping
    from digest.model import Profile

__all__ = [
    "DateOption",
    "JsonOption",
    "QuietOption",
    "answer",
    "app",
    "finish",
    "opened",
    "parse_date",
    "profile_named",
    "stop_signal",
]

#: done, but something failed and was reported
SOME_FAILED = 1
#: nothing could be done
NOTHING_DONE = 3
#: arXiv began in 1991
_EARLIEST = date(1990, 1, 1)

app = typer.Typer(
    name="digest",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Get the research papers that matter to you once a day, by mail, as feeds and on a web page.",
    epilog="Start with `digest init`, then `digest run`. Every command has --help with an example.",
)


@dataclass(frozen=True, slots=True)
class _Options:
    config: Path
    stop: Stopping


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"digest {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(help="The configuration file.  [default: $DIGEST_CONFIG, or config/digest.toml]", metavar="FILE"),
    ] = None,
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    named = config or Path(os.environ.get("DIGEST_CONFIG") or "config/digest.toml")
    context.obj = _Options(config=named, stop=context.obj)


def parse_date(text: str | date) -> date:
    """Parse a date such as 2026-11-20."""
    if isinstance(text, date):
        return text
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date; write for example 2026-11-20") from error
    if day < _EARLIEST:
        raise typer.BadParameter(f"{day} is too long ago; the earliest date is {_EARLIEST}")
    return day


def parse_edition_date(text: str | date) -> date:
    """Parse a date that is not in the future anywhere. A reader with a future edition would get nothing until then."""
    day = parse_date(text)
    if day > datetime.now(UTC).date() + timedelta(days=1):
        raise typer.BadParameter(f"{day} is in the future")
    return day


JsonOption = Annotated[bool, typer.Option("--json", help="Print only JSON to standard output.")]
QuietOption = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Print only problems, for cron."),
]
DateOption = Annotated[
    date | None,
    typer.Option("--date", parser=parse_edition_date, metavar="DATE", help="Make the editions of this date."),
]


@contextmanager
def opened(context: typer.Context, *, missing: Literal["make", "refuse", "ignore"] = "refuse") -> Iterator[App]:
    """Open the app with the configuration from the command line.

    ``missing`` says what happens if there is no history yet, see ``App``. Commands that only read don't make one.
    """
    from digest.app import App, load_settings

    gc.enable()  # see digest.__main__: what is imported from here on is little
    options: _Options = context.obj
    made = App(settings=load_settings(options.config), missing=missing)
    try:
        yield made
    finally:
        made.close()


def stop_signal(context: typer.Context) -> Stopping:
    """Whether Ctrl-C, SIGTERM or SIGHUP should stop the command."""
    options: _Options = context.obj
    return options.stop


def answer(as_json: bool, data: Any, show: Callable[[], None]) -> None:  # noqa: ANN401
    """Print the result as JSON, or for people."""
    if as_json:
        print_json(data)
    else:
        show()
    sys.stdout.flush()


def profile_named(profiles: Iterable[Profile], name: str) -> Profile:
    """The profile with this name. Raise BadParameter if there is none."""
    known = {one.name: one for one in profiles}
    if name not in known:
        raise typer.BadParameter(f"there is no profile {name!r}; the profiles are: {', '.join(known) or 'none yet'}")
    return known[name]


def finish(code: int) -> None:
    """End with an exit code."""
    if code:
        raise typer.Exit(code)
