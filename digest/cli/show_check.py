"""The output of ``digest check``: a line for each finding, as soon as it is known, and a summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from digest.cli.console import new_console
from digest.model import Verdict
from digest.renderers.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.model import Finding

__all__ = ["finding", "findings_json", "summary"]

_MARKS = {Verdict.GOOD: ("✓", "green"), Verdict.NOTE: ("·", "dim"), Verdict.BAD: ("✗", "bold red")}


def findings_json(found: Sequence[Finding]) -> dict[str, Any]:
    """The output of ``check --json``."""
    return {"findings": [{"what": one.what, "verdict": str(one.verdict), "sentence": one.sentence} for one in found]}


def finding(one: Finding) -> None:
    """Print one finding. If a terminal wraps it, the next lines are indented below the text."""
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_row(Text(*_MARKS[one.verdict]), Text.assemble((f"{one.what}: ", "bold"), one.sentence))
    new_console().print(line)


def summary(found: Sequence[Finding]) -> None:
    """Print how many problems there are."""
    console = new_console()
    bad = sum(one.verdict is Verdict.BAD for one in found)
    if bad:
        console.print(f"\n{plural(bad, 'problem')}, marked with ✗.", style="bold red")
    else:
        console.print("\nEverything works.", style="bold green")
