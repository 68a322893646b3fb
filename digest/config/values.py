"""The kinds of value that a configuration has, each with a sentence for what is wrong."""

from __future__ import annotations

import difflib
import re
from datetime import time
from functools import cache
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, PlainValidator, StringConstraints
from pydantic_core import PydanticKnownError

from digest.address import parse_address, parse_sender
from digest.errors import KeywordError
from digest.keywords import Keyword, check_number, merge, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "Address",
    "BaseUrl",
    "Cron",
    "Days",
    "Keywords",
    "LocalTime",
    "Sender",
    "Slug",
    "Timezone",
    "parse_days",
    "suggestion",
]

#: labels of letters and digits of any script, with hyphens and underscores inside, between dots
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_days(text: object) -> frozenset[int]:
    """Weekdays as ``mon-fri``, ``sat,sun``, ``fri-mon`` or ``daily``; Monday is 0."""
    if isinstance(text, frozenset):
        return text
    found: set[int] = set()
    for part in str(text).lower().replace(" ", "").split(","):
        first, _, last = ("mon", "-", "sun") if part == "daily" else part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise ValueError(f"{part!r} is no weekday or range of weekdays; write for example mon-fri, or sat,sun")
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        found.update((begin + step) % 7 for step in range((end - begin) % 7 + 1))
    return frozenset(found)


@cache
def timezones() -> set[str]:
    """The names of all zones; the standard library looks through the whole zone database each time it is asked."""
    return available_timezones()


def local_time(value: object) -> object:
    """Refuse a number, which pydantic would take for seconds since midnight."""
    if not isinstance(value, time) and ":" not in str(value):
        raise PydanticKnownError("time_type")
    return value


def timezone_name(name: str) -> str:
    if name not in timezones():
        raise ValueError(
            f"{name!r} is no time zone{suggestion(name, timezones())}; write an IANA name such as Europe/Paris"
        )
    return ZoneInfo(name).key


def cron(text: str) -> str:
    """A crontab line whose weekdays are names: APScheduler counts Monday as 0, cron counts Sunday as 0."""
    if re.search(r"\d", (text.split() or [""])[-1]) and len(text.split()) == 5:
        raise ValueError(f"write the weekday of {text!r} as a name (mon, mon-fri): programs disagree which day 0 is")
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - only some settings need it

    try:
        CronTrigger.from_crontab(text, timezone="UTC")
    except ValueError as error:
        raise ValueError(f"{text!r} is no cron schedule ({error}); write for example 15 6 * * mon-fri") from error
    return text


def base_url(text: str) -> str:
    found = re.fullmatch(rf"https?://({_HOST}|\[[0-9a-fA-F:.]+\])(:(?P<port>\d{{1,5}}))?(/[^\s?#]*)?", text)
    if not found or int(found["port"] or 80) not in range(1, 65536):
        raise ValueError(f"{text!r} is no web address; write for example https://papers.example")
    return text.rstrip("/")


def sender(text: str) -> str:
    parse_sender(text)
    return text


def keyword(text: object) -> Keyword:
    if not isinstance(text, str):
        raise PydanticKnownError("string_type")
    try:
        return parse(text)
    except KeywordError as error:
        raise ValueError(str(error)) from error


def keyword_list(texts: object) -> object:
    if not isinstance(texts, list):
        raise PydanticKnownError("list_type")
    try:
        check_number(texts)
    except KeywordError as error:
        raise ValueError(str(error)) from error
    return tuple(texts)


def merged(keywords: Sequence[Keyword]) -> tuple[Keyword, ...]:
    try:
        return merge(keywords) if keywords else ()
    except KeywordError as error:
        raise ValueError(str(error)) from error


def suggestion(word: str, words: Iterable[str]) -> str:
    """`` did you mean …`` for a word that is near one of those that exist, else nothing."""
    near = difflib.get_close_matches(word, list(words), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Days = Annotated[frozenset[int], BeforeValidator(parse_days)]
Timezone = Annotated[str, AfterValidator(timezone_name)]
Address = Annotated[str, AfterValidator(parse_address)]
BaseUrl = Annotated[str, AfterValidator(base_url)]
Sender = Annotated[str, AfterValidator(sender)]
LocalTime = Annotated[time, BeforeValidator(local_time)]
#: a list of texts; the keywords that they are, those of one meaning merged
Keywords = Annotated[
    tuple[Annotated[Keyword, PlainValidator(keyword)], ...], BeforeValidator(keyword_list), AfterValidator(merged)
]
Cron = Annotated[str, AfterValidator(cron)]
