"""The intake of a snapshot of millions of records: speed, memory, a day compared with them, and a run that is killed.

``python -m tests.bench intake [RECORDS]``; else as many as ``DIGEST_BENCH_RECORDS`` says, or 3,000,000. Each step is
measured in a process of its own, on the same file.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from tests.bench import snapshot
from tests.bench.steps import CONFIG, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from digest.model import Receipt
    from digest.pipeline.progress import Progress

__all__ = ["measure"]

RECORDS = 3_000_000
#: papers of a day, half of them known
_DAY = 2000
#: records of the steps that need not be measured on all
_SOME = 300_000
#: more than a portion, so that there is something to resume
_KILLED = 250_000
#: MiB, and the part of the reading time that a day may take
_MOST_MEMORY, _MOST_OF_TIME = 1024, 1 / 100


def measure(console: Console, number: int | None = None) -> None:
    """Measure, and print what was found. Most of the time goes into the reading itself."""
    number = number or int(os.environ.get("DIGEST_BENCH_RECORDS", RECORDS))
    seconds = number / 6000
    console.print(f"\nintake of {number:,} records: {seconds / 60:.0f} to {seconds / 20:.0f} minutes …", style="dim")
    with tempfile.TemporaryDirectory(prefix="digest-bench-") as name:
        folder = Path(name)
        snapshot.write(folder / "snapshot.jsonl", number)
        found = {step: _step(step, folder, number) for step in ("orjson", "papers", "insert", "intake")}
        (folder / "day.jsonl").write_text("".join(_day(number)), encoding="utf-8")
        found["day"] = _step("day", folder, number)
        console.print(_table(found, number, (folder / "snapshot.jsonl").stat().st_size))
        _say_aims(console, found)
        (folder / "digest.db").unlink()
        snapshot.write(folder / "snapshot.jsonl", _KILLED)
        console.print(_kill(folder))


def _day(number: int) -> Iterator[str]:
    """The lines of a day: papers from the middle of the snapshot, and as many that come after it."""
    yield from snapshot.lines(_DAY // 2, start=number // 2)
    yield from snapshot.lines(_DAY - _DAY // 2, start=number)


def _table(found: dict[str, dict[str, Any]], number: int, size: int) -> Table:
    table = Table(title=f"a snapshot of {number:,} records, {size / 2**30:.1f} GiB", title_justify="left", box=None)
    for heading in ("", "records/s", "first tenth", "last tenth", "peak MiB", "intake ÷ this"):
        table.add_column(heading, justify="right" if heading else "left")
    speed = {step: one["records"] / one["seconds"] for step, one in found.items()}
    for step, label in (
        ("intake", "from file to history"),
        ("papers", "  read to papers alone"),
        ("orjson", "  orjson alone: no papers made"),
        ("insert", "  plain INSERTs of the same rows"),
    ):
        tenths = [f"{rate:,.0f}" for rate in found[step].get("tenths", ())] or ["", ""]
        ratio = "" if step == "intake" else f"{speed['intake'] / speed[step]:.3f}"
        table.add_row(label, f"{speed[step]:,.0f}", *tenths, f"{found[step]['mib']:.0f}", ratio)
    return table


def _say_aims(console: Console, found: dict[str, dict[str, Any]]) -> None:
    intake, day = found["intake"], found["day"]
    part = day["seconds"] / intake["seconds"]
    console.print(f"reading took {intake['seconds']:,.0f} s and {intake['mib']:.0f} MiB (aim: {_MOST_MEMORY})")
    papers = found["papers"]["records"] / found["papers"]["seconds"]
    alone = found["orjson"]["records"] / found["orjson"]["seconds"]
    console.print(f"reading to papers is {papers / alone:.2f} of the speed of orjson alone (aim: 0.5)")
    console.print(
        f"a day of {_DAY:,} papers, {day['new']:,} of them new, took {day['seconds']:.1f} s: {part:.4f} of that"
        f" (aim: {_MOST_OF_TIME})"
    )


def _kill(folder: Path) -> str:
    """Kill a run after its first portion, run it again, and say what came of it."""
    with subprocess.Popen(_command("intake", folder, _KILLED), stdout=subprocess.DEVNULL, env=environment()) as running:
        while not (kept := _kept(folder)) and running.poll() is None:
            time.sleep(0.05)
        running.kill()
    again = _step("intake", folder, _KILLED)
    whole = _kept(folder)
    fine = 0 < kept < whole == _KILLED and again["new"] == _KILLED - kept
    said = f"killed with {kept:,} of {_KILLED:,} records kept; the next run added {again['new']:,}: {again['reason']}"
    return said if fine else f"NOT RESUMED: {said}; {whole:,} papers are known"


def _kept(folder: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{folder / 'digest.db'}?mode=ro", uri=True)) as connection:
            found: tuple[int] = connection.execute("SELECT count(*) FROM papers").fetchone()
            return found[0]
    except sqlite3.OperationalError:  # it has not begun
        return 0


# ------------------------------------------------------------------------------------ each in a process of its own


def _command(step: str, folder: Path, number: int) -> list[str]:
    return [sys.executable, "-m", "tests.bench.intake", step, str(folder), str(number)]


def _step(step: str, folder: Path, number: int) -> dict[str, Any]:
    done = subprocess.run(_command(step, folder, number), check=True, stdout=subprocess.PIPE, env=environment())
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _intake(folder: Path, number: int) -> dict[str, Any]:
    seen = [(time.perf_counter(), 0)]
    receipt = _ingest(folder, "snapshot.jsonl", lambda one: seen.append((time.perf_counter(), one.records)))
    return {
        "records": number,
        "seconds": seen[-1][0] - seen[0][0],
        "tenths": [_rate(seen, 0, number / 10), _rate(seen, number * 0.9, number)],
        "new": receipt.counts.new,
        "reason": receipt.reason,
    }


def _rate(seen: list[tuple[float, int]], begin: float, end: float) -> float:
    """Records a second between two numbers of records."""
    first = next(one for one in reversed(seen) if one[1] <= begin)
    last = next(one for one in seen if one[1] >= end)
    return (last[1] - first[1]) / (last[0] - first[0])


def _of_day(folder: Path, number: int) -> dict[str, Any]:
    started = time.perf_counter()
    receipt = _ingest(folder, "day.jsonl", lambda _one: None)
    return {"records": _DAY, "seconds": time.perf_counter() - started, "new": receipt.counts.new}


def _ingest(folder: Path, name: str, progress: Callable[[Progress], None]) -> Receipt:
    """Read a file as ``digest ingest`` does."""
    from digest.app import App, load_settings
    from digest.sources.named import named_dumps

    config = folder / "digest.toml"
    config.write_text(f'{CONFIG}[store]\nurl = "sqlite:///{folder / "digest.db"}"\n', encoding="utf-8")
    app = App(settings=load_settings(config))
    (receipt,) = app.ingest_dumps(named_dumps([str(folder / name)], None), progress=progress)
    app.close()
    return receipt


def _orjson(folder: Path, number: int) -> dict[str, Any]:
    import orjson

    started = time.perf_counter()
    with (folder / "snapshot.jsonl").open("rb") as lines:
        for line in lines:
            orjson.loads(line)
    return {"records": number, "seconds": time.perf_counter() - started}


def _papers(folder: Path, number: int) -> dict[str, Any]:
    from digest.dump import DumpAbout
    from digest.formats.json.records import JsonRecords

    started = time.perf_counter()
    with (folder / "snapshot.jsonl").open("rb") as stream:
        read = sum(1 for _ in islice(JsonRecords().read(stream, DumpAbout()), _SOME))
    return {"records": read, "seconds": time.perf_counter() - started}


def _insert(folder: Path, number: int) -> dict[str, Any]:
    import orjson

    names = ("id", "title", "abstract", "authors", "categories", "doi", "update_date")
    seconds, records = 0.0, 0
    with (folder / "snapshot.jsonl").open("rb") as lines, closing(sqlite3.connect(folder / "plain.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"CREATE TABLE papers ({', '.join(names)})")
        while records < _SOME and (some := list(islice(lines, 10_000))):
            rows = [tuple(orjson.loads(line)[name] for name in names) for line in some]
            started = time.perf_counter()
            connection.executemany("INSERT INTO papers VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            connection.commit()
            seconds += time.perf_counter() - started
            records += len(rows)
    return {"records": records, "seconds": seconds}


_STEPS = {"intake": _intake, "day": _of_day, "orjson": _orjson, "papers": _papers, "insert": _insert}


def main() -> None:
    """Measure one step: its name, the folder and the number of records stand on the command line."""
    found = _STEPS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps(found | {"mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
