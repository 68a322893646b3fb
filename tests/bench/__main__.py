"""``make bench``: what each step costs as the work grows, beside what a user would pick instead, in the same run.

Every line is measured in a process of its own, so that its peak memory is its own. A step is timed three times and the
best counts. Growth is the cost for each paper, relative to the smallest size: 1.0 is linear.

``python -m tests.bench everyday|quality|million|outbox`` measures parts alone; ``intake [RECORDS]`` the intake of a
snapshot, which takes longest.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.bench import intake, quality, steps
from tests.bench.corpus import page_text, papers
from tests.bench.million import million
from tests.bench.outbox import outbox

if TYPE_CHECKING:
    from rich.status import Status

SIZES = (500, 2000, 8000)
#: papers of the whole run
RUN = 5000


def measured(step: str, size: int) -> dict[str, float]:
    """Seconds and peak MiB of a step over so many papers, from a process of its own."""
    command = [sys.executable, "-m", "tests.bench.steps", step, str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def growth_table(console: Console, status: Status) -> None:
    table = Table(title="papers a second, as the work grows", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("step", no_wrap=True)
    for size in SIZES:
        table.add_column(f"{size:,}", justify="right")
    for heading in ("growth", "peak MiB", "ours ÷ theirs"):
        table.add_column(heading, justify="right")
    for step, alternative, what in steps.PAIRS:
        rates = {}
        for name in (step, alternative):
            status.update(f"measuring {name} …")
            found = [measured(name, size) for size in SIZES]
            rates[name] = [size / one["seconds"] for size, one in zip(SIZES, found, strict=True)]
            row = [f"{rate:,.0f}" for rate in rates[name]]
            growth = rates[name][0] / rates[name][-1]
            ratio = f"{rates[step][-1] / rates[name][-1]:.2f}" if name == alternative else ""
            label = name if name == step else f"  {what}"
            table.add_row(
                label, *row, f"{growth:.2f}", f"{found[-1]['mib']:.0f}", ratio, style="" if name == step else "dim"
            )
    console.print(table)


def timed(arguments: list[str], folder: Path) -> tuple[float, str]:
    """How many seconds a command takes from a shell, and what it prints."""
    command = [sys.executable, "-m", "digest", *arguments]
    started = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder, env=steps.environment())
    return time.perf_counter() - started, done.stdout


def whole_run(console: Console) -> None:
    """From a dump to mail, feeds and page, as a person runs it."""
    with tempfile.TemporaryDirectory(prefix="digest-bench-") as name:
        folder = Path(name)
        (folder / "inbox").mkdir()
        (folder / "inbox" / "day.txt").write_text(page_text(papers(RUN)), encoding="utf-8")
        (folder / "digest.toml").write_text(steps.CONFIG, encoding="utf-8")
        run = ["--config", "digest.toml", "run", "--json"]
        seconds, said = timed(run, folder)
        answer = json.loads(said)
        nothing_new = min(timed(run, folder)[0] for _ in range(3))
        help_seconds, _ = timed(["--help"], folder)
    new = sum(receipt["new"] for receipt in answer["receipts"])
    entries = {edition["reader"]: edition["entries"] for edition in answer["editions"]}
    console.print(
        f"\ndigest run, {new:,} new papers, one reader, from dump to mail, feeds and page: {seconds:.2f} s (aim: 2.5 s)"
    )
    console.print(f"  editions: {entries}", style="dim")
    console.print(f"digest run with nothing new: {nothing_new:.2f} s (aim: 0.7 s)")
    console.print(f"digest --help: {help_seconds:.2f} s (aim: 0.3 s)")


def everyday(console: Console, status: Status) -> None:
    growth_table(console, status)
    status.update("measuring digest run …")
    whole_run(console)


PARTS = {"everyday": everyday, "quality": quality.report, "million": million, "outbox": outbox}


def main() -> None:
    """Measure the parts that are named on the command line, else all."""
    console = Console(width=120)
    if sys.argv[1:2] == ["intake"]:
        intake.measure(console, *map(int, sys.argv[2:3]))
        return
    with Console(stderr=True).status("measuring …") as status:
        for part in sys.argv[1:] or PARTS:
            PARTS[part](console, status)
    if not sys.argv[1:]:
        intake.measure(console)


main()
