"""TOML becomes settings; every problem is told at once, with its dotted path."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from digest.config.settings import Settings, SourceSettings
from digest.config.values import suggestion
from digest.errors import ConfigError, KeywordError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

__all__ = ["load"]


def load(
    path: Path,
    *,
    check_keyword: Callable[[str], object],
    check_keywords: Callable[[Sequence[str]], object],
    source_options: Callable[[str], Iterable[str]],
    mail_kinds: Iterable[str],
) -> Settings:
    """Read a configuration file.

    ``check_keyword`` raises KeywordError for a keyword that can't be read, ``check_keywords`` for some that together
    make no profile; ``source_options`` gives the
    options of a kind of source and raises LookupError for an unknown one. Raise ConfigError with every problem.
    """
    table = _read(path)
    problems: list[str] = []
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(table)
    except ValidationError as error:
        problems += [_sentence(dict(problem)) for problem in error.errors()]
    problems += _keyword_problems(table, check_keyword, check_keywords)
    problems += _source_problems(table, source_options)
    if settings is not None:
        problems += _cross_problems(settings, tuple(mail_kinds))
    if problems or settings is None:
        raise ConfigError([f"{path}: {problem}" for problem in dict.fromkeys(problems)])
    return settings


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


def _sentence(problem: Mapping[str, Any]) -> str:
    """One of pydantic's errors as a sentence that begins with its dotted path."""
    place = problem["loc"]
    path = _dotted(place)
    match problem["type"]:
        case "extra_forbidden":
            return f"{path}: there is no such setting{suggestion(str(place[-1]), _siblings(place[:-1]))}"
        case "missing":
            return f"{path}: is missing"
        case "value_error":
            return f"{path}: {problem['ctx']['error']}"
        case "string_pattern_mismatch":
            return f"{path}: {problem['input']!r} must be letters, digits, dots, hyphens and underscores, at most 64"
        case _:
            return f"{path}: {problem['msg'][:1].lower()}{problem['msg'][1:]}, not {problem['input']!r}"


def _dotted(place: Sequence[str | int]) -> str:
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


def _keyword_problems(
    table: Mapping[str, Any], check_keyword: Callable[[str], object], check_keywords: Callable[[Sequence[str]], object]
) -> list[str]:
    """Every keyword that can't be read; where all can, what is wrong with them together."""
    problems = []
    for kind in ("profile", "subscriber"):
        for number, one in enumerate(_tables(table, kind)):
            words = one.get("keywords")
            if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
                continue  # the shape's own error says so
            path = _dotted([kind, number, "keywords"])
            wrong = []
            for place, word in enumerate(words):
                try:
                    check_keyword(word)
                except KeywordError as error:
                    wrong.append(f"{path}[{place}]: {error}")
            try:
                if not wrong:
                    check_keywords(words)
            except KeywordError as error:
                wrong.append(f"{path}: {error}")
            problems += wrong
    return problems


def _source_problems(table: Mapping[str, Any], options: Callable[[str], Iterable[str]]) -> list[str]:
    problems = []
    for number, source in enumerate(_tables(table, "source")):
        kind = source.get("kind")
        if not isinstance(kind, str):
            continue
        try:
            known = set(options(kind))
        except LookupError as error:
            problems.append(f"source[{number}].kind: {error.args[0]}")
            continue
        common = set(SourceSettings.model_fields)
        problems += [
            f"source[{number}].{name}: a source of kind {kind!r} has no such setting{suggestion(name, known | common)}"
            for name in source
            if name not in known | common
        ]
    return problems


def _tables(table: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    found = table.get(kind)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _cross_problems(settings: Settings, mail_kinds: Sequence[str]) -> list[str]:
    """What only shows when settings are seen together."""
    problems = []
    for kind, names in (
        ("source", [source.name for source in settings.source]),
        ("profile", [profile.name for profile in settings.profile]),
        ("subscriber", [subscriber.address for subscriber in settings.subscriber]),
    ):
        problems += [
            f"{kind}[{number}]: {name!r} stands twice; each {kind} needs a name of its own"
            for number, name in enumerate(names)
            if name in names[:number]
        ]
    profiles = [profile.name for profile in settings.profile]
    for number, subscriber in enumerate(settings.subscriber):
        if not subscriber.profiles and not subscriber.keywords:
            problems.append(f"subscriber[{number}]: name at least one of profiles and keywords")
        problems += [
            f"subscriber[{number}].profiles[{place}]: there is no profile {name!r}{suggestion(name, profiles)}"
            for place, name in enumerate(subscriber.profiles)
            if name not in profiles
        ]
    mail = settings.mail
    if mail.kind not in mail_kinds:
        problems.append(f"mail.kind: {mail.kind!r} is none of {', '.join(sorted(mail_kinds))}")
    if bool(mail.username) != bool(mail.password_env):
        problems.append("mail: username and password_env go together; password_env names an environment variable")
    dkim = (mail.dkim_domain, mail.dkim_selector, mail.dkim_key)
    if any(dkim) and not all(dkim):
        problems.append("mail: dkim_domain, dkim_selector and dkim_key go together")
    return problems
