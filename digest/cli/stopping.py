"""Stop on Ctrl-C, SIGTERM and SIGHUP without losing anything.

Commands stop at once. An open transaction is rolled back, and the next run does that part again. During a delivery, the
current message is sent and recorded first, because it would be sent twice otherwise. A second signal stops the delivery
at once.
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

#: exit codes: shells expect 130 after Ctrl-C, and process supervisors expect 0 after they stop a program
_CODES = {"SIGINT": 130, "SIGTERM": 0, "SIGHUP": 0}


class StoppedError(BaseException):
    """A signal stops the command. It is no Exception, like KeyboardInterrupt, so that nothing catches it."""

    def __init__(self, name: str) -> None:
        self.signal = name
        self.code = _CODES[name]
        super().__init__(name)


class _StoppingError(DeliveryError):
    """A signal came. It is a DeliveryError because that stops a delivery between two messages."""


class Stopping:
    """Remembers whether a signal came, and when it may stop the command."""

    def __init__(self) -> None:
        #: the signal that came during a delivery
        self.waiting: str | None = None
        self._gently = False

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal."""
        name = signal.Signals(number).name
        if self._gently and self.waiting is None:
            self.waiting = name
            return
        raise StoppedError(name)

    @contextmanager
    def between_messages(self) -> Iterator[None]:
        """Delay signals until ``check`` is called, during a delivery."""
        self._gently = True
        try:
            yield
        finally:
            self._gently = False

    def check(self) -> None:
        """Stop the delivery if a signal came. Called between two messages."""
        if self.waiting is not None:
            raise _StoppingError(f"received {self.waiting}; the next `digest deliver` sends the rest")

    @property
    def code(self) -> int:
        """The exit code of the signal; 0 if none came."""
        return _CODES[self.waiting] if self.waiting else 0


@contextmanager
def stopping() -> Iterator[Stopping]:
    """Handle the signals during a command."""
    state = Stopping()
    if threading.current_thread() is not threading.main_thread():
        yield state  # only the main thread gets signals
        return
    # SIGHUP is missing on Windows. Signals that the parent process made us ignore (nohup) stay ignored.
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
