"""What the shape of a setting does not show: plug-ins, and what only shows when settings are seen together.

The tables are looked at as they were read, so that these problems are told together with those of shape; what has a
wrong shape is passed over here, for its own sentence says so.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.address import output_name, parse_address
from digest.config.problems import dotted, shown
from digest.config.readers import OWN_PROFILE
from digest.config.settings import Settings, SourceSettings
from digest.config.values import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = [
    "check_address",
    "checked_addresses",
    "name_problems",
    "output_problems",
    "public_problems",
    "source_problems",
    "subscriber_problems",
]


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
    """Names that stand twice, and one that is taken."""
    for kind, key in (("source", "name"), ("profile", "name"), ("subscriber", "address")):
        met = set()
        for number, one in _tables(table, kind):
            name = one.get(key)
            if not isinstance(name, str):
                continue
            if key == "address":
                with suppress(ValueError):  # which the address itself is blamed for
                    name = parse_address(name)
            if name in met:
                article = "an" if key == "address" else "a"
                yield f"{kind}[{number}]: {name!r} stands twice; each {kind} needs {article} {key} of its own"
            met.add(name)
            if kind == "profile" and name == OWN_PROFILE:
                yield f"profile[{number}].name: {name!r} is what subscribers' own keywords are called; choose another"


def subscriber_problems(table: Mapping[str, Any]) -> Iterator[str]:
    """Subscribers to nothing, and to profiles that do not exist."""
    known = [name for _, profile in _tables(table, "profile") if isinstance(name := profile.get("name"), str)]
    for number, subscriber in _tables(table, "subscriber"):
        wanted = subscriber.get("profiles", [])
        if wanted == [] and subscriber.get("keywords", []) == []:
            yield f"subscriber[{number}]: name at least one of profiles and keywords"
        for place, name in enumerate(wanted if isinstance(wanted, list) else ()):
            if isinstance(name, str) and name not in known:
                path = dotted(["subscriber", number, "profiles", place])
                yield f"{path}: there is no profile {name!r}{suggestion(name, known)}"


def check_address(text: str, outputs: Mapping[str, Callable[[str], str]]) -> str:
    """An address in the form in which its output keeps it; ValueError if no output takes it."""
    address = parse_address(text)
    output = output_name(address)
    if output not in outputs:
        raise ValueError(f"there is no output {output!r} for {text!r}; there are: {', '.join(sorted(outputs))}")
    return outputs[output](address)


def checked_addresses(
    table: dict[str, Any], outputs: Mapping[str, Callable[[str], str]]
) -> tuple[dict[str, Any], list[str]]:
    """The tables with each subscriber's address as it is kept, and what is wrong with addresses that nothing takes."""
    problems = []
    for number, subscriber in _tables(table, "subscriber"):
        if isinstance(address := subscriber.get("address"), str):
            try:
                table["subscriber"][number] = {**subscriber, "address": check_address(address, outputs)}
            except ValueError as error:
                problems.append(f"subscriber[{number}].address: {error}")
    return table, problems


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
    needed = {output_name(address) for address in addresses if isinstance(address, str)} & names
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
