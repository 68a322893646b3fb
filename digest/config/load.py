"""TOML becomes settings; every problem is told at once, with its dotted path."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from digest.config import checks
from digest.config.problems import problems
from digest.config.settings import Settings
from digest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

__all__ = ["load"]


def load(
    path: Path,
    *,
    source_options: Callable[[str], Iterable[str]],
    check_source: Callable[[str, Mapping[str, Any]], object],
    outputs: Mapping[str, Callable[[str], str]],
    check_output: Callable[[str, Mapping[str, Any]], Iterable[str]],
) -> Settings:
    """Read a configuration file.

    ``source_options`` gives the options of a kind of source and raises LookupError for an unknown one;
    ``check_source`` raises ValueError for a kind's options that are wrong; ``outputs`` maps the names of the installed
    outputs to what normalises an address, and raises ValueError for one that the output can't take; ``check_output``
    gives what is wrong with the options of an output, each problem with its dotted path.
    Raise ConfigError with every problem.
    """
    table = _read(path)
    found: list[str] = []
    settings: Settings | None = None
    try:
        settings = Settings.model_validate({**table, "subscriber": ()})
    except ValidationError as error:
        found += problems(error)
    found += checks.source_problems(table, source_options, check_source)
    found += checks.name_problems(table)
    timezone = settings.digest.timezone if settings else "UTC"
    subscribers, wrong = checks.subscribers(table, timezone=timezone, outputs=outputs)
    found += wrong
    found += checks.output_problems(table, outputs, check_output)
    found += checks.public_problems(settings) if settings else ()
    if found or settings is None:
        raise ConfigError([f"{path}: {problem}" for problem in dict.fromkeys(found)])
    return settings.model_copy(update={"subscriber": subscribers})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(
            [
                f"{path}: there is no such file; `digest init` writes one to start from, "
                "and `digest --config FILE` names another"
            ]
        ) from error
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: is not UTF-8 at byte {error.start}; save it as UTF-8"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: is not TOML: {error}"]) from error
