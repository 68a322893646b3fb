"""Emptying a full outbox: how long it takes, and how much memory; then a tick of the service, when nothing is due.

20,000 subscribers of an output that takes everything, and 2,000 papers. What is measured is the command ``deliver``:
claims, renewals, the state that is written and synced to the disk after each edition. An output's own work, such as
rendering and sending a mail, comes on top of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import steps
from tests.bench.corpus import page_text, papers

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

__all__ = ["outbox"]

SUBSCRIBERS, PAPERS = 20_000, 2_000
TICKS = 50

SINK = """
from contextlib import contextmanager

from digest.model import DeliveryState


class Sink:
    def __init__(self, context):
        pass

    @contextmanager
    def session(self):
        yield self

    def send(self, edition, reader):
        assert edition.entries and reader.address
        return DeliveryState.SENT
"""


def outbox(console: Console, status: Status) -> None:
    """Print a row for a full outbox and one for an empty one."""
    with tempfile.TemporaryDirectory(prefix="digest-bench-") as name:
        folder = Path(name)
        environment = _prepared(folder)
        for what, arguments in (
            ("reading papers", ["ingest"]),
            ("adding subscribers", ["subscribers", "import", "people.csv"]),
            ("publishing", ["publish", "--all"]),
        ):
            status.update(f"{what} …")
            _digest(folder, environment, *arguments)
        status.update("measuring deliver …")
        full = _digest(folder, environment, "deliver")
        empty = _digest(folder, environment, "deliver")
        status.update("measuring ticks …")
        tick = _tick(folder, environment)
    assert (full["sent"], empty["sent"]) == (SUBSCRIBERS, 0)
    console.print(
        f"\ndigest deliver, {SUBSCRIBERS:,} subscribers, {PAPERS:,} papers: {full['seconds']:.1f} s, "
        f"{full['sent'] / full['seconds']:,.0f} editions a second, peak {full['mib']:.0f} MiB (aim: 200 MiB)"
    )
    console.print(f"  nothing waits: {empty['seconds']:.2f} s, peak {empty['mib']:.0f} MiB", style="dim")
    console.print(
        f"digest serve, {SUBSCRIBERS:,} subscribers: a tick with nothing due takes {tick['median'] * 1000:.1f} ms, "
        f"the slowest of {TICKS} {tick['slowest'] * 1000:.1f} ms (aim: 20 ms)"
    )


def _prepared(folder: Path) -> dict[str, str]:
    """Write the configuration and everything that the commands read; return their environment."""
    (folder / "inbox").mkdir()
    (folder / "inbox" / "day.txt").write_text(page_text(papers(PAPERS)), encoding="utf-8")
    (folder / "digest.toml").write_text(steps.CONFIG.partition("[[subscriber]]")[0], encoding="utf-8")
    rows = [f"sink:{number},bench,00:00,daily" for number in range(SUBSCRIBERS)]
    (folder / "people.csv").write_text("\n".join(["address,profiles,send_at,days", *rows]), encoding="utf-8")
    site = folder / "site"
    information = site / "sink-1.0.dist-info"
    information.mkdir(parents=True)
    (site / "sink.py").write_text(SINK, encoding="utf-8")
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: sink\nVersion: 1.0\n", encoding="utf-8")
    (information / "entry_points.txt").write_text("[digest.outputs]\nsink = sink:Sink\n", encoding="utf-8")
    found = steps.environment()
    return {**found, "PYTHONPATH": os.pathsep.join([str(site), found["PYTHONPATH"]])}


#: runs a command and prints what it answered, and the peak memory of its process
_MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], check=True, capture_output=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({**json.loads(done.stdout), "mib": peak}))
"""


#: ticks as the service does once a minute, after a first one that compiles the statements
_TICKING = """
import json, statistics, sys, time
from pathlib import Path
from digest.app import App, load_settings
from digest.service import Service

app = App(settings=load_settings(Path("digest.toml")))
service = Service(app)
service.tick()
seconds = []
for _ in range(int(sys.argv[1])):
    started = time.perf_counter()
    service.tick()
    seconds.append(time.perf_counter() - started)
print(json.dumps({"median": statistics.median(seconds), "slowest": max(seconds)}))
"""


def _tick(folder: Path, environment: dict[str, str]) -> dict[str, float]:
    """The median and the slowest tick, in seconds."""
    command = [sys.executable, "-c", _TICKING, str(TICKS)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=folder, env=environment)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _digest(folder: Path, environment: dict[str, str], *arguments: str) -> dict[str, float]:
    """What a command answers in JSON, the seconds that it took, and its peak MiB."""
    command = [sys.executable, "-m", "digest", "--config", "digest.toml", *arguments, "--json"]
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *command], check=True, capture_output=True, cwd=folder, env=environment
    )
    seconds = time.perf_counter() - started
    answer: dict[str, float] = json.loads(done.stdout)
    return {**answer, "seconds": seconds}
