"""Mail written into a folder."""

from __future__ import annotations

import string
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import DeliveryError
from digest.model import DeliveryState
from digest.outputs.mail.files import FilesTransport, mail_file
from digest.outputs.mail.message import Message

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 20)


def message(address: str = "ada@example.org", html: str = "<p>Größe</p>") -> Message:
    return Message(date=DAY, address=address, content=b"Subject: x\r\n\r\nbody", html=html)


def send(folder: Path, one: Message) -> DeliveryState:
    with FilesTransport(folder).connection() as connection:
        return connection.send(one)


def test_a_mail_stands_under_its_date_and_address(tmp_path: Path) -> None:
    assert send(tmp_path, message()) is DeliveryState.WRITTEN
    assert (tmp_path / "2026-11-20" / "ada@example.org.eml").read_bytes() == b"Subject: x\r\n\r\nbody"
    assert (tmp_path / "2026-11-20" / "ada@example.org.html").read_text(encoding="utf-8") == "<p>Größe</p>"


@pytest.mark.parametrize("address", ["ada@example.org", "o'brien@example.org", "größe/x@example.org"])
def test_it_says_where_a_mail_is(tmp_path: Path, address: str) -> None:
    send(tmp_path, message(address))
    for ending in (".eml", ".html"):
        assert mail_file(tmp_path, DAY, address, ending).is_file()


def test_again_is_the_same(tmp_path: Path) -> None:
    for _ in range(2):
        assert send(tmp_path, message()) is DeliveryState.WRITTEN
    assert len(list((tmp_path / "2026-11-20").iterdir())) == 2


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("ada+papers@example.org", "ada+papers@example.org"),
        ("../../etc/passwd@example.org", "%2E.%2F..%2Fetc%2Fpasswd@example.org"),
        (".hidden@example.org", "%2Ehidden@example.org"),
        ("a/b@example.org", "a%2Fb@example.org"),
        ("a\\b:c@example.org", "a%5Cb%3Ac@example.org"),
        ("größe@example.org", "gr%C3%B6%C3%9Fe@example.org"),
        ("..", "%2E."),
    ],
)
def test_an_address_makes_a_safe_name(tmp_path: Path, address: str, name: str) -> None:
    send(tmp_path, message(address))
    assert sorted(path.name for path in (tmp_path / "2026-11-20").iterdir()) == [f"{name}.eml", f"{name}.html"]


def test_long_addresses_stay_apart(tmp_path: Path) -> None:
    for end in ("one", "two"):
        send(tmp_path, message(f"{'x' * 400}@{end}.example"))
    assert len(list((tmp_path / "2026-11-20").iterdir())) == 4


@given(st.text(st.characters() | st.sampled_from("./\\@~" + string.whitespace), max_size=300))
def test_no_address_leaves_the_folder(tmp_path_factory: pytest.TempPathFactory, address: str) -> None:
    root = tmp_path_factory.mktemp("out")
    send(root / "mail", message(address))
    assert [path.name for path in root.iterdir()] == ["mail"]
    assert [path.name for path in (root / "mail").iterdir()] == ["2026-11-20"]
    assert len(list((root / "mail" / "2026-11-20").iterdir())) == 2


def test_a_lone_surrogate_does_not_cost_the_mail(tmp_path: Path) -> None:
    assert send(tmp_path, message(html="<p>\ud800</p>")) is DeliveryState.WRITTEN


def test_a_folder_that_cannot_be_written_stops_the_post(tmp_path: Path) -> None:
    (tmp_path / "2026-11-20").write_text("a file stands in the way", encoding="utf-8")
    with pytest.raises(DeliveryError, match="cannot be written to"):
        send(tmp_path, message())
