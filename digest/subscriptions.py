"""Subscribers, made from what somebody wrote: a table of the configuration, a CSV row, a form or a command line.

Values may have their own type, as in TOML, or be text, as in a form: ``true``, ``20``, ``08:00``, profiles with spaces
between them, a keyword a line. What is missing, None or empty has its default.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Any, TypeVar

from digest.address import output_name, parse_address
from digest.errors import ConfigError, KeywordError, shown, suggestion
from digest.keywords import parse, parse_profile
from digest.localtime import days_text, parse_days, parse_time, parse_timezone
from digest.model import Profile, Reader, ReaderKind, SetAside, Subscriber, subscriber_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from digest.keywords import Keyword

__all__ = ["OWN_PROFILE", "SETTINGS", "Known", "checked", "fingerprint", "parse_subscriber", "reader_of", "settings_of"]

#: the name of the profile that a subscriber's own keywords make
OWN_PROFILE = "own"
#: what can be set, in the order of a CSV file's columns
SETTINGS = (
    "address", "profiles", "keywords", "send_at", "timezone", "days", "send_empty", "threshold", "limit",
)  # fmt: skip
#: papers in an edition
_MOST_PAPERS = 500
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}
_DEFAULT = Subscriber(address="")
_NONE: tuple[str, ...] = ()

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to subscribe to, and with."""

    #: names of profiles
    profiles: Collection[str]
    #: for each installed output, by name, what normalises an address; ValueError for one that the output can't take
    outputs: Mapping[str, Callable[[str], str]]
    #: the zone of those who name none
    timezone: str


def parse_subscriber(
    given: Mapping[str, object], known: Known, *, path: str = "", created_at: datetime | None = None
) -> Subscriber:
    """Make a subscriber, or raise ConfigError with everything that is wrong.

    ``path`` is the dotted path of the table, for the problems: ``subscriber[0]``.
    """
    return _Parser(given, known, path).subscriber(created_at)


def settings_of(subscriber: Subscriber) -> dict[str, Any]:
    """What was set, by the names in ``SETTINGS``: ``parse_subscriber`` makes an equal subscriber of it."""
    return {
        "address": subscriber.address,
        "profiles": list(subscriber.profiles),
        "keywords": [keyword.text for keyword in subscriber.keywords],
        "send_at": subscriber.send_at.isoformat("auto" if subscriber.send_at.second else "minutes"),
        "timezone": subscriber.timezone,
        "days": days_text(subscriber.days),
        "send_empty": subscriber.send_empty,
        "threshold": subscriber.threshold,
        "limit": subscriber.limit,
    }


def fingerprint(subscribers: Iterable[Subscriber]) -> str:
    """A short text that is another one as soon as a subscriber or a setting changes."""
    written = json.dumps([settings_of(one) for one in subscribers], separators=(",", ":"))
    return hashlib.blake2b(written.encode(), digest_size=16).hexdigest()


def checked(stored: Subscriber | SetAside, profiles: Mapping[str, Profile]) -> Reader | SetAside:
    """The reader that a stored subscriber is; set aside if there is nothing left to read."""
    if isinstance(stored, SetAside):
        return stored
    reader = reader_of(stored, profiles)
    if not reader.profiles:
        names = ", ".join(stored.profiles) or "none is named"
        return SetAside(stored.address, f"has no keywords, and none of the profiles exists any more: {names}")
    return reader


def reader_of(subscriber: Subscriber, profiles: Mapping[str, Profile]) -> Reader:
    """The reader that a subscriber is. Profiles that exist no more are left out."""
    wanted = [profiles[name] for name in subscriber.profiles if name in profiles]
    if subscriber.keywords:
        wanted.append(_own_profile(subscriber))
    return Reader(
        id=subscriber_id(subscriber.address),
        kind=ReaderKind.SUBSCRIBER,
        profiles=tuple(wanted),
        timezone=subscriber.timezone,
        address=subscriber.address,
        output=output_name(subscriber.address),
        send_at=subscriber.send_at,
        days=subscriber.days,
        send_empty=subscriber.send_empty,
    )


def _own_profile(subscriber: Subscriber) -> Profile:
    given = {"threshold": subscriber.threshold, "limit": subscriber.limit}
    return Profile(
        name=OWN_PROFILE,
        title="Your keywords",
        keywords=subscriber.keywords,
        **{name: value for name, value in given.items() if value is not None},  # type: ignore[arg-type]
    )


