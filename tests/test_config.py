"""The configuration: every problem at once, each with its place and a remedy."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import pytest

from digest import config
from digest.app import load_settings
from digest.errors import ConfigError
from digest.model import ReaderKind
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
    path = written(folder, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    return [problem.removeprefix(f"{path}: ") for problem in caught.value.problems]


def test_the_sample_reads() -> None:
    settings = load_settings(ROOT / "config" / "digest.toml")
    assert [source.name for source in settings.source] == ["inbox"]
    assert settings.subscriber[0].send_at == time(8)


def test_the_sample_names_every_setting() -> None:
    """What can be set stands in the sample, so that it can be the reference."""
    text = (ROOT / "config" / "digest.toml").read_text(encoding="utf-8")
    tables = config.Settings.model_fields
    for name in tables:
        assert f"[{name}]" in text
    for settings in (config.MailSettings, config.SubscriberSettings, config.ProfileSettings, config.SourceSettings):
        for field in settings.model_fields:
            assert f"{field} = " in text, f"{settings.__name__}.{field} is not in the sample"


def test_readers_are_the_feeds_and_the_subscribers(tmp_path: Path) -> None:
    feed, mail = config.readers(load_settings(written(tmp_path, GOOD)), [])
    assert (feed.id, feed.kind, feed.timezone) == ("feed:decoding", ReaderKind.FEED, "Europe/Paris")
    assert (mail.id, mail.address) == ("mail:Ada@example.org", "Ada@example.org")
    assert (mail.send_at, mail.days, mail.timezone) == (time(6, 30), frozenset({4, 5, 6, 0}), "Europe/Paris")
    assert [profile.name for profile in mail.profiles] == ["decoding", config.OWN_PROFILE]


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
        "digest.base_url: 'papers.example' is no web address",
        "did you mean 'Europe/Paris'?",
        "source[0].schedule: write the weekday",
        "source[0].paht: a source of kind 'files' has no such setting; did you mean 'path'?",
        "source[1].kind: there is no kind 'fils'",
        "profile[0].keywords[1]: ",
        "profile[0].limit: ",
        "subscriber[0].address: 'nobody' is no mail address",
        "subscriber[0].days: 'mon-fry' is no weekday",
        "mail.tls: ",
    ):
        assert expected in text
    assert all("\n" not in problem for problem in found)


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
    assert "profile[1]: 'one' stands twice; each profile needs a name of its own" in found
    assert "subscriber[0].profiles[0]: there is no profile 'onee'; did you mean 'one'?" in found
    assert "mail.kind: 'pigeon' is none of files, smtp" in found


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


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat,sun", {5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("Daily", set(range(7))),
        ("wed", {2}),
    ],
)
def test_days_read(text: str, days: set[int]) -> None:
    assert config.parse_days(text) == days
