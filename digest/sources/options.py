"""Check the options of a ``[[source]]`` table. Raise ValueError, with a sentence, if a value is wrong.

Each function takes the option's name and its value from TOML.
"""

from __future__ import annotations

import httpx

from digest.sources.redact import shown

__all__ = ["base_address", "choice", "flag", "text", "web_address", "whole", "words"]


def web_address(name: str, value: object) -> str:
    """An http or https URL."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} is missing; set it to a web address such as https://papers.example/list")
    try:
        url = httpx.URL(value.strip())
    except httpx.InvalidURL as error:
        raise ValueError(f"{name} is {shown(value)!r}, which is not a web address: {error}") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError(f"{name} is {shown(value)!r}; expected an address that begins with http:// or https://")
    return value.strip()


def base_address(name: str, value: object) -> str:
    """An http or https URL to which a path is added."""
    return web_address(name, value).rstrip("/")


def text(name: str, value: object) -> str:
    """A text without space around it; it may be empty."""
    if not isinstance(value, str):
        raise ValueError(f"{name} is {value!r}; expected a text")  # noqa: TRY004 - every problem is a ValueError
    return value.strip()


def words(name: str, value: object) -> tuple[str, ...]:
    """A list of texts."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise ValueError(f'{name} is {value!r}; expected a list of texts such as ["cs.LG", "stat.ML"]')
    return tuple(value)


def flag(name: str, value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {value!r}; expected true or false")  # noqa: TRY004
    return value


def whole(name: str, value: object, *, most: int) -> int:
    """A number from 1 to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise ValueError(f"{name} is {value!r}; expected a whole number from 1 to {most}")
    return value


def choice(name: str, value: object, known: tuple[str, ...]) -> str:
    """One of the known words."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} is {value!r}; expected one of {', '.join(known)}")
    return value
