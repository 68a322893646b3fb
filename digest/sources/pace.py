"""arXiv's rate limit: one request every three seconds, and one connection, for all processes on this machine.

https://info.arxiv.org/help/api/tou.html. All processes of a user share a file that holds the time at which the last
request began. A second file, beside it, is locked during each request.
"""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from filelock import FileLock, Timeout

from digest.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

__all__ = ["ARXIV_HOSTS", "Pace"]

ARXIV_HOSTS = frozenset({"arxiv.org", "export.arxiv.org", "oaipmh.arxiv.org", "rss.arxiv.org", "www.arxiv.org"})

_LOOK_AGAIN = 0.05  # seconds between two attempts to lock the file
# Windows has neither, and needs neither: its folder for temporary files belongs to one user.
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


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
        # A lock of its own for each turn: two threads must wait for each other too.
        lock = FileLock(f"{self._path}.lock", timeout=0, mode=0o600)
        while not self._locked(lock):
            if self._clock() >= until:
                raise FetchError(f"another process keeps reading from {host}; the next run tries again")
            self._sleep(_LOOK_AGAIN)
        try:
            now = self._clock()
            # A time in the future was written before the clock was set back.
            wait = min(self._seconds, max(0.0, self._last() + self._seconds - now))
            if now + wait > until:
                raise FetchError(
                    f"{host} allows one request every {self._seconds:g} s, and there was no time left; "
                    "the next run tries again"
                )
            self._sleep(wait)
            with self._open() as file:
                file.write(f"{self._clock():<20.6f}\n")
            yield
        finally:
            lock.release()

    def _locked(self, lock: FileLock) -> bool:
        try:
            lock.acquire()
        except Timeout:
            return False
        except OSError as error:
            raise self._problem(error) from error
        return True

    def _last(self) -> float:
        """When the last request began; 0 if that is not known."""
        with self._open() as file, suppress(ValueError):
            return float(file.read(64))
        return 0.0

    @contextmanager
    def _open(self) -> Iterator[TextIO]:
        try:
            descriptor = os.open(self._path, _FLAGS, 0o600)
        except OSError as error:
            raise self._problem(error) from error
        with os.fdopen(descriptor, "r+", encoding="ascii", errors="replace") as file:
            yield file

    def _problem(self, error: OSError) -> FetchError:
        return FetchError(f"{self._path}, which limits requests to arXiv, cannot be opened: {error.strerror or error}")


def _shared_file() -> Path:
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if not Path(folder).is_absolute() or not os.access(folder, os.W_OK):
        folder = tempfile.gettempdir()
    user = f"-{os.getuid()}" if hasattr(os, "getuid") else ""
    return Path(folder) / f"digest{user}-arxiv.pace"
