"""Who gets the mail: the subscribers that the history keeps, beside those of the configuration."""

from __future__ import annotations

import csv
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from digest.cli.root import NOTHING_DONE, SOME_FAILED, JsonOption, answer, app, finish, opened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digest.app import App
    from digest.store.subscribers import Subscriber

subscribers = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Add, list, remove, import and export.")
app.add_typer(
    subscribers, name="subscribers", epilog="Example: digest subscribers add ada@example.org -p efficient-llm"
)

_COLUMNS = ("address", "profiles", "keywords", "send_at", "timezone", "days")
# Characters: somebody's keywords stand in one field, and that they are too many is better said than "field too large".
_LONGEST_FIELD = 1 << 22
_DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

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
    address: Annotated[str, typer.Argument(help="Where the mail goes.")],
    profile: ProfileOption = None,
    keyword: KeywordOption = None,
    send_at: Annotated[str, typer.Option(metavar="HH:MM", help="The local hour.")] = "08:00",
    timezone: Annotated[str | None, typer.Option(metavar="ZONE", help="Theirs; else that of [digest].")] = None,
    days: Annotated[str, typer.Option(metavar="DAYS", help="On which days: mon-fri, daily.")] = "mon-fri",
    as_json: JsonOption = False,
) -> None:
    """Add a subscriber, or change one."""
    row = {
        "address": address,
        "profiles": profile or [],
        "keywords": keyword or [],
        "send_at": send_at,
        "timezone": timezone,
        "days": days,
    }
    with opened(context, missing="make") as digest:
        made = _subscriber(digest, row)
        digest.store.add_subscriber(made)
        configured = any(one.address == made.address for one in digest.settings.subscriber)
    said = f"{made.address} gets the digest at {send_at}, {days}."
    if configured:
        said = f"{made.address} stands in the configuration, and what it says there counts; mail goes out again."
    answer(as_json, _row(made), lambda: typer.echo(said))


@subscribers.command("list", epilog="Example: digest subscribers list --json")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """List who gets the mail, and who has unsubscribed."""
    with opened(context, missing="ignore") as digest:
        stored = digest.store.subscribers()
        configured = [reader for reader in digest.readers() if reader.address]
        gone = [one.address for one in digest.settings.subscriber if not digest.store.is_subscribed(one.address)]
    by_address = {one.address: one for one in stored}
    rows: list[dict[str, Any]] = [
        {
            "address": reader.address,
            "profiles": [profile.name for profile in reader.profiles],
            "send_at": reader.send_at.strftime("%H:%M"),
            "timezone": reader.timezone,
            "days": _days_text(reader.days),
            "origin": "history" if reader.address in by_address else "configuration",
            "unsubscribed_at": None,
        }
        for reader in configured
    ]
    rows += [{**_row(one), "origin": "history"} for one in stored if one.unsubscribed_at]
    rows += [{"address": address, "origin": "configuration"} for address in gone if address not in by_address]

    def show() -> None:
        for row in rows:
            if "send_at" in row and not row["unsubscribed_at"]:
                what = f"{row['send_at']} {row['timezone']} {row['days']}  {', '.join(row['profiles'])}"
            else:
                what = "has unsubscribed"
            typer.echo(f"{row['address']}  {what}")
        if not rows:
            typer.echo("Nobody has subscribed; `digest subscribers add ADDRESS -p PROFILE` adds somebody.")

    answer(as_json, {"subscribers": rows}, show)


@subscribers.command(epilog="Example: digest subscribers remove ada@example.org")
def remove(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Whom to forget.")],
    as_json: JsonOption = False,
) -> None:
    """Remove somebody who was added."""
    from digest.address import stored_address

    address = stored_address(address)
    with opened(context) as digest:
        removed = digest.store.remove_subscriber(address)
        if not removed and any(one.address == address for one in digest.settings.subscriber):
            typer.echo(f"{address} stands in the configuration; take it out there.", err=True)
    said = f"{address} gets no more mail." if removed else f"{address} was not among those who were added here."
    answer(as_json, {"removed": removed}, lambda: typer.echo(said))
    finish(0 if removed else NOTHING_DONE)


