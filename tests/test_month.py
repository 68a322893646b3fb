"""A month, day by day: weekends repeat Friday's page, each day repeats half of the day before, nothing comes twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from digest.model import Paper, Status
from tests.papers import LANTERN, TIDES, paper
from tests.world import published

if TYPE_CHECKING:
    from tests.world import World

DAYS = 30
NEW_A_DAY = 6


def numbered(number: int) -> Paper:
    words = " ".join(f"part{number}of{place}" for place in range(40))
    if number % 2:
        return paper(f"Tides and mantle beneath basin number {number}", f"{TIDES} It covers {words}.")
    return paper(f"Lantern number {number} for the decoding of long texts", f"{LANTERN} It uses {words}.")


def test_a_month_brings_each_paper_once(world: World) -> None:
    world.configure()
    world.path.write_text(world.path.read_text().replace("[[profile]]", "[[profile]]\nthreshold = 0\nlimit = 100", 1))
    start = datetime(2026, 11, 2, 9, tzinfo=UTC)  # a Monday
    statuses: Counter[tuple[bool, Status]] = Counter()
    told: dict[str, Counter[str]] = {"feed:decoding": Counter(), "mail:ada@example.org": Counter()}
    page: list[Paper] = []
    made = 0
    for number in range(DAYS):
        world.now = start + timedelta(days=number)
        weekend = world.now.weekday() >= 5
        if not weekend:
            page = [*page[-NEW_A_DAY // 2 :], *(numbered(made + place) for place in range(NEW_A_DAY))]
            made += NEW_A_DAY
        world.dump(f"{world.now:%Y-%m-%d}.txt", page)
        app = world.app
        (receipt,) = app.ingest()
        statuses[weekend, receipt.status] += 1
        for edition in published(app):
            told[edition.reader].update(entry.paper.paper.title for entry in edition.entries)
        app.deliver()
        app.close()
    wanted = {numbered(number).title for number in range(0, made, 2)}
    for reader, titles in told.items():
        assert set(titles) == wanted, reader
        assert set(titles.values()) == {1}, reader
    assert statuses == {(False, Status.FINE): 22, (True, Status.STALE): 8}
