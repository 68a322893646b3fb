"""Find plug-ins by name, through the entry points of ``digest.sources``, ``digest.formats`` and so on."""

from __future__ import annotations

import inspect
from functools import cache, partial
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from digest.config import check_options
from digest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from digest.model import OutputContext
    from digest.pipeline.protocols import Output, Source
    from digest.sources.http import HttpClient

__all__ = [
    "address_checks",
    "check_output",
    "check_source",
    "fetches",
    "kinds",
    "make_output",
    "make_source",
    "plugin",
    "source_options",
]


@cache
def _installed() -> Any:  # noqa: ANN401 - another type in Python 3.11 than later
    """All entry points. This is cached because it reads the metadata of every installed package."""
    return entry_points()


def kinds(group: str) -> dict[str, Any]:
    """The entry points of ``digest.<group>``, by name."""
    return {point.name: point for point in _installed().select(group=f"digest.{group}")}


def plugin(group: str, name: str) -> Any:  # noqa: ANN401 - what an entry point names can be of any type
    """The class of a kind; LookupError, with a sentence, if there is none."""
    known = kinds(group)
    if name not in known:
        raise LookupError(f"unknown kind {name!r}; choose one of {', '.join(sorted(known))}")
    return known[name].load()


# ----------------------------------------------------------------------------------------------------- sources


def source_options(kind: str) -> Iterable[str]:
    """The settings of a kind of source; LookupError if there is no such kind."""
    return set(inspect.signature(plugin("sources", kind)).parameters) - {"name", "http"}


def check_source(kind: str, options: Mapping[str, Any]) -> None:
    """Raise ValueError if the options of a source are wrong."""
    parameters = inspect.signature(plugin("sources", kind)).parameters
    needed = {name for name, one in parameters.items() if one.default is one.empty} - {"name", "http"}
    if missing := sorted(needed - options.keys()):
        raise ValueError(f"a source of kind {kind!r} needs the setting {missing[0]!r}")
    make_source(kind, "check", options, None)


def fetches(kind: str) -> bool:
    """Whether a kind of source takes the HTTP client."""
    return "http" in inspect.signature(plugin("sources", kind)).parameters


def make_source(kind: str, name: str, options: Mapping[str, Any], http: HttpClient | None) -> Source:
    """Make a source. It gets ``http`` if it fetches. ValueError or TypeError if its options are wrong."""
    wanted = plugin("sources", kind)
    given = {"http": http} if fetches(kind) else {}
    made: Source = wanted(name=name, **given, **options)
    return made


# ----------------------------------------------------------------------------------------------------- outputs


def address_checks() -> dict[str, Callable[[str], str]]:
    """For each installed output, by name, what gives an address in the form in which it is kept.

    It raises ValueError for an address that the output can't take.
    """
    return {name: partial(_check_address, name) for name in kinds("outputs")}


def _check_address(output: str, text: str) -> str:
    check: Callable[[str], str] = getattr(plugin("outputs", output), "check_address", str)
    return check(text)


def check_output(name: str, options: Mapping[str, Any]) -> Iterator[str]:
    """Yield every problem with the options of an output, each with its dotted path."""
    wanted = plugin("outputs", name)
    yield from check_options(wanted, options, table=name).problems
    if hasattr(wanted, "check_options"):
        yield from (f"{name}: {problem}" for problem in wanted.check_options(options))


def make_output(name: str, options: Mapping[str, Any], context: OutputContext) -> Output:
    """Make an output. ConfigError if its options are wrong, LookupError if it is not installed."""
    wanted = plugin("outputs", name)
    checked = check_options(wanted, options, table=name)
    if checked.problems:
        raise ConfigError(checked.problems)
    made: Output = wanted(context, **checked.options)
    return made