@subscribers.command("import", epilog="Example: digest subscribers import people.csv")
def import_(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="CSV with a column address and any of the others.")],
    as_json: JsonOption = False,
) -> None:
    """Add those whom a CSV file names.

    It has the columns that `subscribers export` writes; a bad line costs that line.
    """
    added, problems = 0, []
    with opened(context, missing="make") as digest, _input(file) as lines:
        csv.field_size_limit(_LONGEST_FIELD)
        reader = csv.DictReader(lines)
        if "address" not in (reader.fieldnames or ()):
            raise typer.BadParameter(f"{file}: the first line must name the columns, address among them")
        try:
            for row in reader:
                try:
                    one = _subscriber(digest, {key: row.get(key) or None for key in _COLUMNS})
                    if not digest.store.is_subscribed(one.address):
                        reason = "has unsubscribed; only `subscribers add` brings them back"
                        raise typer.BadParameter(f"{one.address} {reason}")
                    digest.store.add_subscriber(one)
                    added += 1
                except typer.BadParameter as error:
                    problems.append({"line": reader.line_num, "reason": error.message})
        except csv.Error as error:
            reason = f"this can't be read as CSV, nor what follows it: {error}"
            problems.append({"line": reader.line_num + 1, "reason": reason})

    def show() -> None:
        typer.echo(f"{added} added or changed.")
        for problem in problems:
            typer.echo(f"{file}, line {problem['line']}: {problem['reason']}", err=True)

    answer(as_json, {"added": added, "rejects": problems}, show)
    finish((SOME_FAILED if added else NOTHING_DONE) if problems else 0)


@subscribers.command(epilog="Example: digest subscribers export > people.csv")
def export(context: typer.Context, as_json: JsonOption = False) -> None:
    """Write those who were added as CSV.

    Subscribers of the configuration file and those who unsubscribed are left out.
    """
    with opened(context) as digest:
        rows = [_row(one) for one in digest.store.subscribers() if not one.unsubscribed_at]

    def show() -> None:
        writer = csv.DictWriter(sys.stdout, _COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "profiles": " ".join(row["profiles"]), "keywords": "\n".join(row["keywords"])})

    answer(as_json, {"subscribers": rows}, show)


# ------------------------------------------------------------------------------------------------------- rows


def _subscriber(digest: App, row: Mapping[str, Any]) -> Subscriber:
    """A checked subscriber; typer.BadParameter with every problem where something is wrong."""
    from pydantic import ValidationError

    from digest.config import SubscriberSettings, problems
    from digest.store.subscribers import Subscriber

    given = {key: value for key, value in row.items() if value is not None}
    for key, separator in (("profiles", None), ("keywords", "\n")):
        if isinstance(given.get(key), str):
            given[key] = [part.strip() for part in given[key].split(separator) if part.strip()]
    try:
        one = SubscriberSettings.model_validate(given)
    except ValidationError as error:
        raise typer.BadParameter("; ".join(problems(error))) from error
    try:
        address = digest.check_address(one.address)
    except ValueError as error:
        raise typer.BadParameter(f"address: {error}") from error
    known = {profile.name for profile in digest.configured}
    unknown = [name for name in one.profiles if name not in known]
    if unknown:
        raise typer.BadParameter(f"there is no profile {unknown[0]!r}; there are: {', '.join(sorted(known)) or 'none'}")
    if not one.profiles and not one.keywords:
        raise typer.BadParameter(f"{one.address}: name at least one profile or keyword")
    return Subscriber(
        address=address,
        profiles=tuple(one.profiles),
        keywords=tuple(keyword.text for keyword in one.keywords),
        send_at=one.send_at,
        timezone=one.timezone or digest.settings.digest.timezone,
        days=one.days,
        created_at=digest.clock(),
        unsubscribed_at=None,
    )


def _row(one: Subscriber) -> dict[str, Any]:
    return {
        "address": one.address,
        "profiles": list(one.profiles),
        "keywords": list(one.keywords),
        "send_at": one.send_at.strftime("%H:%M"),
        "timezone": one.timezone,
        "days": _days_text(one.days),
        "unsubscribed_at": one.unsubscribed_at.isoformat() if one.unsubscribed_at else None,
    }


def _days_text(days: frozenset[int]) -> str:
    ordered = sorted(days)
    names = [_DAY_NAMES[day] for day in ordered]
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{names[0]}-{names[-1]}"
    return ",".join(names)


def _input(file: str) -> TextIO:
    if file == "-":
        return sys.stdin
    try:
        return StringIO(Path(file).read_bytes().decode("utf-8-sig"), newline="")
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{file} is not UTF-8 at byte {error.start}; save it as CSV UTF-8") from error
