"""The configuration: every problem at once, each with its place and a remedy."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import time
from typing import TYPE_CHECKING

import pytest

from digest import config
from digest.app import load_settings
from digest.errors import ConfigError
from digest.outputs.mail import MailOutput
from digest.subscriptions import SETTINGS
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
[digest]
title = "Tide Tables"
base_url = "https://papers.example/"
timezone = "Europe/Paris"
[[source]]
name = "inbox"
kind = "files"
path = "inbox/*"
[[profile]]
name = "decoding"
keywords = ["speculative decoding ^3", "-survey"]
[[subscriber]]
address = "Ada@Example.ORG"
profiles = ["decoding"]
keywords = ["tides"]
days = "fri-mon"
send_at = "06:30"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "digest.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    found = problems_if_any(folder, text)
    assert found, "it reads well"
    return found


def problems_if_any(folder: Path, text: str) -> list[str]:
    try:
        load_settings(written(folder, text))
    except ConfigError as error:
        return [problem.removeprefix(f"{folder / 'digest.toml'}: ") for problem in error.problems]
    return []


def test_the_sample_reads() -> None:
    settings = load_settings(ROOT / "config" / "digest.toml")
    assert [source.name for source in settings.source] == ["sample"]
    assert settings.subscriber[0].send_at == time(8)


def test_the_sample_names_every_setting() -> None:
    """What can be set stands in the sample, so that it can be the reference."""
    text = (ROOT / "config" / "digest.toml").read_text(encoding="utf-8")
    tables = config.Settings.model_fields
    for name in tables:
        assert f"[{name}]" in text
    named = {"profile": [*config.ProfileSettings.model_fields], "source": [*config.SourceSettings.model_fields]}
    for table, settings in (named | {"subscriber": [*SETTINGS]}).items():
        for name in settings:
            assert f"{name} = " in text, f"{table}.{name} is not in the sample"
    for option in fields(MailOutput):
        assert option.name == "context" or f"{option.name} = " in text, f"mail.{option.name} is not in the sample"


def test_subscribers_have_what_their_tables_say(tmp_path: Path) -> None:
    (ada,) = load_settings(written(tmp_path, GOOD)).subscriber
    assert ada.address == "Ada@example.org"
    assert (ada.send_at, ada.days, ada.timezone) == (time(6, 30), frozenset({4, 5, 6, 0}), "Europe/Paris")
    assert (ada.profiles, len(ada.keywords)) == (("decoding",), 1)


def test_all_problems_are_told_at_once_with_their_paths(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """
        [digest]
        titel = "x"
        base_url = "papers.example"
        timezone = "Europe/Pariss"
        [[source]]
        name = "inbox"
        kind = "files"
        paht = "inbox"
        schedule = "15 6 * * 1-5"
        [[source]]
        name = "other"
        kind = "fils"
        [[profile]]
        name = "one"
        keywords = ["fine", "titel:pruning"]
        limit = 0
        [[subscriber]]
        address = "nobody"
        days = "mon-fry"
        [mail]
        tls = "perhaps"
        """,
    )
    text = "\n".join(found)
    for expected in (
        "digest.titel: there is no such setting; did you mean 'title'?",
        "digest.base_url: 'papers.example' is not a web address",
        "did you mean 'Europe/Paris'?",
        "source[0].schedule: write the weekday",
        "source[0].paht: a source of kind 'files' has no such setting; did you mean 'path'?",
        "source[1].kind: unknown kind 'fils'",
        "profile[0].keywords[1]: ",
        "profile[0].limit: ",
        "subscriber[0].address: 'nobody' is not a mail address",
        "subscriber[0].days: 'mon-fry' is not a weekday",
        "mail.tls: ",
    ):
        assert expected in text
    assert all("\n" not in problem for problem in found)


def test_a_profile_of_too_many_keywords_is_told_once(tmp_path: Path) -> None:
    words = ", ".join(f'"word{number}"' for number in range(1001))
    (found,) = problems(tmp_path, f'[[profile]]\nname = "all"\nkeywords = [{words}]\n')
    assert found.startswith("profile[0].keywords: a profile has at most 1,000 keywords")


def test_what_only_shows_together_is_told_too(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """
        [[profile]]
        name = "one"
        keywords = ["tides"]
        [[profile]]
        name = "one"
        keywords = ["tides"]
        [[subscriber]]
        address = "ada@example.org"
        profiles = ["onee"]
        [[subscriber]]
        address = "bob@example.org"
        [mail]
        kind = "pigeon"
        username = "x"
        dkim_domain = "papers.example"
        """,
    )
    assert len(found) == 6
    assert "profile[1]: duplicate name 'one'; each profile needs a name of its own" in found
    assert "subscriber[0].profiles[0]: there is no profile 'onee'; did you mean 'one'?" in found
    assert "mail.kind: must be 'files' or 'smtp', not 'pigeon'" in found


def test_what_shows_together_is_told_with_the_wrong_shapes(tmp_path: Path) -> None:
    """Nobody mends a file twice."""
    found = problems(
        tmp_path,
        """
        profile = [3, {name = "one", keywords = []}, {name = "one", keywords = ["tides"]}]
        subscriber = [{address = "Ada@X.org", profiles = ["on", 3]}, {address = "Ada@x.org"}, {address = 3}]
        [digest]
        lookback = "many"
        [mail]
        kind = "pigeon"
        password_env = "X"
        dkim_key = "key"
        """,
    )
    for expected in (
        "digest.lookback: must be a whole number, not 'many'",
        "profile[0]: must be a table, not 3",
        "profile[1].keywords: needs at least one",
        "profile[2]: duplicate name 'one'; each profile needs a name of its own",
        "subscriber[0].profiles: must be a list of texts in quotes, not of 3",
        "subscriber[1]: duplicate address 'Ada@x.org'; name each subscriber once",
        "subscriber[1]: name at least one profile or keyword",
        "subscriber[2].address: must be text in quotes, not 3",
        "mail.kind: must be 'files' or 'smtp', not 'pigeon'",
        "mail: username and password_env go together; password_env names an environment variable",
        "mail: dkim_domain, dkim_selector and dkim_key go together",
    ):
        assert expected in found


def test_subscribers_own_keywords_keep_their_name(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "[[profile]]\nname = 'own'\nkeywords = ['tides']")
    assert problem.startswith("profile[0].name: 'own' is what subscribers' own keywords are called")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("profile = [{name = 'a', keywords = []}]", "profile[0].keywords: needs at least one"),
        ("profile = [{keywords = ['a']}]", "profile[0].name: is missing"),
        ("profile = {name = 'a'}", "profile: there may be several: write [[profile]] with two brackets"),
        ("profile = 'a'", "profile: must be a list in brackets, not 'a'"),
        ("digest.lookback = 'many'", "digest.lookback: must be a whole number, not 'many'"),
        ("digest.lookback = 1.5", "digest.lookback: must be a whole number, not 1.5"),
        ("digest.lookback = 0", "digest.lookback: must be at least 1, not 0"),
        ("digest.lookback = 400", "digest.lookback: must be at most 366, not 400"),
        ("digest.title = ''", "digest.title: must not be empty"),
        ("digest.title = ['x']", "digest.title: must be text in quotes, not a list"),
        ("digest.timezone = 2026-11-20", "digest.timezone: must be text in quotes, not 2026-11-20"),
        ("mail.timeout = 'long'", "mail.timeout: must be a number, not 'long'"),
        ("mail.timeout = 0", "mail.timeout: must be more than 0, not 0"),
        ("mail.port = []", "mail.port: must be a whole number, not a list"),
        ("mail.tls = 'yes'", "mail.tls: must be 'starttls', 'tls' or 'none', not 'yes'"),
        ("output.path = 3", "output.path: must be a path in quotes, not 3"),
        ("mail = 3", "mail: must be a table, not 3"),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(tmp_path: Path, setting: str, said: str) -> None:
    assert problems(tmp_path, setting) == [said]


@pytest.mark.parametrize("value", ["'many'", "-1", "nan", "true", "[]", "[3]", "{}", "2026-11-20", "''", '"a\\u0000"'])
def test_no_word_of_the_library_leaks(tmp_path: Path, value: str) -> None:
    """Whatever stands where something else should."""
    foreign = re.compile(r"valid |after validation|unable to|\binput\b|cannot be|\bdictionary\b|datetime\.")
    told = []
    for table, settings in config.Settings.model_fields.items():
        for field in SEVERAL.get(table) or type(settings.default).model_fields:
            header = f"[[{table}]]" if table in SEVERAL else f"[{table}]"
            told += problems_if_any(tmp_path, f"{header}\n{field} = {value}\n")
    assert len(told) > 20
    assert not [problem for problem in told if foreign.search(problem)]


SEVERAL: dict[str, list[str]] = {
    "source": [*config.SourceSettings.model_fields],
    "profile": [*config.ProfileSettings.model_fields],
    "subscriber": [*SETTINGS],
}


@pytest.mark.parametrize("number", ["8", "'8'", "28800", "true"])
def test_an_hour_is_no_number_of_seconds(tmp_path: Path, number: str) -> None:
    found = problems(tmp_path, f"[[subscriber]]\naddress = 'ada@example.org'\nkeywords = ['a']\nsend_at = {number}")
    assert found[0].startswith('subscriber[0].send_at: must be a time such as "08:00", not')


@pytest.mark.parametrize(
    "url",
    [
        "https://papers..example",
        "https://.example",
        "https://papers.example.",
        "https://-papers.example",
        "https://papers.example:0",
        "https://papers.example:99999",
        "https://papers.example:x",
        "https://ada@papers.example",
        "https://",
        "ftp://papers.example",
        "https://papers.example/?a=b",
    ],
)
def test_a_host_of_no_use_is_refused(tmp_path: Path, url: str) -> None:
    (problem,) = problems(tmp_path, f"digest.base_url = '{url}'")
    assert problem.startswith(f"digest.base_url: '{url}' is not a web address")


@pytest.mark.parametrize(
    "url",
    [
        "https://papers.example",
        "http://localhost:8000",
        "http://192.0.2.7:65535/papers",
        "http://[2001:db8::1]:8000",
        "http://digest_web:8000",
        "https://größe.example/~ada",
    ],
)
def test_hosts_of_use(tmp_path: Path, url: str) -> None:
    assert load_settings(written(tmp_path, f"digest.base_url = '{url}/'")).digest.base_url == url


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[digest\n", "is not TOML"),
        (b"\xff\xfe[digest]", "is not UTF-8 at byte 0"),
        (b"digest = 3", "digest: "),
        (b"profile = [1]", "profile[0]: "),
        (b"[[profile]]\nname='a'\nkeywords='tides'", "profile[0].keywords: "),
        (b"[[profile]]\nname='../up'\nkeywords=['tides']", "profile[0].name: "),
        (b"[[profile]]\nname='a'\nkeywords=['-tides']", "profile[0].keywords: "),
    ],
)
def test_a_broken_file_is_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "digest.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r".") as caught:
        load_settings(path)
    assert said in str(caught.value)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="digest init"):
        load_settings(tmp_path / "no.toml")
