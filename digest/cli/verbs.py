"""The commands ingest, publish and deliver, run, which does all three, and serve."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.cli.progress import reading_bar, spinner
from digest.cli.root import (
    NOTHING_DONE,
    SOME_FAILED,
    DateOption,
    JsonOption,
    QuietOption,
    answer,
    app,
    finish,
    opened,
    parse_date,
    stop_signal,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.app import App
    from digest.cli.stopping import Stopping
    from digest.model import Receipt
    from digest.pipeline.deliver import Delivered

AsOfOption = Annotated[
    date | None, typer.Option(parser=parse_date, metavar="DATE", help="The day on which the dumps were saved.")
]


@app.command(epilog="Example: digest ingest --as-of 2026-11-20 ~/Downloads/daily-papers.txt")
def ingest(
    context: typer.Context,
    dumps: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|FOLDER|URL|- ...]", help="The dumps to read.  [default: all configured sources]"),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="NAME", help="Read them in this format. Usually it is detected.")
    ] = None,
    as_of: AsOfOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read listings of papers (dumps), and store what is new."""
    from digest.cli import show_receipts

    with opened(context, missing="make") as digest, reading_bar(quiet=quiet) as progress:
        if dumps:
            from digest.sources.named import named_dumps

            receipts = digest.ingest_dumps(named_dumps(dumps, as_of), form=form, as_of=as_of, progress=progress)
        elif not digest.settings.source:
            raise typer.BadParameter("name a dump, or add a [[source]] to the configuration")
        else:
            receipts = digest.ingest(as_of=as_of, progress=progress)
        last_seq = digest.store.last_seq()
    say = show_receipts.receipt_problems if quiet else show_receipts.receipts
    answer(as_json, {"receipts": show_receipts.receipts_json(receipts), "last_seq": last_seq}, lambda: say(receipts))
    finish(_ingest_code(receipts))


@app.command(epilog="Example: digest publish --all")
def publish(
    context: typer.Context,
    day: DateOption = None,
    everyone: Annotated[bool, typer.Option("--all", help="For every reader, even if not due.")] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make the editions that are due.

    An edition is what one feed or subscriber gets on one day. Subscribers' editions are due at their local time.
    """
    from digest.cli import show

    with opened(context) as digest:
        published = digest.publish(day=day, everyone=everyone)
    data = {"editions": show.editions_json(published.editions)}
    answer(as_json, data, lambda: None if quiet else show.editions(published))


@app.command(epilog="Example: digest deliver")
def deliver(context: typer.Context, quiet: QuietOption = False, as_json: JsonOption = False) -> None:
    """Send the mails, and write the feeds and pages."""
    from digest.cli import show

    stop = stop_signal(context)
    with opened(context) as digest:
        delivered = _deliver(digest, stop, quiet=quiet)

        def say() -> None:
            if quiet:
                show.delivery_problems(delivered)
            else:
                show.delivered(delivered, digest.settings)

        answer(as_json, show.delivered_json(delivered), say)
    finish(_deliver_code(delivered, stop))


@app.command(epilog="Example: digest run --dry-run")
def run(
    context: typer.Context,
    day: DateOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, and write nothing.")] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Ingest, publish and deliver: everything for one day."""
    from digest.cli import show, show_receipts

    stop = stop_signal(context)
    with opened(context, missing="make") as digest:
        if dry_run:
            with digest.rehearsal() as rehearsed, reading_bar(quiet=quiet) as progress:
                receipts = rehearsed.ingest(progress=progress)
                published = rehearsed.publish(day=day)
                waiting = rehearsed.store.due_counts(rehearsed.clock())
            rehearsed_data = {
                "receipts": show_receipts.receipts_json(receipts),
                "editions": show.editions_json(published.editions),
                "dry_run": True,
            }
            answer(as_json, rehearsed_data, lambda: show.rehearsed(receipts, published, waiting))
            finish(_ingest_code(receipts))
            return
        with reading_bar(quiet=quiet) as progress:
            receipts = digest.ingest(progress=progress)
        published = digest.publish(day=day)
        delivered = _deliver(digest, stop, quiet=quiet)
        data: dict[str, Any] = {
            "receipts": show_receipts.receipts_json(receipts),
            "last_seq": digest.store.last_seq(),
            "editions": show.editions_json(published.editions),
            **show.delivered_json(delivered),
        }

        def say() -> None:
            if quiet:
                show_receipts.receipt_problems(receipts)
                show.delivery_problems(delivered)
            else:
                show.ran(receipts, published, delivered, digest.settings)

        answer(as_json, data, say)
    failed = max(_ingest_code(receipts), _deliver_code(delivered, stop))
    # What failed in one verb does not undo the others: something was done.
    done_some = failed == NOTHING_DONE and bool(published.editions or delivered.deliveries)
    finish(SOME_FAILED if done_some else failed)


@app.command(epilog="Example: digest serve --port 8000")
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 means any free port.")] = 8000,
) -> None:
    """Run the scheduler and web server.

    It ingests, publishes and delivers on schedule, and serves the feeds and pages, until it is stopped.
    """
    with opened(context, missing="make") as digest:
        from digest.service import serve as serve_forever

        serve_forever(digest, host=host, port=port)


def _deliver(digest: App, stop: Stopping, *, quiet: bool) -> Delivered:
    with spinner("delivering to", quiet=quiet) as show, stop.between_messages():

        def progress(reader: str) -> None:
            stop.check()
            show(reader)

        return digest.deliver(progress=progress)


def _ingest_code(receipts: Sequence[Receipt]) -> int:
    from digest.model import Status

    failed = [receipt.status is Status.FAILED for receipt in receipts]
    if failed and all(failed):
        return NOTHING_DONE
    lost = any(receipt.counts.rejected or receipt.status is Status.PARTIAL for receipt in receipts)
    return SOME_FAILED if lost or any(failed) else 0


def _deliver_code(delivered: Delivered, stop: Stopping) -> int:
    from digest.model import DeliveryState

    bad = delivered.count(DeliveryState.FAILED) + delivered.count(DeliveryState.DEFERRED)
    if stop.waiting:
        return SOME_FAILED if bad or delivered.site_error else stop.code
    if delivered.stopped and not delivered.deliveries:
        return NOTHING_DONE
    return SOME_FAILED if bad or delivered.stopped or delivered.site_error else 0
