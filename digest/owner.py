"""Name the process that holds a lease, and find out whether it has ended."""

from __future__ import annotations

import os
import secrets
import socket
import uuid
from functools import cache
from pathlib import Path

__all__ = ["has_ended", "new_owner"]

#: distinguishes this process from an earlier one with the same number
_TOKEN = secrets.token_hex(8)


def new_owner() -> str:
    """A unique name for one piece of work of this process."""
    return " ".join((_place(), str(os.getpid()), _TOKEN, secrets.token_hex(4)))


def has_ended(owner: str) -> bool:
    """Whether the owner's process has ended, as far as we can see from here.

    False for a process on another machine or in another container: its lease must run out.
    """
    place, number, token, _ = owner.split(" ")
    if os.name != "posix" or place != _place():
        return False  # on Windows, os.kill would end the process
    if int(number) == os.getpid():
        return token != _TOKEN
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


@cache
def _place() -> str:
    """Where process numbers have the same meaning as here: this boot of this machine, and this container."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{socket.gethostname()}/{uuid.getnode()}".replace(" ", "-")
