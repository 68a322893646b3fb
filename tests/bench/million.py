"""A million readers of ten weighted phrases each: what a day of 1,000 papers costs, beside what one would take instead.

An alternative runs for at most a minute; what it would take for all readers is extrapolated from how far it came.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from tests.bench.million_steps import ALTERNATIVES, CORES
from tests.bench.readers import EACH, LIMIT, PHRASES, write_world
from tests.conftest import ROOT

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

READERS = 1_000_000
PAPERS = 1_000
#: an alternative's seconds
SECONDS = 60
#: readers and papers, for the growth in each
SIZES = ((READERS // 4, PAPERS), (READERS // 2, PAPERS), (READERS, PAPERS // 4), (READERS, PAPERS // 2))
DAILY = ("match", "count", "weigh", "arrays", "rank")
STAGES = {
    "compile": "compile all profiles (once; kept from day to day)",
    "match": "match the papers against all phrases",
    "count": "count who has what",
    "weigh": "weigh what was met",
    "arrays": "turn it into arrays",
    "rank": f"rank: the best {LIMIT} for each reader, with their parts",
}


def _measured(folder: Path, *words: object) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.million_steps", str(folder), *map(str, words)]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _daily(found: dict[str, float], kind: str = "") -> float:
    return sum(found[kind + stage] for stage in DAILY)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column(columns[0], no_wrap=True)
    for column in columns[1:]:
        table.add_column(column, justify="right")
    return table


def _duration(seconds: float) -> str:
    return f"{seconds:,.1f} s" if seconds < 3600 else f"{seconds / 3600:,.1f} h"


def million(console: Console, status: Status) -> None:
    with tempfile.TemporaryDirectory(prefix="digest-bench-") as name:
        folder = Path(name)
        status.update("inventing a million readers …")
        write_world(folder, READERS, PAPERS)
        status.update("ranking for a million readers …")
        whole = _measured(folder, "ours", READERS, PAPERS)
        _stages(console, whole)
        _growth(console, status, folder, whole)
        _adversarial(console, status, folder)
        _others(console, status, folder, whole)


def _stages(console: Console, whole: dict[str, float]) -> None:
    title = f"{PAPERS:,} papers × {READERS:,} readers of {EACH} of {PHRASES:,} phrases, on {CORES} cores"
    table = _table(title, "stage", "seconds", "of all processors")
    for stage, what in STAGES.items():
        table.add_row(what, f"{whole[stage]:.2f}", f"{whole[f'processor {stage}']:.2f}")
    table.add_row(
        "a day: all but compiling", f"{_daily(whole):.2f}", f"{_daily(whole, 'processor '):.2f}", style="bold"
    )
    console.print(table)
    console.print(
        f"one changed profile: {whole['change 1000']:.2f} ms; {whole['patterns']:,.0f} patterns, "
        f"{whole['postings']:,.0f} times met; {whole['papers chosen']:,.0f} papers chosen, with {whole['parts']:,.0f} "
        f"parts\npeak memory: {whole['MiB beyond profiles']:,.0f} MiB beyond the profiles' "
        f"{whole['MiB of profiles']:,.0f} MiB (aim: 2,048)\n"
    )


def _growth(console: Console, status: Status, folder: Path, whole: dict[str, float]) -> None:
    table = _table("growth", "readers", "papers", "match", "rank", "a day")
    for readers, number in (*SIZES, (READERS, PAPERS)):
        status.update(f"ranking {number:,} papers for {readers:,} readers …")
        full = (readers, number) == (READERS, PAPERS)
        found = whole if full else _measured(folder, "ours", readers, number)
        table.add_row(
            f"{readers:,}", f"{number:,}", f"{found['match']:.2f}", f"{found['rank']:.2f}", f"{_daily(found):.2f}"
        )
    console.print(table)


def _adversarial(console: Console, status: Status, folder: Path) -> None:
    status.update("with greedy profiles …")
    found = _measured(folder, "adversarial", READERS // 10, PAPERS)
    console.print(
        f"\n{READERS // 10:,} readers, without and with two who look for the 1,000 commonest words and 1,000 "
        f"beginnings of words: match {found['match without']:.2f} and {found['match with']:.2f} s, "
        f"rank {found['rank without']:.2f} and {found['rank with']:.2f} s\n"
    )


def _others(console: Console, status: Status, folder: Path, whole: dict[str, float]) -> None:
    table = _table(
        f"{READERS:,} readers, extrapolated from {SECONDS} s of each",
        "instead",
        "seen",
        "all",
        "÷ ours",
        "of all processors",
    )
    for name, (what, _, _) in ALTERNATIVES.items():
        status.update(f"measuring {what} …")
        found = _measured(folder, name, SECONDS)
        everybody = found["seconds"] / found["readers"] * READERS
        # The product alone is held to the loop alone: both begin with what was matched.
        ours = whole["rank"] if name == "scipy" else _daily(whole)
        processor = found["processor seconds"] / found["readers"] * READERS
        seen, times = f"{found['readers']:,.0f}", f"{everybody / ours:,.1f}"
        table.add_row(what, seen, _duration(everybody), times, _duration(processor))
    all_processors = _duration(_daily(whole, "processor "))
    table.add_row("digest, a day", f"{READERS:,}", _duration(_daily(whole)), "1.0", all_processors, style="bold")
    console.print(table)
