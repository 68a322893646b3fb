"""The types of settings, each with a sentence for what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BeforeValidator, PlainValidator, StringConstraints
from pydantic_core import PydanticKnownError

from digest.address import parse_sender
from digest.errors import KeywordError
from digest.keywords import Keyword, check_number, merge, parse
from digest.localtime import parse_timezone

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BaseUrl", "Cron", "Keywords", "Sender", "Slug", "Timezone"]

#: labels of letters and digits of any script, with hyphens and underscores inside, between dots
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"


def cron(text: str) -> str:
    """A crontab line whose weekdays are names: APScheduler counts Monday as 0, cron counts Sunday as 0."""
    if re.search(r"\d", (text.split() or [""])[-1]) and len(text.split()) == 5:
        raise ValueError(f"write the weekday of {text!r} as a name (mon, mon-fri): programs disagree which day 0 is")
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - only some settings need it

    try:
        CronTrigger.from_crontab(text, timezone="UTC")
    except ValueError as error:
        raise ValueError(f"{text!r} is not a cron schedule ({error}); write for example 15 6 * * mon-fri") from error
    return text


def base_url(text: str) -> str:
    found = re.fullmatch(rf"https?://({_HOST}|\[[0-9a-fA-F:.]+\])(:(?P<port>\d{{1,5}}))?(/[^\s?#]*)?", text)
    if not found or int(found["port"] or 80) not in range(1, 65536):
        raise ValueError(f"{text!r} is not a web address; write for example https://papers.example")
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


Slug = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Timezone = Annotated[str, AfterValidator(parse_timezone)]
BaseUrl = Annotated[str, AfterValidator(base_url)]
Sender = Annotated[str, AfterValidator(sender)]
#: a list of texts; the keywords that they are, those of one meaning merged
Keywords = Annotated[
    tuple[Annotated[Keyword, PlainValidator(keyword)], ...], BeforeValidator(keyword_list), AfterValidator(merged)
]
Cron = Annotated[str, AfterValidator(cron)]
