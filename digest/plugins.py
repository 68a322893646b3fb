"""Parts that are found by name: the entry points of ``digest.sources``, ``digest.formats`` and the others."""

from __future__ import annotations

import inspect
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digest.pipeline.protocols import Source
    from digest.sources.http import HttpClient

__all__ = ["check_source", "kinds", "make_source", "plugin", "source_options"]


def kinds(group: str) -> dict[str, Any]:
    """The entry points of ``digest.<group>``, by name."""
    return {point.name: point for point in entry_points(group=f"digest.{group}")}


def plugin(group: str, name: str) -> Any:  # noqa: ANN401 - what an entry point names can be of any type
    """The class behind a kind; LookupError with a sentence where there is none."""
    known = kinds(group)
    if name not in known:
        raise LookupError(f"there is no kind {name!r}; there are {', '.join(sorted(known))}")
    return known[name].load()


def source_options(kind: str) -> Iterable[str]:
    """The settings that a kind of source has of its own; LookupError where there is no such kind."""
    return set(inspect.signature(plugin("sources", kind)).parameters) - {"name", "http"}


def check_source(kind: str, options: Mapping[str, Any]) -> None:
    """Raise ValueError for options that a kind of source cannot be made with."""
    parameters = inspect.signature(plugin("sources", kind)).parameters
    needed = {name for name, one in parameters.items() if one.default is one.empty} - {"name", "http"}
    if missing := sorted(needed - options.keys()):
        raise ValueError(f"a source of kind {kind!r} needs the setting {missing[0]!r}")
    make_source(kind, "check", options, None)


def make_source(kind: str, name: str, options: Mapping[str, Any], http: HttpClient | None) -> Source:
    """A source of a kind, given ``http`` if it fetches. ValueError or TypeError where its options are wrong."""
    wanted = plugin("sources", kind)
    given = {"http": http} if "http" in inspect.signature(wanted).parameters else {}
    made: Source = wanted(name=name, **given, **options)
    return made
