"""A snapshot of very many records is taken in by portions, resumed where it was stopped, and no news."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from digest.model import Status
from digest.pipeline.ingest import Ingest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from digest.app import App
    from digest.model import Receipt
    from digest.pipeline.progress import Progress
    from tests.world import World

#: batches, of 2,000 records, that are committed together here
PORTION = 2
FIRST = 4_000
#: less than a batch is left after the first portion: too few to tell a snapshot from a listing by themselves
NUMBER = FIRST + 500


def snapshot(path: Path) -> None:
    with path.open("w") as file:
        for number in range(NUMBER):
            record = {
                "id": f"{15 + number // 500:02}{1 + number % 12:02}.{number % 90_000:05}",
                "title": f"On the decoding of signal number {number} of a long series",
                "abstract": f"Signal {number}.",
                "categories": "cs.IT",
                "versions": [{"version": "v1", "created": "Tue, 3 Nov 2015 10:00:00 GMT"}],
            }
            file.write(json.dumps(record) + "\n")


def read(world: World, app: App, progress: Callable[[Progress], None] = lambda _progress: None) -> Receipt:
    """Read the inbox, in small portions."""
    verb = Ingest(
        app.store, lambda: app.formats, now=world.now, today=world.now.date(), progress=progress, portion=PORTION
    )
    with app.sources() as sources:
        (receipt,) = verb.sources(sources, seconds=60)
    return receipt


def test_it_is_resumed_and_is_no_news(world: World) -> None:
    snapshot(world.folder / "inbox" / "snapshot.jsonl")

    def stop(progress: Progress) -> None:
        if progress.records > FIRST:
            raise KeyboardInterrupt

    app = world.app
    with pytest.raises(KeyboardInterrupt):
        read(world, app, stop)
    assert app.store.paper_count() == FIRST
    receipt = read(world, app)
    assert (receipt.status, receipt.counts.new) == (Status.FINE, NUMBER - FIRST)
    assert receipt.reason == f"an earlier run had read {FIRST:,} records of it"
    assert app.store.paper_count() == NUMBER
    assert {edition.considered for edition in app.publish().editions} == {0}
    assert read(world, app).status is Status.QUIET
