"""What JSON records of papers hold, made into the fields of a paper: texts, counts, days, names, categories.

A value of a type that was not expected is taken for missing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from digest.errors import DumpError
from digest.formats import dates
from digest.formats.excerpt import excerpt
from digest.formats.ids import ARCHIVES, web_url
from digest.formats.json.stream import Located, values
from digest.formats.people import people
from digest.model import Paper, Reject
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from typing import BinaryIO

    from digest.formats.json.window import Json

__all__ = ["categories", "count", "day", "first", "link", "name", "names", "papers", "text"]

_MOST = 10**9
# After so many records without a paper, none will come.
_REJECTS_WITHOUT_PAPER = 1000
#: under which names a person, an organisation or a subject has its name
_NAMES = ("fullname", "full_name", "display_name", "name", "term", "label")
_GIVEN = ("given", "first_name", "firstName", "first", "forename")
_FAMILY = ("family", "last_name", "lastName", "last", "surname")
_CATEGORY = rf"(?:{ARCHIVES}|[a-z]+(?:-[a-z]+)?\.[A-Za-z]+(?:-[a-z]+)?)"
_CATEGORIES_OF_ARXIV = re.compile(rf"{_CATEGORY}(?:\s+{_CATEGORY})*")
_NUMBERED = re.compile(r"\s\d{4}\Z")
_NO_GIVEN_NAME = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d)\.?", re.IGNORECASE)


def papers(stream: BinaryIO, to_paper: Callable[[dict[str, Json]], Paper | str]) -> Iterator[Paper | Reject]:
    """Yield a paper for each record, or a reject with the reason that ``to_paper`` gives instead.

    Raise DumpError where no record is a paper.
    """
    found = False
    rejects: list[Reject] = []
    for record in values(stream):
        if isinstance(record, Located):
            value = record.value
            made = to_paper(value) if isinstance(value, dict) else "it is no object"
            if isinstance(made, Paper):
                found = True
                yield made
                continue
            reject = Reject(record.line, made, excerpt(_shown(value)))
        else:
            reject = record
        yield reject
        if not (found or reject.cut):
            rejects.append(reject)
            if len(rejects) > _REJECTS_WITHOUT_PAPER:
                break
    if rejects and not found:
        raise DumpError(f"no record is a paper: {rejects[0].reason}", rejects[0].line)


def _shown(value: Json) -> str:
    try:
        return orjson.dumps(value).decode()[:300]
    except orjson.JSONEncodeError:  # a surrogate, a number of more than 64 bits
        return str(value)[:300]


# ---------------------------------------------------------------------------------------------------- fields


def first(record: dict[str, Json], *keys: str) -> Json:
    """The first value that is there and not empty; None where there is none."""
    for key in keys:
        value = record.get(key)
        if value or value == 0:
            return value
    return None


def text(value: Json) -> str:
    """A cleaned text, of a list the first one; empty for anything else."""
    if isinstance(value, str):
        return clean(value)
    return clean(value[0]) if isinstance(value, list) and value and isinstance(value[0], str) else ""


def count(value: Json) -> int | None:
    """A whole number from 0 to a thousand millions, also one that is written as a text or with a decimal point."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 10:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= _MOST else None


def day(value: Json) -> date | None:
    """The day of an ISO 8601 or RFC 822 date; numbers may be anything."""
    if isinstance(value, dict):  # Crossref: {"date-parts": [[2026, 11, 17]]}
        parts = value.get("date-parts")
        parts = parts[0] if isinstance(parts, list) and parts else None
        value = "-".join(map(str, parts)) if isinstance(parts, list) and len(parts) == 3 else None
    return dates.day(value) if isinstance(value, str) and len(value) <= 100 else None


def link(*candidates: Json) -> str | None:
    """The first that is an address, or an object that has one under ``url``; of a list the first."""
    for candidate in candidates:
        value = candidate[0] if isinstance(candidate, list) and candidate else candidate
        address = value.get("url") if isinstance(value, dict) else value
        if isinstance(address, str) and (url := web_url(address)):
            return url
    return None


def name(value: Json) -> str:
    """A name: a text, or what an object has for one. Empty for anything else."""
    if not isinstance(value, dict):
        return clean(value) if isinstance(value, str) else ""
    whole = first(value, *_NAMES)
    if isinstance(whole, str):
        return clean(whole)
    if isinstance(value.get("author"), dict):  # what an author did to this paper, around the author
        return name({key: it for key, it in value["author"].items() if key != "author"})
    parts = (first(value, *_GIVEN), first(value, *_FAMILY))
    return clean(" ".join(part for part in parts if isinstance(part, str)))


def names(value: Json) -> tuple[str, ...]:
    """The authors: a list of texts or objects, or one text. "Moor, Ada" is turned round if all are written so."""
    if isinstance(value, str):
        return people(value)
    found = [name(it) for it in value] if isinstance(value, list) else []
    # dblp numbers people of one name; a ":" comes between a collaboration and its members.
    found = [_NUMBERED.sub("", it) for it in found if any(map(str.isalpha, it))]
    turned = [it.split(", ") for it in found]
    if all(len(parts) == 2 and not _NO_GIVEN_NAME.fullmatch(parts[1]) for parts in turned):
        return tuple(f"{given} {family}" for family, given in turned)
    return tuple(found)


def categories(value: Json) -> tuple[str, ...]:
    """The categories: a list of texts or objects, or one text: "cs.LG stat.ML", "Networks, Learning"."""
    if isinstance(value, str):
        return _categories(value)
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(one for it in value for one in _categories(name(it))))


@lru_cache(maxsize=4096)
def _categories(text: str) -> tuple[str, ...]:
    text = clean(text)
    parts = text.split() if _CATEGORIES_OF_ARXIV.fullmatch(text) else re.split(r"\s*[,;]\s*", text)
    return tuple(dict.fromkeys(part for part in parts if part))
