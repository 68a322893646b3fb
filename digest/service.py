"""The service: one process that reads, publishes and delivers by the clock, and serves what came of it.

APScheduler only ticks, once a minute. What is due is decided from the history and the clock at each tick, so that
nothing is forgotten over a restart, an outage or a change to summer time, and nothing is done twice.
"""

from __future__ import annotations

import logging
import signal
import socket
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import uvicorn
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from digest.errors import DeliveryError, DigestError
from digest.model import DeliveryState, Status
from digest.pipeline.progress import ProgressLog
from digest.web.public import public

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import FrameType

    from digest.app import App
    from digest.config import SourceSettings
    from digest.model import Receipt, SetAside
    from digest.pipeline.deliver import Delivered
    from digest.pipeline.progress import Progress

__all__ = ["Service", "due_sources", "next_reading", "serve"]

logger = logging.getLogger(__name__)

#: how long something is left alone that went wrong in a way that the history does not know of
_PATIENCE = timedelta(minutes=5)
#: how long requests under way may take to end, in seconds
_GRACE = 5


# ------------------------------------------------------------------------------------------------ what is due


def next_reading(schedule: str, after: datetime) -> datetime | None:
    """The first instant after another that a cron schedule names, in UTC; None where there is none, as for 30 Feb."""
    moment = CronTrigger.from_crontab(schedule, timezone=UTC).get_next_fire_time(after, after)
    return moment if moment is None else moment.astimezone(UTC)


def due_sources(
    sources: Iterable[SourceSettings], last_read: Mapping[str, datetime], now: datetime
) -> list[SourceSettings]:
    """The sources that should have been read by ``now`` and were not.

    ``last_read`` says by a source's name when it was; one that never was is due at once. After an outage a source is
    due once, however many of its times have passed.
    """
    due = []
    for one in sources:
        read = last_read.get(one.name)
        moment = now if read is None else next_reading(one.schedule, read)
        if moment is not None and moment <= now:
            due.append(one)
    return due


# ------------------------------------------------------------------------------------------------- the service


class _StoppingError(DeliveryError):
    """The service is about to end. A DeliveryError, since that is what ends a delivery between two messages."""