@dataclass(slots=True)
class _Parser:
    """One subscriber being made. Every problem is noted, and parsing goes on."""

    given: Mapping[str, object]
    known: Known
    path: str
    problems: list[str] = field(default_factory=list)

    def subscriber(self, created_at: datetime | None) -> Subscriber:
        for name in self.given:
            if name not in SETTINGS:
                self._note(name, f"there is no such setting{suggestion(name, SETTINGS)}")
        address = self._address()
        profiles, keywords = self._profiles(), self._keywords()
        if not self._has("profiles") and not self._has("keywords"):
            self._note("", "name at least one profile or keyword")
        threshold, limit = self._get("threshold", _threshold, None), self._get("limit", _limit, None)
        for name, value in (("threshold", threshold), ("limit", limit)):
            if value is not None and not self._has("keywords"):
                self._note(name, f"is for keywords of their own, and there are none; a profile has its own {name}")
        made = Subscriber(
            address=address,
            profiles=profiles,
            keywords=keywords,
            send_at=self._get("send_at", _time, _DEFAULT.send_at),
            timezone=self._get("timezone", lambda value: parse_timezone(_text(value)), self.known.timezone),
            days=self._get("days", lambda value: parse_days(_text(value)), _DEFAULT.days),
            send_empty=self._get("send_empty", _true_or_false, _DEFAULT.send_empty),
            threshold=threshold,
            limit=limit,
            created_at=created_at,
        )
        if self.problems:
            raise ConfigError(self.problems)
        return made

    def _address(self) -> str:
        if not self._has("address"):
            self._note("address", "is missing")
            return ""
        return self._get("address", lambda value: _checked_address(_text(value), self.known.outputs), "")

    def _profiles(self) -> tuple[str, ...]:
        names = self._get("profiles", lambda value: _texts(value, None), _NONE)
        for place, name in enumerate(names):
            if name not in self.known.profiles:
                near = suggestion(name, self.known.profiles) or self._others()
                self._note(f"profiles[{place}]", f"there is no profile {name!r}{near}")
        return tuple(dict.fromkeys(names))

    def _others(self) -> str:
        return f"; there are: {', '.join(sorted(self.known.profiles)) or 'none'}"

    def _keywords(self) -> tuple[Keyword, ...]:
        texts = self._get("keywords", lambda value: _texts(value, "\n"), _NONE)
        if not texts:
            return ()
        try:
            return parse_profile(texts)
        except KeywordError as error:
            together = str(error)
        each = [(place, _keyword_problem(text)) for place, text in enumerate(texts[:_MOST_PROBLEMS])]
        wrong = [(place, problem) for place, problem in each if problem]
        for place, problem in wrong:
            self._note(f"keywords[{place}]", problem)
        if not wrong:
            self._note("keywords", together)
        return ()

    def _has(self, name: str) -> bool:
        value = self.given.get(name)
        return not (value is None or value in ("", [], ()) or (isinstance(value, str) and not value.strip()))

    def _get(self, name: str, parse_value: Callable[[object], _T], default: _T) -> _T:
        """A setting, or its default where it is not given or wrong."""
        if not self._has(name):
            return default
        try:
            return parse_value(self.given[name])
        except ValueError as error:
            self._note(name, str(error))
            return default

    def _note(self, name: str, problem: str) -> None:
        path = ".".join(part for part in (self.path, name) if part)
        self.problems.append(f"{path}: {problem}" if path else problem)


def _checked_address(text: str, outputs: Mapping[str, Callable[[str], str]]) -> str:
    address = parse_address(text)
    output = output_name(address)
    if output not in outputs:
        raise ValueError(f"there is no output {output!r} for {address!r}; there are: {', '.join(sorted(outputs))}")
    return outputs[output](address)


#: keywords that are looked at one by one for what is wrong with them
_MOST_PROBLEMS = 1000


def _keyword_problem(text: str) -> str:
    try:
        parse(text)
    except KeywordError as error:
        return str(error)
    return ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {shown(value)}")  # noqa: TRY004 - all problems are ValueErrors
    return value.strip()


def _texts(value: object, separator: str | None) -> tuple[str, ...]:
    """A list of texts, or one text with the separator (None: white space) between its parts."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(separator) if part.strip())
    texts = value if isinstance(value, list | tuple) else [value]
    wrong = [one for one in texts if not isinstance(one, str)]
    if texts is not value or wrong:
        said = f"must be a list in brackets, not {shown(value)}"
        raise ValueError(f"must be a list of texts in quotes, not of {shown(wrong[0])}" if texts is value else said)
    return tuple(texts)


def _time(value: object) -> time:
    # TOML has times of its own.
    return value if isinstance(value, time) else parse_time(value if isinstance(value, str) else shown(value))


def _true_or_false(value: object) -> bool:
    word = str(value).strip().lower()
    if isinstance(value, bool | str) and word in _TRUE | _FALSE:
        return word in _TRUE
    raise ValueError(f"must be true or false, not {shown(value)}")


def _threshold(value: object) -> float:
    try:
        found = math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        found = math.nan
    if not 0 <= found < math.inf:
        raise ValueError(f"must be a number of at least 0, not {shown(value)}")
    return found


def _limit(value: object) -> int:
    try:
        found = 0 if isinstance(value, bool | float) else int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        found = 0
    if not 1 <= found <= _MOST_PAPERS:
        raise ValueError(f"must be a whole number from 1 to {_MOST_PAPERS}, not {shown(value)}")
    return int(found)
