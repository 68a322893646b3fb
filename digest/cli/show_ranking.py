"""Rankings as JSON and for people: each score taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from digest.cli.show import new_console
from digest.renderers.why import shown_parts
from digest.renderers.words import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from digest.model import Match, Miss, RankedPaper

__all__ = ["misses", "misses_json", "ranking", "ranking_json"]


def ranking_json(profile: str, found: Sequence[RankedPaper]) -> dict[str, Any]:
    """What ``rank --json`` says."""
    return {"profile": profile, "papers": [_paper_json(ranked) for ranked in found]}


def misses_json(found: Sequence[Miss]) -> list[dict[str, Any]]:
    """What ``rank --near --json`` says beside that."""
    return [_paper_json(miss.ranked) | {"why": miss.why} for miss in found]


def _paper_json(ranked: RankedPaper) -> dict[str, Any]:
    return {
        "key": ranked.paper.key,
        "title": ranked.paper.paper.title,
        "score": ranked.score,
        "matches": [_match_json(match) for match in ranked.matches],
    }


def _match_json(match: Match) -> dict[str, Any]:
    return {
        "keyword": match.keyword,
        "field": match.field,
        "count": match.count,
        "contribution": match.contribution,
    }


def ranking(profile: str, found: Sequence[RankedPaper], threshold: float) -> None:
    """A ranking with each score taken apart, and a line where the threshold cuts."""
    console = new_console()
    if not found:
        console.print(f"None of the newest papers matches {profile}.")
        return
    for ranked in found:
        if ranked.own >= threshold:
            _paper(console, ranked)
    below = [ranked for ranked in found if ranked.own < threshold]
    if below:
        console.print(f"── below the threshold of {threshold:g} by what they have themselves ──", style="dim")
    for ranked in below:
        _paper(console, ranked)


def misses(profile: str, found: Sequence[Miss]) -> None:
    """What just missed, each with the reason, and its score taken apart."""
    console = new_console()
    if not found:
        console.print(f"Nothing just missed {profile}: what matches it scores enough, or less than half of that.")
        return
    for miss in found:
        _paper(console, miss.ranked, miss.why)


def _paper(console: Console, ranked: RankedPaper, why: str = "") -> None:
    parts, score = shown_parts((match.contribution for match in ranked.matches), decimals=2)
    console.print(Text.assemble((f"{score:>6}  ", "bold"), ranked.paper.paper.title))
    if why:
        console.print(Text(f"        {why}"), style="yellow")
    for match, part in zip(ranked.matches, parts, strict=True):
        console.print(Text(f"        +{part}  {match.keyword}{_where(match)}"), style="dim")
    console.print(Text(f"        {ranked.paper.key}"), style="dim")  # for `digest profile more`


def _where(found: Match) -> str:
    match found.field:
        case "apart":
            return ": its words, but not in a row"
        case "similar":
            return f" in {plural(found.count, 'paper')} most like it"
        case field:
            return f"{f' ×{found.count}' if found.count > 1 else ''} in {field}"
