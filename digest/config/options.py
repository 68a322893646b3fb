"""The options of a plug-in: its class says in its keyword arguments what its table may hold."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NotRequired, Required, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from digest.config.problems import problems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Checked", "check_options"]


@dataclass(frozen=True, slots=True)
class Checked:
    """Options as their annotations want them, or everything that is wrong with them."""

    options: Mapping[str, Any]
    #: each begins with the dotted path of an option
    problems: tuple[str, ...] = ()


def check_options(wanted: Callable[..., object], options: Mapping[str, Any], *, table: str) -> Checked:
    """Check the options in a table of the configuration against the keyword arguments of what is made with them.

    The first argument is not an option.
    """
    parameters = list(inspect.signature(wanted).parameters.values())[1:]
    annotations = _annotations(wanted)
    known = {
        one.name: (Required if one.default is one.empty else NotRequired)[annotations.get(one.name, Any)]
        for one in parameters
        if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    }
    shape = TypedDict("shape", known)  # type: ignore[misc]
    shape.__pydantic_config__ = ConfigDict(extra="forbid", arbitrary_types_allowed=True)  # type: ignore[attr-defined]
    try:
        return Checked(TypeAdapter(shape).validate_python(dict(options)))
    except ValidationError as error:
        return Checked({}, tuple(problems(error, table=table, settings=known)))


def _annotations(wanted: Callable[..., object]) -> dict[str, Any]:
    """The annotations of a class's arguments; none if they can't be resolved at run time."""
    try:
        return get_type_hints(inspect.unwrap(getattr(wanted, "__init__", wanted)), include_extras=True)
    except NameError:
        return {}
