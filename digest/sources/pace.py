"""arXiv's rate limit: one request every three seconds, and one connection, for all processes on this machine.

https://info.arxiv.org/help/api/tou.html. All processes of a user share a file. It is locked during each request and
holds the time at which the request began.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

__all__ = ["ARXIV_HOSTS", "Pace"]

ARXIV_HOSTS = frozenset({"arxiv.org", "export.arxiv.org", "oaipmh.arxiv.org", "rss.arxiv.org", "www.arxiv.org"})

_LOOK_AGAIN = 0.05  # seconds between two attempts to lock the file


class Pace:
    """Limits requests to ``hosts``: one at a time, and one every ``seconds``.

    ``clock`` returns seconds since the epoch, because all processes must agree on the time.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        hosts: Collection[str] = ARXIV_HOSTS,
        seconds: float = 3.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = path or _shared_file()
        self._hosts = hosts
        self._seconds = seconds
        self._clock = clock
        self._sleep = sleep

    def holds_for(self, host: str) -> bool:
        """Whether the limit holds for a host."""
        return host.lower().rstrip(".") in self._hosts

    @contextmanager
    def turn(self, host: str, patience: float) -> Iterator[None]:
        """Wait for a turn and keep it until the end. FetchError if it does not come within ``patience`` seconds."""
        if not self.holds_for(host):
            yield
            return
        until = self._clock() + patience
        descriptor = self._open()
        try:
            while not _locked(descriptor):
                if self._clock() >= until:
                    raise FetchError(f"another process keeps reading from {host}; the next run tries again")
                self._sleep(_LOOK_AGAIN)
            now = self._clock()
            # A time in the future was written before the clock was set back.
            wait = min(self._seconds, max(0.0, _last(descriptor) + self._seconds - now))
            if now + wait > until:
                raise FetchError(
                    f"{host} allows one request every {self._seconds:g} s, and there was no time left; "
                    "the next run tries again"
                )
            self._sleep(wait)
            os.pwrite(descriptor, f"{self._clock():<20.6f}\n".encode(), 0)
            yield
        finally:
            os.close(descriptor)  # also unlocks

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise FetchError(
                f"{self._path}, which limits requests to arXiv, cannot be opened: {error.strerror}"
            ) from error


def _shared_file() -> Path:
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if not Path(folder).is_absolute() or not os.access(folder, os.W_OK):
        folder = tempfile.gettempdir()
    return Path(folder) / f"digest-{os.getuid()}-arxiv.pace"


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _last(descriptor: int) -> float:
    with suppress(ValueError):
        return float(os.pread(descriptor, 64, 0))
    return 0.0
