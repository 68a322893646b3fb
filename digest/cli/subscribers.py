"""Who gets editions: the subscribers that were added, and those of the configuration."""

from __future__ import annotations

import csv
import sys
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from digest.cli.root import NOTHING_DONE, SOME_FAILED, JsonOption, answer, app, finish, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from digest.app import App
    from digest.model import Subscriber

subscribers = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Add, list, remove, import and export.")
app.add_typer(
    subscribers, name="subscribers", epilog="Example: digest subscribers add ada@example.org -p efficient-llm"
)

# Characters: the keywords of a subscriber are one field, and "too many" says more than "field too large".
_LONGEST_FIELD = 1 << 22
#: lines of a CSV file that are written together
_BATCH = 500

ProfileOption = Annotated[
    list[str] | None, typer.Option("--profile", "-p", metavar="NAME", help="A profile; may be given several times.")
]
KeywordOption = Annotated[
    list[str] | None,
    typer.Option("--keyword", "-k", metavar="KEYWORD", help="A keyword of their own; may be given several times."),
]


@subscribers.command(
    epilog="Example: digest subscribers add ada@example.org -k 'speculative decoding ^3' -k 'kv cache'"
)
def add(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Where the editions go.")],
    profile: ProfileOption = None,
    keyword: KeywordOption = None,
    send_at: Annotated[str, typer.Option(metavar="HH:MM", help="The local time of day.")] = "08:00",
    timezone: Annotated[str | None, typer.Option(metavar="ZONE", help="Theirs; else that of [digest].")] = None,
    days: Annotated[str, typer.Option(metavar="DAYS", help="On which days: mon-fri, daily.")] = "mon-fri",
    send_empty: Annotated[bool, typer.Option("--send-empty", help="Send a digest even if nothing matched.")] = False,
    threshold: Annotated[
        float | None, typer.Option(metavar="WEIGHT", help="For their own keywords: the least weight a paper must have.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="PAPERS", help="For their own keywords: papers in an edition at most.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Add a subscriber, or change one."""
    given = {
        "address": address,
        "profiles": profile,
        "keywords": keyword,
        "send_at": send_at,
        "timezone": timezone,
        "days": days,
        "send_empty": send_empty,
        "threshold": threshold,
        "limit": limit,
    }
    with opened(context, missing="make") as digest:
        made = _subscriber(digest, given)
        digest.subscribers.synchronise(digest.clock())
        digest.store.add_subscribers([made])
        configured = made.address in _configured(digest)
    said = f"{made.address} gets the digest at {send_at}, {days}."
    if configured:
        said = f"{made.address} is subscribed again. The configuration names them; change their settings there."
    answer(as_json, _row(made), lambda: typer.echo(said))


@subscribers.command("list", epilog="Example: digest subscribers list --json")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """List who gets editions, and who has unsubscribed."""
    with opened(context, missing="ignore") as digest:
        rows = list(_listed(digest))

    def show() -> None:
        for row in rows:
            typer.echo(f"{row['address']}  {_settings_text(row)}")
        if not rows:
            typer.echo("Nobody has subscribed; `digest subscribers add ADDRESS -p PROFILE` adds somebody.")

    answer(as_json, {"subscribers": rows}, show)


@subscribers.command(epilog="Example: digest subscribers remove ada@example.org")
def remove(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Whom to remove.")],
    as_json: JsonOption = False,
) -> None:
    """Remove somebody who was added."""
    from digest.address import stored_address

    address = stored_address(address)
    with opened(context) as digest:
        removed = digest.store.remove_subscriber(address)
        if not removed and address in _configured(digest):
            typer.echo(f"The configuration names {address}; remove them there.", err=True)
    said = f"{address} is removed." if removed else f"{address} was not added here."
    answer(as_json, {"removed": removed}, lambda: typer.echo(said))
    finish(0 if removed else NOTHING_DONE)


@subscribers.command("import", epilog="Example: digest subscribers import people.csv")
def import_(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="CSV with a column address and any of the others.")],
    as_json: JsonOption = False,
) -> None:
    """Add the subscribers of a CSV file.

    It has the columns that `subscribers export` writes. A line with a mistake is left out and reported.
    """
    from digest.errors import ConfigError

    made: list[Subscriber] = []
    added, problems = 0, []
    with opened(context, missing="make") as digest, _input(file) as lines:
        csv.field_size_limit(_LONGEST_FIELD)
        reader = csv.DictReader(lines)
        if "address" not in (reader.fieldnames or ()):
            raise typer.BadParameter(f"{file}: the first line must name the columns, address among them")
        digest.subscribers.synchronise(digest.clock())
        try:
            for row in reader:
                try:
                    made.append(_imported(digest, row))
                except ConfigError as error:
                    problems.append({"line": reader.line_num, "reason": "; ".join(error.problems)})
                if len(made) == _BATCH:
                    digest.store.add_subscribers(made)
                    added += len(made)
                    made = []
        except csv.Error as error:
            reason = f"this can't be read as CSV, nor what follows it: {error}"
            problems.append({"line": reader.line_num + 1, "reason": reason})
        digest.store.add_subscribers(made)
        added += len(made)

    def show() -> None:
        typer.echo(f"{added} added or changed.")
        for problem in problems:
            typer.echo(f"{file}, line {problem['line']}: {problem['reason']}", err=True)

    answer(as_json, {"added": added, "rejects": problems}, show)
    finish((SOME_FAILED if added else NOTHING_DONE) if problems else 0)


@subscribers.command(epilog="Example: digest subscribers export > people.csv")
def export(context: typer.Context, as_json: JsonOption = False) -> None:
    """Write the subscribers who were added as CSV.

    Those of the configuration and those who unsubscribed are left out.
    """
    from digest.subscriptions import SETTINGS

    with opened(context) as digest:
        rows = [_row(one) for one in _stored(digest) if not one.configured and not one.unsubscribed_at]

    def show() -> None:
        writer = csv.DictWriter(sys.stdout, SETTINGS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            lists = {"profiles": " ".join(row["profiles"]), "keywords": "\n".join(row["keywords"])}
            writer.writerow({**row, **lists, "send_empty": str(row["send_empty"]).lower()})

    answer(as_json, {"subscribers": rows}, show)


# ------------------------------------------------------------------------------------------------------- rows


def _subscriber(digest: App, given: Mapping[str, object]) -> Subscriber:
    """A checked subscriber; typer.BadParameter with everything that is wrong."""
    from digest.errors import ConfigError
    from digest.subscriptions import parse_subscriber

    try:
        return parse_subscriber(given, digest.known, created_at=digest.clock())
    except ConfigError as error:
        raise typer.BadParameter("; ".join(error.problems)) from error


def _imported(digest: App, row: Mapping[str, str]) -> Subscriber:
    """The subscriber of a line; ConfigError if it is wrong, or if an import may not change them."""
    from digest.errors import ConfigError
    from digest.subscriptions import SETTINGS, parse_subscriber

    given = {name: row.get(name) for name in SETTINGS}
    one = parse_subscriber(given, digest.known, created_at=digest.clock())
    if not digest.store.is_subscribed(one.address):
        raise ConfigError([f"{one.address} has unsubscribed; only `subscribers add` brings them back"])
    if one.address in _configured(digest):
        raise ConfigError([f"the configuration names {one.address}; change them there"])
    return one


def _configured(digest: App) -> set[str]:
    """The addresses that the configuration names."""
    return {one.address for one in digest.settings.subscriber}


def _stored(digest: App) -> Iterator[Subscriber]:
    """The subscribers of the history that are valid."""
    from digest.model import SetAside

    return (one for one in chain.from_iterable(digest.store.subscribers()) if not isinstance(one, SetAside))


def _listed(digest: App) -> Iterator[dict[str, Any]]:
    """The subscribers of the configuration as it is now, then those who were added."""
    from digest.model import SetAside

    gone = digest.store.unsubscribed()
    configured = _configured(digest)
    for one in digest.settings.subscriber:
        yield _row(one) | {"origin": "configuration", "unsubscribed_at": _instant(gone.get(one.address))}
    for stored in chain.from_iterable(digest.store.subscribers()):
        if isinstance(stored, SetAside):
            yield {"address": stored.address, "origin": "history", "problem": stored.reason}
        elif not stored.configured and stored.address not in configured:
            yield _row(stored) | {"origin": "history"}


def _row(one: Subscriber) -> dict[str, Any]:
    from digest.subscriptions import settings_of

    return settings_of(one) | {"unsubscribed_at": _instant(one.unsubscribed_at)}


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _settings_text(row: Mapping[str, Any]) -> str:
    """What a subscriber gets, and when."""
    if "problem" in row:
        return f"gets nothing: {row['problem']}"
    if row["unsubscribed_at"]:
        return "has unsubscribed"
    what = [*row["profiles"], *row["keywords"]]
    own = [f"{name} {row[name]:g}" for name in ("threshold", "limit") if row[name] is not None]
    return f"{row['send_at']} {row['timezone']} {row['days']}  {', '.join(what)}" + (
        f"  ({', '.join(own)})" if own else ""
    )


def _input(file: str) -> TextIO:
    if file == "-":
        return sys.stdin
    try:
        return StringIO(Path(file).read_bytes().decode("utf-8-sig"), newline="")
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is not UTF-8 at byte {error.start}; save it as CSV UTF-8") from error
