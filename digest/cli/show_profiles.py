"""What ``digest profile`` answers of feedback: what changed, and where every weight stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from digest.cli.console import new_console, new_table
from digest.keywords import Sign
from digest.model import Direction
from digest.renderers.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from digest.model import Feedback, KnownPaper, Profile
    from digest.pipeline.tuning import Given
    from digest.rank.feedback import Shift

__all__ = ["given", "given_json", "profile", "profile_json", "undone"]


def given_json(one: Given) -> dict[str, Any]:
    """What ``profile more``, ``less`` and ``undo --json`` say."""
    said = one.feedback
    return {
        "profile": said.profile,
        **_feedback_json(said, one.paper),
        "again": one.again,
        "undone": one.undone,
        "changed": [
            {
                "keyword": after.keyword.label,
                "configured": after.configured,
                "before": before.effective,
                "after": after.effective,
            }
            for before, after in one.moved
        ],
    }


def _feedback_json(said: Feedback, paper: KnownPaper | None) -> dict[str, Any]:
    return {
        "key": said.key,
        "title": paper.paper.title if paper else None,
        "direction": str(said.direction),
        "at": said.at.isoformat(),
    }


def given(one: Given) -> None:
    """What more or less of a paper changed."""
    console = new_console()
    said = one.feedback
    if one.again:
        console.print(
            Text(f"{said.profile} has been asked for {said.direction} like “{_title(one)}” before: nothing changes.")
        )
        return
    console.print(Text(f"{said.profile}: {said.direction} like “{_title(one)}”.", style="bold"))
    _moves(console, one)
    console.print(Text(f"`digest profile undo {said.profile}` takes it back."), style="dim")


def undone(one: Given) -> None:
    """What taking back changed."""
    console = new_console()
    said = one.feedback
    console.print(Text(f"{said.profile}: taken back: {said.direction} like “{_title(one)}”.", style="bold"))
    _moves(console, one)


def _title(one: Given) -> str:
    return one.paper.paper.title if one.paper else one.feedback.key


def _moves(console: Console, one: Given) -> None:
    for before, after in one.moved:
        line = f"  {after.keyword.label} {_weight(before.effective)} → {_weight(after.effective)}"
        if before.effective == after.effective:
            line += f"  ({_unmoved(before, after)})"
        elif after.effective == after.configured:
            line += "  (as configured)"
        console.print(Text(line))


def _unmoved(before: Shift, after: Shift) -> str:
    if (after.steps - before.steps) * after.bound >= 0:
        return "as far as it goes"
    back = Direction.LESS if after.bound > 0 else Direction.MORE
    return f"at its bound until {back} of {plural(after.held, 'other')} is asked for"


def _weight(weight: float) -> str:
    return f"{weight:.2f}" if weight >= 0.01 else f"{weight:.2g}"


def profile_json(
    one: Profile, shifts: Sequence[Shift], log: Sequence[tuple[Feedback, KnownPaper | None]]
) -> dict[str, Any]:
    """What ``profile show --json`` says; what excludes has no weights."""
    return {
        "profile": one.name,
        "title": one.title,
        "limit": one.limit,
        "threshold": one.threshold,
        "changes": [str(kind) for kind in one.changes],
        "keywords": [
            {
                "keyword": shift.keyword.label,
                "configured": shift.configured,
                "effective": shift.effective,
                "more": list(shift.more),
                "less": list(shift.less),
            }
            for shift in shifts
        ],
        "excluded": _excluded(one),
        "feedback": [_feedback_json(said, paper) for said, paper in log],
    }


def _excluded(one: Profile) -> list[str]:
    return [word.label for word in one.keywords if word.sign is Sign.EXCLUDE]


def profile(one: Profile, shifts: Sequence[Shift], log: Sequence[tuple[Feedback, KnownPaper | None]]) -> None:
    """Each keyword with its weights, then what was said, the last first."""
    console = new_console()
    console.print(Text(f"{one.name}: {one.title}", style="bold"))
    least = f"keywords whose weights add up to {one.threshold:g} or more"
    console.print(Text(f"at most {plural(one.limit, 'paper')}, each with {least}"))
    console.print()
    table = new_table("keyword", "configured", "now", "why", numbers=("configured", "now"))
    for shift in shifts:
        moved = shift.effective != shift.configured
        now = Text(_weight(shift.effective), style="bold" if moved else "")
        table.add_row(Text(shift.keyword.label), _weight(shift.configured), now, _why(shift))
    for label in _excluded(one):
        table.add_row(Text(f"-{label}"), "–", "–", "keeps papers out")
    console.print(table)
    console.print()
    if not log:
        console.print("Nobody has asked for more or less; `digest profile more` does it.")
        return
    console.print("What was asked for, the last first:")
    for said, paper in reversed(log):
        title = paper.paper.title if paper else "a paper that is known no more"
        console.print(Text(f"  {said.at:%d %b %Y}  {said.direction}  {title} ({said.key})"))


def _why(shift: Shift) -> str:
    parts = [
        f"{direction} of {plural(len(keys), 'paper')}"
        for direction, keys in ((Direction.MORE, shift.more), (Direction.LESS, shift.less))
        if keys
    ]
    if not parts:
        return "as configured"
    return ", ".join(parts) + ("; as far as it goes" if shift.farthest else "")
