"""What README and docs/ say that can be typed can be typed."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from tests.command_line import Digest

FILES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GROUPS = {"profile", "subscribers"}


def commands() -> set[str]:
    """Every command line within backquotes, or on a line of its own that is indented as code is."""
    found: set[str] = set()
    for file in FILES:
        text = file.read_text(encoding="utf-8").replace("\\|", "|")
        found.update(re.findall(r"`digest ((?!\.|/)[^`]+)`", text))
        found.update(re.findall(r"^ {4,}(?:.*&& \S*/)?digest (.+)$", text, re.MULTILINE))
    return {one.strip() for one in found}


@pytest.mark.parametrize("command", sorted(commands()))
def test_a_command_and_its_options_exist(digest: Digest, command: str) -> None:
    words = shlex.split(command, comments=True)
    if words[0].startswith("-"):
        path: list[str] = []
    else:
        path = words[: 2 if words[0] in GROUPS else 1]
    for name in path[-1].split("|") if path else [None]:
        answer = digest(*path[:-1], *([name] if name else []), "--help")
        assert answer.code == 0, answer.err
        for option in (word for word in words if word.startswith("-")):
            assert re.search(rf"(^|[ ,]){re.escape(option.split('=')[0])}\b", answer.out, re.MULTILINE), option


def test_there_are_many() -> None:
    assert len(commands()) > 25
