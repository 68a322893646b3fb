"""Commands as the shell would run them, within this process."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any, TypeAlias

from digest.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.world import World

__all__ = ["Answer", "Digest", "command_line"]


@dataclass
class Answer:
    """What a command did. Its output went into no terminal."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Digest: TypeAlias = "Callable[..., Answer]"


def command_line(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Digest:
    """A function that runs commands in the world's folder."""
    monkeypatch.chdir(world.folder)

    def run(*args: str, stdin: str | None = None) -> Answer:
        monkeypatch.setattr(sys, "argv", ["digest", "--config", str(world.path), *args])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin.encode())))
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run
