"""A command in a terminal of a given width, as somebody at a keyboard sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["in_terminal"]


def in_terminal(*arguments: str, cwd: Path, width: int = 80, keys: str = "", colours: bool = False) -> tuple[int, str]:
    """Run ``digest`` there, with ``keys`` typed in advance; its exit code and all that the screen was sent.

    Without ``colours`` the terminal asks for none, so that lines can be measured.
    """
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    import fcntl
    import struct
    import termios

    screen, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color"}
    environment.pop("COLUMNS", None)
    if not colours:
        environment["NO_COLOR"] = "1"
        environment["TERM"] = "xterm-mono"
    process = subprocess.Popen(
        [sys.executable, "-m", "digest", *arguments],
        stdin=terminal, stdout=terminal, stderr=terminal, cwd=cwd, env=environment,
    )  # fmt: skip
    os.close(terminal)
    os.write(screen, keys.encode())
    seen = b""
    while True:
        try:
            part = os.read(screen, 65536)
        except OSError:  # what Linux says where nobody holds the other end any more
            break
        if not part:
            break
        seen += part
    os.close(screen)
    return process.wait(), seen.decode().replace("\r\n", "\n")
