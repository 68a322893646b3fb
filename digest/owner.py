"""Who holds a lease: a process, which can be told from every other, and of which can be seen that it has ended."""

from __future__ import annotations

import os
import secrets
import socket
import uuid
from functools import cache
from pathlib import Path

__all__ = ["has_ended", "new_owner"]

#: tells this process from an earlier one that had the same number
_TOKEN = secrets.token_hex(8)


def new_owner() -> str:
    """A name for one piece of work of this process; no other piece of work ever has it."""
    return " ".join((_place(), str(os.getpid()), _TOKEN, secrets.token_hex(4)))


def has_ended(owner: str) -> bool:
    """Whether the process of an owner has ended, as far as that can be seen from here.

    False for a process of another machine or container: only time tells.
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
    """Where process numbers mean the same as here: a machine since it was started, and on it a container."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{socket.gethostname()}/{uuid.getnode()}".replace(" ", "-")
