"""Show receipts: JSON for scripts, a table and sentences for people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rich.text import Text

from digest.cli.console import new_console, new_table
from digest.model import Status
from digest.renderers.wording import names, plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digest.model import Receipt

__all__ = ["problem", "receipt_problems", "receipts", "receipts_json"]

_STYLES = {
    Status.FINE: "green",
    Status.QUIET: "dim",
    Status.STALE: "yellow",
    Status.PARTIAL: "yellow",
    Status.FAILED: "bold red",
}
_NUMBERS = ("read", "new", "revised", "seen", "rejected")
#: rejects shown for each dump; --json has all that the receipt keeps
_REJECTS = 5


def receipts_json(found: Sequence[Receipt]) -> list[dict[str, Any]]:
    """The ``receipts`` of ``ingest --json``."""
    return [
        {
            "source": one.source,
            "dump": one.dump,
            "format": one.format,
            "status": str(one.status),
            "reason": one.reason,
            **{name: getattr(one.counts, name) for name in _NUMBERS},
            "rejects": [{"line": own.line, "reason": own.reason, "excerpt": own.excerpt} for own in one.rejects],
        }
        for one in found
    ]


def receipts(found: Sequence[Receipt]) -> None:
    """Print a table of the dumps that were read, and a sentence for each problem."""
    console = new_console()
    read = [one for one in found if one.format]
    if read:
        dumps = any(one.dump != one.source for one in read)
        table = new_table("source", *["dump"] * dumps, *_NUMBERS, "status", numbers=_NUMBERS)
        for one in read:
            status = Text(str(one.status), style=_STYLES[one.status])
            dump = [_short(one.dump or "")] if dumps else []
            table.add_row(_short(one.source), *dump, *(f"{getattr(one.counts, name):,}" for name in _NUMBERS), status)
        if len(read) > 1:
            total = (f"{sum(getattr(one.counts, name) for one in read):,}" for name in _NUMBERS)
            table.add_row("total", *[""] * dumps, *total, "", style="bold")
        console.print(table)
    for line, style in _remarks(found):
        console.print(line, style=style)


def receipt_problems(found: Sequence[Receipt]) -> None:
    """Print only what failed, was cut short or was rejected, for ``--quiet``."""
    bad = {Status.FAILED, Status.PARTIAL}
    for line, _ in _remarks(one for one in found if one.status in bad or one.counts.rejected):
        problem(line)


def problem(sentence: str) -> None:
    """Print a problem on standard error."""
    sys.stderr.write(f"{sentence}\n")


def _short(name: str) -> str:
    """The last part of a path or a URL. The rest is usually the same for all dumps."""
    return name.rstrip("/").rpartition("/")[2] or name


def _remarks(found: Iterable[Receipt]) -> Iterator[tuple[str, str]]:
    """Lines about what the table does not show, each with its style. Dumps with the same problem share a line."""
    shared: dict[tuple[Status, str], list[Receipt]] = {}
    for one in found:
        if one.reason or one.rejects:
            alone = "" if one.reason and not one.rejects else one.dump or one.source
            shared.setdefault((one.status, one.reason + "\0" + alone), []).append(one)
    for (status, _), group in shared.items():
        first = group[0]
        if first.reason:
            many = f"{plural(len(group), 'dump')}, each " if len(group) > 1 else _place(first)
            yield f"{many}{status}: {first.reason}", _STYLES[status]
        yield from _rejects(first)


def _place(one: Receipt) -> str:
    """The name of the dump or source, unless the sentence contains it."""
    name = one.dump or one.source
    return "" if names(one.reason, name) else f"{name}: "


def _rejects(one: Receipt) -> Iterator[tuple[str, str]]:
    if one.status is Status.FAILED:
        return
    for reject in one.rejects[:_REJECTS]:
        place = f"line {reject.line}: " if reject.line else ""
        yield f"  {place}{reject.reason}: {reject.excerpt}", "dim"
    if one.counts.rejected > _REJECTS:
        whole = len(one.rejects) == one.counts.rejected
        listed = "them all" if whole else f"the first {len(one.rejects):,}"
        yield f"  … and {one.counts.rejected - _REJECTS:,} more; --json lists {listed}", "dim"
