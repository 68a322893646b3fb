"""Sources are read side by side: while one waits for its server, the dumps of another are taken in."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digest.errors import FetchError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from typing import BinaryIO

    from digest.dump import Dump
    from digest.pipeline.protocols import Source

__all__ = ["SourceEvent", "fetch_concurrently"]

#: dumps of a source that are fetched before the earlier ones were taken in
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class SourceEvent:
    """What a source brought: a dump that is open for reading, an error, or neither, which is its end."""

    source: str
    dump: Dump | None = None
    error: SourceError | OSError | None = None


def fetch_concurrently(
    sources: Sequence[Source],
    seen: Mapping[str, Mapping[str, str]],
    *,
    now: datetime,
    seconds: float,
) -> Iterator[SourceEvent]:
    """Yield what the sources bring as it comes; each ends with one that has no dump.

    ``seen`` has for each source's name the validators of its dumps. A source that has not ended after ``seconds``
    ends with a FetchError; the others are not held up.
    """
    waiting = {source.name for source in sources}
    brought: queue.Queue[SourceEvent] = queue.Queue(maxsize=_AHEAD * max(1, len(sources)))
    over = threading.Event()
    for source in sources:
        arguments = (source, seen.get(source.name, {}), now, brought, over)
        threading.Thread(target=_read, args=arguments, name=f"source {source.name}", daemon=True).start()
    deadline = time.monotonic() + seconds
    try:
        while waiting:
            try:
                one = brought.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                for name in sorted(waiting):
                    yield SourceEvent(name, error=FetchError(f"it was not done after {seconds:,.0f} seconds"))
                return
            if one.dump is None:
                waiting.discard(one.source)
            began = time.monotonic()
            yield one
            deadline += time.monotonic() - began  # what it took to take a dump in is no source's fault
    finally:
        over.set()


def _read(
    source: Source, seen: Mapping[str, str], now: datetime, brought: queue.Queue[SourceEvent], over: threading.Event
) -> None:
    """Fetch a source's dumps one after the other, each as far as opening it."""
    end = SourceEvent(source.name)
    try:
        for dump in source.dumps(seen, now=now):
            if not _put(brought, SourceEvent(source.name, _fetched(dump)), over):
                return
    except (SourceError, OSError) as error:
        end = SourceEvent(source.name, error=error)
    except Exception as error:  # noqa: BLE001 - a source of somebody else's must not take the others with it
        end = SourceEvent(source.name, error=SourceError(f"it failed unexpectedly: {type(error).__name__}: {error}"))
    _put(brought, end, over)


def _fetched(dump: Dump) -> Dump:
    """The dump with its stream open; where it can't be opened, with the error that opening it gave."""
    try:
        stream = dump.open()
    except (SourceError, OSError) as error:
        problem = error  # the name of an exception ends with its block

        def fail() -> BinaryIO:
            raise problem

        return replace(dump, open=fail)
    return replace(dump, open=lambda: stream)


def _put(brought: queue.Queue[SourceEvent], one: SourceEvent, over: threading.Event) -> bool:
    while not over.is_set():
        with contextlib.suppress(queue.Full):
            brought.put(one, timeout=0.2)
            return True
    if one.dump is not None:
        with contextlib.suppress(SourceError, OSError):
            one.dump.open().close()
    return False
