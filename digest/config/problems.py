"""What pydantic finds wrong with a setting, as a sentence for whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from digest.config.settings import Settings
from digest.errors import shown, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import ValidationError

__all__ = ["dotted", "problems"]

_WHOLE = "must be a whole number, not {input}"
_NUMBER = "must be a number, not {input}"
_BOOL = "must be true or false, not {input}"
_TEXT = "must be text in quotes, not {input}"
_LIST = "must be a list in brackets, not {input}"
_TIME = 'must be a time such as "08:00", not {input}'
_PATH = "must be a path in quotes, not {input}"
_ONE_OF = "must be {expected}, not {input}"
_TABLE = "must be a table, not {input}"
#: by pydantic's names of errors, https://docs.pydantic.dev/latest/errors/validation_errors/
_WORDING = {
    "missing": "is missing",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _BOOL,
    "bool_parsing": _BOOL,
    "string_type": _TEXT,
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "{input} must be letters, digits, dots, hyphens and underscores, at most 64",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "too_short": "needs at least one",
    "time_type": _TIME,
    "time_parsing": _TIME,
    "path_type": _PATH,
    "literal_error": _ONE_OF,
    "enum": _ONE_OF,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "greater_than": "must be more than {gt:g}, not {input}",
    "greater_than_equal": "must be at least {ge:g}, not {input}",
    "less_than": "must be less than {lt:g}, not {input}",
    "less_than_equal": "must be at most {le:g}, not {input}",
}


def problems(error: ValidationError, *, table: str = "", settings: Iterable[str] | None = None) -> list[str]:
    """Pydantic's errors, each as a sentence that begins with its dotted path.

    For one table of the configuration, ``table`` is its path and ``settings`` are the names that it may hold.
    """
    # A list whose items are wrong counts as empty too: that would be reported twice.
    found = [one for one in error.errors() if one["type"] != "too_short" or not one["input"]]
    return [_sentence({**one, "loc": (table, *one["loc"]) if table else one["loc"]}, settings) for one in found]


def _sentence(problem: Mapping[str, Any], settings: Iterable[str] | None) -> str:
    place, kind, context = problem["loc"], problem["type"], problem.get("ctx", {})
    path = dotted(place)
    if kind == "extra_forbidden":
        known = _siblings(place[:-1]) if settings is None else settings
        return f"{path}: there is no such setting{suggestion(str(place[-1]), known)}"
    if kind == "value_error":
        return f"{path}: {context['error']}"
    if kind == "tuple_type" and isinstance(problem["input"], dict):
        return f"{path}: there may be several: write [[{path}]] with two brackets"
    wording = _WORDING.get(kind, "cannot be {input}")
    return f"{path}: {wording.format(**{**context, 'input': shown(problem['input'])})}"


def dotted(place: Sequence[str | int]) -> str:
    """``("profile", 1, "keywords", 0)`` as ``profile[1].keywords[0]``; the first is 0."""
    path = ""
    for step in place:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.lstrip(".")


def _siblings(place: Sequence[str | int]) -> Iterable[str]:
    """The settings that exist in the table at a place."""
    model: type[BaseModel] = Settings
    for step in place:
        if isinstance(step, str) and step in model.model_fields:
            annotation = model.model_fields[step].annotation
            model = next((a for a in (annotation, *get_args(annotation)) if _is_model(a)), model)
    return model.model_fields


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
