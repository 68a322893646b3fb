"""One way from what somebody wrote to a subscriber, or to everything that is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.keywords import parse, parse_profile
from digest.localtime import timezones
from digest.model import Profile, ReaderKind, SetAside, Subscriber
from digest.subscriptions import (
    OWN_PROFILE,
    SETTINGS,
    Known,
    checked,
    fingerprint,
    parse_subscriber,
    reader_of,
    settings_of,
)

KNOWN = Known(profiles=["tides", "decoding"], outputs={"mail": str, "pigeon": str.lower}, timezone="Europe/Paris")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TIDES = Profile(name="tides", title="Tides", keywords=parse_profile(["tides"]))


def problems(given: dict[str, Any], path: str = "") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_subscriber(given, KNOWN, path=path)
    return list(caught.value.problems)


def test_what_is_not_given_has_its_default() -> None:
    assert parse_subscriber({"address": "Ada@FEN.org", "profiles": ["tides"]}, KNOWN, created_at=NOW) == Subscriber(
        address="Ada@fen.org", profiles=("tides",), timezone="Europe/Paris", created_at=NOW
    )


ADA = Subscriber(
    address="ada@example.org",
    profiles=("tides", "decoding"),
    keywords=parse_profile(["kv cache ^2", "-survey"]),
    send_at=time(6, 30),
    timezone="Asia/Tokyo",
    days=frozenset({4, 5, 6, 0}),
    send_empty=True,
    threshold=1.5,
    limit=7,
)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(
            {
                "address": "ada@example.org",
                "profiles": ["tides", "decoding"],
                "keywords": ["kv cache ^2", "-survey"],
                "send_at": time(6, 30),
                "timezone": "Asia/Tokyo",
                "days": "fri-mon",
                "send_empty": True,
                "threshold": 1.5,
                "limit": 7,
            },
            id="a table of the configuration",
        ),
        pytest.param(
            {
                "address": " ada@example.org ",
                "profiles": "tides  decoding",
                "keywords": "kv cache ^2\n\n-survey\n",
                "send_at": "06:30",
                "timezone": "Asia/Tokyo",
                "days": "fri-mon",
                "send_empty": "True",
                "threshold": "1.5",
                "limit": "7",
            },
            id="a row or a form, where everything is text",
        ),
    ],
)
def test_every_setting_can_have_its_type_or_be_text(given: dict[str, Any]) -> None:
    assert parse_subscriber(given, KNOWN) == ADA


@pytest.mark.parametrize("nothing", [None, "", "  ", [], ()])
def test_nothing_is_the_default(nothing: object) -> None:
    given = dict.fromkeys(SETTINGS, nothing) | {"address": "ada@example.org", "keywords": ["tides"]}
    expected = Subscriber(address="ada@example.org", keywords=(parse("tides"),), timezone="Europe/Paris")
    assert parse_subscriber(given, KNOWN) == expected


def test_everything_wrong_is_said_at_once() -> None:
    assert problems(
        {
            "address": "a@b@c",
            "profiles": ["tide", "moss"],
            "keywords": ["fine", '"open', "titel:x"],
            "send_at": "25:00",
            "timezone": "Europe/Pariss",
            "days": "mon-fry",
            "send_empty": "perhaps",
            "threshold": -1,
            "limit": 0,
            "zone": "UTC",
        }
    ) == [
        "zone: there is no such setting; did you mean 'timezone'?",
        "address: 'a@b@c' is not a mail address: 'a@b' cannot be before the @; write for example ada@example.org",
        "profiles[0]: there is no profile 'tide'; did you mean 'tides'?",
        "profiles[1]: there is no profile 'moss'; there are: decoding, tides",
        """keywords[1]: this quote is not closed, at character 1 of '"open'""",
        "keywords[2]: there is no field 'titel'; did you mean 'title:'?, at character 1 of 'titel:x'",
        "threshold: must be a number of at least 0, not -1",
        "limit: must be a whole number from 1 to 500, not 0",
        """send_at: must be a time such as "08:00", not '25:00'""",
        "timezone: 'Europe/Pariss' is not a time zone; did you mean 'Europe/Paris'?; write an IANA name such as"
        " Europe/Paris",
        "days: 'mon-fry' is not a weekday or a range of weekdays; write for example mon-fri, or sat,sun",
        "send_empty: must be true or false, not 'perhaps'",
    ]


def test_problems_begin_with_the_path_of_their_table() -> None:
    assert problems({"keywords": []}, path="subscriber[3]") == [
        "subscriber[3].address: is missing",
        "subscriber[3]: name at least one profile or keyword",
    ]


@pytest.mark.parametrize("value", [3, True, [3], {}, 2.5, ["a", 3]])
@pytest.mark.parametrize("name", [name for name in SETTINGS if name not in {"send_empty", "threshold", "limit"}])
def test_a_wrong_type_is_a_sentence(name: str, value: object) -> None:
    found = problems({"address": "ada@example.org", "keywords": ["tides"]} | {name: value})
    assert any(problem.startswith(f"{name}: must be ") for problem in found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("send_empty", 1), ("send_empty", []), ("send_empty", ["true"]), ("threshold", True), ("threshold", "nan"),
        ("threshold", "inf"), ("threshold", ["1"]), ("threshold", "many"), ("limit", True), ("limit", 2.5),
        ("limit", "2.5"), ("limit", 501), ("limit", ["1"]),
    ],
)  # fmt: skip
def test_a_wrong_number_is_a_sentence(name: str, value: object) -> None:
    if value == []:
        return
    (problem,) = problems({"address": "ada@example.org", "keywords": ["tides"], name: value})
    assert problem.startswith(f"{name}: must be ")


def test_keywords_that_make_no_profile_together_are_refused() -> None:
    assert problems({"address": "ada@example.org", "keywords": ["-survey"]}) == [
        "keywords: a profile needs a keyword to look for, not only what to exclude, at character 1 of '-survey'"
    ]


def test_threshold_and_limit_need_keywords() -> None:
    found = problems({"address": "ada@example.org", "profiles": ["tides"], "threshold": 2, "limit": 3})
    assert [problem.partition(":")[0] for problem in found] == ["threshold", "limit"]


def test_an_address_belongs_to_the_output_of_its_scheme() -> None:
    assert parse_subscriber({"address": "Pigeon:Loft-4", "keywords": ["a"]}, KNOWN).address == "pigeon:loft-4"
    assert problems({"address": "smoke:hill-2", "keywords": ["a"]}) == [
        "address: there is no output 'smoke' for 'smoke:hill-2'; there are: mail, pigeon"
    ]


# ------------------------------------------------------------------------------------------------- and back again

SUBSCRIBERS = st.builds(
    Subscriber,
    address=st.sampled_from(["ada@example.org", "pigeon:loft-4"]),
    profiles=st.lists(st.sampled_from(["tides", "decoding"]), min_size=1, unique=True).map(tuple),
    keywords=st.sampled_from([("kv cache ^2", "-survey"), ('title:"draft model"', "quantiz*")]).map(parse_profile),
    send_at=st.times().map(lambda moment: moment.replace(microsecond=0)),
    timezone=st.sampled_from(sorted(timezones())),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    send_empty=st.booleans(),
    threshold=st.none() | st.floats(0, 100),
    limit=st.none() | st.integers(1, 500),
)


@given(SUBSCRIBERS)
def test_what_is_written_is_parsed_again(one: Subscriber) -> None:
    assert parse_subscriber(settings_of(one), KNOWN) == one


@given(SUBSCRIBERS, SUBSCRIBERS)
def test_a_fingerprint_tells_settings_apart(one: Subscriber, other: Subscriber) -> None:
    assert (fingerprint([one]) == fingerprint([other])) == (one == other)
    assert fingerprint([one, other]) != fingerprint([one])


# -------------------------------------------------------------------------------------------------------- readers


def test_a_subscriber_becomes_a_reader() -> None:
    reader = reader_of(ADA, {"tides": TIDES})
    assert checked(ADA, {"tides": TIDES}) == reader
    assert (reader.id, reader.kind, reader.output) == ("mail:ada@example.org", ReaderKind.SUBSCRIBER, "mail")
    assert (reader.send_at, reader.timezone, reader.days) == (ADA.send_at, ADA.timezone, ADA.days)
    assert reader.send_empty
    tides, own = reader.profiles
    assert tides is TIDES
    assert (own.name, own.keywords, own.threshold, own.limit) == (OWN_PROFILE, ADA.keywords, 1.5, 7)


def test_own_keywords_have_the_settings_of_a_new_profile() -> None:
    reader = reader_of(replace(ADA, profiles=(), threshold=None, limit=None), {})
    assert reader.profiles == (Profile(name=OWN_PROFILE, title="Your keywords", keywords=ADA.keywords),)


def test_another_scheme_is_another_output() -> None:
    reader = reader_of(replace(ADA, address="pigeon:loft-4"), {})
    assert (reader.id, reader.output, reader.address) == ("pigeon:loft-4", "pigeon", "pigeon:loft-4")


def test_who_has_nothing_to_read_is_set_aside() -> None:
    wrong = SetAside("ada@example.org", "there is no field 'titel'")
    assert checked(wrong, {}) is wrong
    assert checked(replace(ADA, keywords=()), {"moss": TIDES}) == SetAside(
        "ada@example.org", "has no keywords, and none of the profiles exists any more: tides, decoding"
    )
