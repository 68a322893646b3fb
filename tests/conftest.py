"""What many tests share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.command_line import command_line
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.command_line import Digest

ROOT = Path(__file__).resolve().parent.parent
#: the folder with real dumps that stands beside a checkout, or the one that $DIGEST_SHARED_DATA names
SHARED = Path(os.environ.get("DIGEST_SHARED_DATA", ROOT.parent / "shared" / "data"))


def missing(tool: str, remedy: str) -> None:
    """Skip on a person's machine, saying what to install; fail where CI=true, since CI must run everything."""
    message = f"{tool} is missing: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with real dumps."""
    if not SHARED.is_dir():
        pytest.skip(f"no real dumps at {SHARED}; set DIGEST_SHARED_DATA to try them")
    return SHARED


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A folder with a configuration and an empty inbox."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def digest(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Digest:
    """Run a command in the world's folder, as the shell would."""
    return command_line(world, monkeypatch, capsys)
