"""What the shape of a setting does not show: plug-ins, and what only shows when settings are seen together.

The tables are looked at as they were read, so that these problems are told together with those of shape; what has a
wrong shape is passed over here, for its own sentence says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.address import output_name, stored_address
from digest.config.settings import Settings, SourceSettings
from digest.errors import ConfigError, shown, suggestion
from digest.subscriptions import OWN_PROFILE, Known, parse_subscriber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from digest.model import Subscriber

__all__ = ["name_problems", "output_problems", "public_problems", "source_problems", "subscribers"]


def source_problems(
    table: Mapping[str, Any],
    options: Callable[[str], Iterable[str]],
    check: Callable[[str, Mapping[str, Any]], object],
) -> Iterator[str]:
    """Kinds of source that do not exist, settings that a kind does not have, and what it says of those it has."""
    common = set(SourceSettings.model_fields)
    for number, source in _tables(table, "source"):
        kind = source.get("kind")
        if not isinstance(kind, str):
            continue
        try:
            known = common | set(options(kind))
        except LookupError as error:
            yield f"source[{number}].kind: {error.args[0]}"
            continue
        for name in source:
            if name not in known:
                said = f"a source of kind {kind!r} has no such setting{suggestion(name, known)}"
                yield f"source[{number}].{name}: {said}"
        try:
            check(kind, {name: value for name, value in source.items() if name in known - common})
        except ValueError as error:
            yield f"source[{number}]: {error}"


def name_problems(table: Mapping[str, Any]) -> Iterator[str]:
    """Duplicate names, and one that is reserved."""
    for kind in ("source", "profile"):
        met = set()
        for number, one in _tables(table, kind):
            name = one.get("name")
            if not isinstance(name, str):
                continue
            if name in met:
                yield f"{kind}[{number}]: duplicate name {name!r}; each {kind} needs a name of its own"
            met.add(name)
            if kind == "profile" and name == OWN_PROFILE:
                yield f"profile[{number}].name: {name!r} is what subscribers' own keywords are called; choose another"


def subscribers(
    table: Mapping[str, Any], *, timezone: str, outputs: Mapping[str, Callable[[str], str]]
) -> tuple[tuple[Subscriber, ...], list[str]]:
    """The subscribers that can be made, and everything that is wrong with the others."""
    profiles = [name for _, profile in _tables(table, "profile") if isinstance(name := profile.get("name"), str)]
    known = Known(profiles=profiles, outputs=outputs, timezone=timezone)
    given = table.get("subscriber", [])
    if not isinstance(given, list):
        return (), ["subscriber: there may be several: write [[subscriber]] with two brackets"]
    made: list[Subscriber] = []
    wrong: list[str] = []
    met: set[str] = set()
    for number, one in enumerate(given):
        path = f"subscriber[{number}]"
        if not isinstance(one, dict):
            wrong.append(f"{path}: must be a table, not {shown(one)}")
            continue
        address = one.get("address")
        try:
            made.append(parse_subscriber(one, known, path=path))
            address = made[-1].address
        except ConfigError as error:
            wrong += error.problems
        if isinstance(address, str):
            if (address := stored_address(address)) in met:
                wrong.append(f"{path}: duplicate address {address!r}; name each subscriber once")
            met.add(address)
    return tuple(made), wrong


def output_problems(
    table: Mapping[str, Any],
    outputs: Iterable[str],
    check: Callable[[str, Mapping[str, Any]], Iterable[str]],
) -> Iterator[str]:
    """Tables that are neither a setting nor an installed output, and what an output says about its own."""
    settings = set(Settings.model_fields)
    names = set(outputs)
    addresses = [one.get("address") for _, one in _tables(table, "subscriber")]
    # An output that a subscriber needs is checked without a table too.
    needed = {output_name(stored_address(address)) for address in addresses if isinstance(address, str)} & names
    for name, options in ({name: {} for name in sorted(needed)} | dict(table)).items():
        if name in settings:
            continue
        if name not in names:
            yield f"{name}: there is no such setting{suggestion(name, settings | names)}"
        elif not isinstance(options, dict):
            yield f"{name}: must be a table, not {shown(options)}"
        else:
            yield from check(name, options)


def public_problems(settings: Settings) -> Iterator[str]:
    """Files that nobody else may read, in the folder that is published."""
    site = settings.output.path / "site"
    mail: object = settings.outputs.get("mail")  # of whatever shape the file has it
    key = mail.get("dkim_key") if isinstance(mail, dict) else None
    private = {"store.url": _database(settings.store.url), "mail.dkim_key": key}
    for name, path in private.items():
        if isinstance(path, str) and path and _lies_below(path, site):
            yield f"{name}: {path} must not lie below {site}, which is published"


def _lies_below(path: str, folder: Path) -> bool:
    try:
        return folder.resolve() in Path(path).resolve().parents
    except (OSError, ValueError):  # no such path can be: what opens it says why
        return False


def _database(url: str) -> str:
    """The path of a database; empty if it is not a file of this machine."""
    scheme, _, path = url.partition(":///")
    return path if scheme.startswith("sqlite") else ""


def _tables(table: Mapping[str, Any], kind: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The tables of a kind, numbered as they stand."""
    found = table.get(kind)
    if isinstance(found, list):
        yield from ((number, one) for number, one in enumerate(found) if isinstance(one, dict))