class Service:
    """What happens at each tick. Ticks may come as they like, but one after the other."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._stopping = Event()
        #: when sources were tried that left no receipt
        self._tried: dict[str, datetime] = {}
        #: who was named in the log because they get nothing: once is enough
        self._set_aside: set[SetAside] = set()
        #: when a delivery was stopped: a mail server that refuses our login must not be asked every minute
        self._stopped: datetime | None = None

    def tick(self) -> None:
        """Do all that is due now. What goes wrong is logged as a sentence, and the next tick goes on from there."""
        self._attempt("the sources", self._ingest)
        self._attempt("publishing", self._publish)
        self._attempt("the delivery", self._deliver)

    def stop(self) -> None:
        """Let the tick that runs end after the message in hand; what it leaves waits for the next start."""
        self._stopping.set()

    def due(self) -> list[SourceSettings]:
        """The sources that are to be read now."""
        now = self._app.clock()
        names = [one.name for one in self._app.settings.source]
        last_read = {receipt.source: receipt.at for receipt in self._app.store.newest_receipts(names)}
        due = due_sources(self._app.settings.source, last_read, now)
        return [one for one in due if _patient(self._tried.get(one.name), now)]

    # -- the three verbs

    def _ingest(self) -> None:
        for one in self.due():
            self._tried[one.name] = self._app.clock()
            self._attempt(f"the source {one.name}", partial(self._read, one))

    def _read(self, source: SourceSettings) -> None:
        log = ProgressLog(partial(logger.info, "reading %s"))

        def go_on(progress: Progress) -> None:
            log(progress)
            self._go_on()

        receipts = self._app.ingest(only=[source.name], progress=go_on)
        del self._tried[source.name]
        for receipt in receipts:
            _say_receipt(receipt)

    def _publish(self) -> None:
        published = self._app.publish()
        for one in set(published.set_aside) - self._set_aside:
            logger.warning("%s gets nothing: %s", one.address, one.reason)
        self._set_aside |= set(published.set_aside)
        if published.editions:
            entries = sum(edition.entries for edition in published.editions)
            logger.info("made %d editions with %d entries", len(published.editions), entries)

    def _deliver(self) -> None:
        now = self._app.clock()
        if not _patient(self._stopped, now):
            return
        delivered = self._app.deliver(progress=lambda _reader: self._go_on())
        self._stopped = now if delivered.stopped is not None or delivered.site_error is not None else None
        _say_delivered(delivered)

    # -- faults and the end

    def _attempt(self, what: str, job: Callable[[], None]) -> None:
        if self._stopping.is_set():
            return
        try:
            job()
        except _StoppingError:
            logger.info("%s: stopped before the end; what was not done is done at the next start", what)
        except DigestError as error:
            logger.error("%s: %s", what, error)  # noqa: TRY400 - the sentence says it all
        except Exception:
            logger.exception("%s: an error that digest does not know; it is tried again", what)

    def _go_on(self) -> None:
        """Called between records and between messages."""
        if self._stopping.is_set():
            raise _StoppingError("the service is stopping; what waits is sent at its next start")


def _patient(tried: datetime | None, now: datetime) -> bool:
    """Whether what went wrong at an instant, if it did, may be tried again."""
    return tried is None or now - tried >= _PATIENCE


def _say_receipt(receipt: Receipt) -> None:
    counts = receipt.counts
    level = logging.WARNING if receipt.status in (Status.FAILED, Status.PARTIAL) else logging.INFO
    reason = f": {receipt.reason}" if receipt.reason else ""
    logger.log(level, "%s: %s, %d new of %d read in %s%s", receipt.source, receipt.status, counts.new, counts.read,
               receipt.dump or "no dump", reason)  # fmt: skip


def _say_delivered(delivered: Delivered) -> None:
    for one in delivered.deliveries:
        if one.error is not None:
            logger.warning("%s, edition of %s: %s: %s", one.reader, one.date, one.state, one.error)
    sent, written = delivered.count(DeliveryState.SENT), delivered.count(DeliveryState.WRITTEN)
    if sent or written or delivered.files:
        logger.info("delivered: %d sent, %d written, %d public files changed", sent, written, len(delivered.files))
    if delivered.site_error is not None:
        logger.error("the feeds and pages could not be written: %s", delivered.site_error)
    if delivered.stopped is not None:
        logger.warning("the delivery stopped: %s", delivered.stopped)


# ------------------------------------------------------------------------------------------------- the process


def serve(app: App, *, host: str, port: int) -> None:
    """Be the service until SIGTERM or SIGINT. Port 0 takes a free one; the log says which.

    Raise DigestError where the port can't be had or the history can't be opened.
    """
    _log_to_stderr()
    service = Service(app)
    due = {one.name for one in service.due()}  # opens the history: what is wrong with it shows before anything starts
    listener = _listen(host, port)
    server = uvicorn.Server(
        uvicorn.Config(
            public(app), log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=_GRACE
        )
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # While it runs uvicorn listens for these itself, and raises them again when it has ended: they must not kill then.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    scheduler = _scheduler(service)
    with listener:
        logger.info("listening on http://%s:%d", f"[{host}]" if ":" in host else host, listener.getsockname()[1])
        _say_plans(app, due)
        scheduler.start()
        try:
            server.run(sockets=[listener])
        finally:
            logger.info("stopping")
            service.stop()
            scheduler.shutdown(wait=True)
            logger.info("stopped")


def _scheduler(service: Service) -> BackgroundScheduler:
    """Ticks at once and then at every full minute; a tick that is late is late, and several late ones are one.

    One thread: the history has one writer. A tick that takes longer than a minute makes the next ones wait.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(service.tick, "cron", minute="*", next_run_time=datetime.now(UTC))
    return scheduler


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise DigestError(
            f"{host}, port {port}, cannot be listened on: {error.strerror or error}; --port 0 takes a free port"
        ) from error


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for chatty, level in (("apscheduler", logging.ERROR), ("uvicorn", logging.WARNING), ("httpx", logging.WARNING)):
        logging.getLogger(chatty).setLevel(level)


def _say_plans(app: App, due: Iterable[str]) -> None:
    now = app.clock()
    for one in app.settings.source:
        moment = next_reading(one.schedule, now)
        later = f"next on {moment:%Y-%m-%d at %H:%M} UTC" if moment else "never again"
        logger.info("%s is read %s", one.name, f"at once, and {later}" if one.name in due else later)
    if not app.settings.source:
        logger.info("there is no [[source]] in the configuration; only `digest ingest FILE` reads papers")
