"""A snapshot of very many records is taken in by portions, resumed where it was stopped, and no news."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from digest.model import Status

if TYPE_CHECKING:
    from pathlib import Path

    from digest.pipeline.progress import Progress
    from tests.world import World

#: less than a batch is left after the first portion, too little to be told from a listing by itself
NUMBER = 100_500


def snapshot(path: Path) -> None:
    with path.open("w") as file:
        for number in range(NUMBER):
            record = {
                "id": f"{15 + number // 12_000:02}{1 + number % 12:02}.{number % 90_000:05}",
                "title": f"On the decoding of signal number {number} of a long series",
                "abstract": f"Signal {number}.",
                "categories": "cs.IT",
                "versions": [{"version": "v1", "created": "Tue, 3 Nov 2015 10:00:00 GMT"}],
            }
            file.write(json.dumps(record) + "\n")


def test_it_is_resumed_and_is_no_news(world: World) -> None:
    snapshot(world.folder / "inbox" / "snapshot.jsonl")

    def stop(progress: Progress) -> None:
        if progress.records > 100_000:
            raise KeyboardInterrupt

    app = world.app
    with pytest.raises(KeyboardInterrupt):
        app.ingest(progress=stop)
    assert app.store.paper_count() == 100_000
    (receipt,) = app.ingest()
    assert (receipt.status, receipt.counts.new) == (Status.FINE, NUMBER - 100_000)
    assert receipt.reason == "an earlier run had read 100,000 records of it"
    assert app.store.paper_count() == NUMBER
    assert {edition.considered for edition in app.publish().editions} == {0}
    assert app.ingest()[0].status is Status.QUIET
