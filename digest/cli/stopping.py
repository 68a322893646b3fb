"""Ctrl-C, SIGTERM and SIGHUP: a command ends where nothing is lost.

Outside of a delivery it ends at once: a transaction that is open is rolled back, and the next run starts there again.
While mail goes out it ends between two messages, after the one in hand was sent and recorded: else that one would go
out twice. A second signal ends it at once there too.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from digest.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["StoppedError", "Stopping", "stopping"]

#: what each signal's exit code is: who ended it by Ctrl-C expects that of a shell, a supervisor that stopped it wants 0
_CODES = {"SIGINT": 130, "SIGTERM": 0, "SIGHUP": 0}


class StoppedError(BaseException):
    """A signal ends the command. Like KeyboardInterrupt, so that nothing takes it for a fault and goes on."""

    def __init__(self, name: str) -> None:
        self.signal = name
        self.code = _CODES[name]
        super().__init__(name)


class _StoppingError(DeliveryError):
    """A signal came. A DeliveryError, since that is what ends a delivery between two messages."""


class Stopping:
    """Whether a signal came, and what it is to do."""

    def __init__(self) -> None:
        #: the signal that came while mail went out
        self.waiting: str | None = None
        self._gently = False

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """The handler of the signals."""
        name = signal.Signals(number).name
        if self._gently and self.waiting is None:
            self.waiting = name
            return
        raise StoppedError(name)

    @contextmanager
    def between_messages(self) -> Iterator[None]:
        """Let a signal wait until ``check`` is called, for the length of a delivery."""
        self._gently = True
        try:
            yield
        finally:
            self._gently = False

    def check(self) -> None:
        """Called between two messages: end the delivery if a signal came."""
        if self.waiting is not None:
            raise _StoppingError(f"{self.waiting} came; what waits goes out with the next `digest deliver`")

    @property
    def code(self) -> int:
        """The exit code that the signal asks for; 0 where none came."""
        return _CODES[self.waiting] if self.waiting else 0


@contextmanager
def stopping() -> Iterator[Stopping]:
    """Handle the signals for the length of a command."""
    state = Stopping()
    if threading.current_thread() is not threading.main_thread():
        yield state  # signals reach the main thread alone
        return
    # SIGHUP is missing on Windows. What a parent made us ignore (nohup) stays ignored.
    numbers = [getattr(signal, name) for name in _CODES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, state.handle)
    try:
        yield state
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
