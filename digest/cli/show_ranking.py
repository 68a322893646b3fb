"""Rankings as JSON and for people: each score taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from digest.cli.console import new_console
from digest.renderers.why import shown_parts
from digest.renderers.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from digest.model import Match, Miss, Profile, RankedPaper, Standing

__all__ = ["misses", "misses_json", "ranking", "ranking_json"]

_MARGIN = Text(" " * 8)
_NARROWEST = 20


def ranking_json(profile: str, found: Standing, most: int) -> dict[str, Any]:
    """What ``rank --json`` says: the papers that people are shown, all by their scores."""
    sent, left = _shown(found, most)
    papers = [_paper_json(ranked, found) for ranked in sent] + [_missed_json(miss, found) for miss in left]
    return {"profile": profile, "papers": sorted(papers, key=lambda paper: -paper["score"])}


def misses_json(found: Standing, most: int) -> list[dict[str, Any]]:
    """What ``rank --near --json`` says beside that."""
    return [_missed_json(miss, found) for miss in found.near[:most]]


def _shown(found: Standing, most: int) -> tuple[Sequence[RankedPaper], Sequence[Miss]]:
    """So many of the papers that match: first those that would be sent."""
    sent = found.sent[:most]
    return sent, found.left[: most - len(sent)]


def _missed_json(miss: Miss, found: Standing) -> dict[str, Any]:
    return _paper_json(miss.ranked, found) | {"sent": False, "why": miss.why}


def _paper_json(ranked: RankedPaper, found: Standing) -> dict[str, Any]:
    return {
        "key": ranked.paper.key,
        "title": ranked.paper.paper.title,
        "score": ranked.score,
        "weight": ranked.weight,
        "sent": True,
        "why": None,
        "matches": [_match_json(match) for match in ranked.matches],
        "similar": list(found.like.get(ranked.paper.key, ())),
    }


def _match_json(match: Match) -> dict[str, Any]:
    return {
        "keyword": match.keyword,
        "field": match.field,
        "count": match.count,
        "contribution": match.contribution,
    }


def ranking(profile: Profile, found: Standing, most: int, period: str) -> None:
    """What would be sent, then what matches and would not, each score taken apart."""
    console = new_console()
    console.print(Text(_heading(profile, found, period), style="bold"))
    sent, left = _shown(found, most)
    for ranked in sent:
        _paper(console, ranked)
    if left:
        console.print("── would not be sent ──", style="dim")
    for miss in left:
        _paper(console, miss.ranked, miss.why)
    _rest(console, len(found.sent) + len(found.left) - most, "with its keywords")
    if any(not miss.ranked.reaches(profile.threshold) for miss in left):
        rule = f"A paper is sent if the weights of the keywords that it has add up to {profile.threshold:g} or more."
        console.print(f"{rule} Its score only decides the order.", style="dim")


def _heading(profile: Profile, found: Standing, period: str) -> str:
    papers = f"{plural(found.papers, 'paper')} {period}"
    if not found.papers:
        return f"No paper is known {period}; `digest ingest` reads dumps."
    if not found.told:
        kinds = " and ".join(profile.changes)
        return f"None of {papers} is news for {profile.name}: it hears of {kinds} ones."
    if not found.sent and not found.left:
        return f"None of {papers} matches {profile.name}."
    told = "" if found.told == found.papers else f" it is told of {found.told:,}, and"
    return f"{profile.name}: of {papers}{told} a new reader would get {len(found.sent):,}."


def misses(profile: str, found: Standing, most: int) -> None:
    """What just missed, each with the reason, and its score taken apart."""
    console = new_console()
    if not found.near:
        console.print(f"Nothing just missed {profile}: what matches it reaches the threshold, or less than half of it.")
        return
    for miss in found.near[:most]:
        _paper(console, miss.ranked, miss.why, found.like.get(miss.ranked.paper.key, ()))
    _rest(console, len(found.near) - most, "that just missed")


def _rest(console: Console, number: int, which: str) -> None:
    if number > 0:
        console.print(f"… and {number:,} more {which}; --limit shows more", style="dim")


def _paper(console: Console, ranked: RankedPaper, why: str = "", like: Sequence[str] = ()) -> None:
    parts, score = shown_parts((match.contribution for match in ranked.matches), decimals=2)
    _line(console, Text(ranked.paper.paper.title), Text(f"{score:>6}  ", style="bold"))
    if why:
        _line(console, Text(why, style="yellow"))
    for match, part in zip(ranked.matches, parts, strict=True):
        _line(console, Text(f"+{part}  {match.keyword}{_where(match)}", style="dim"))
    if like and any(match.field == "similar" for match in ranked.matches):
        _line(console, Text(f"most like it: {', '.join(like)}", style="dim"))
    _line(console, Text(ranked.paper.key, style="dim"))  # for `digest profile more`


def _line(console: Console, text: Text, before: Text = _MARGIN) -> None:
    """A line that keeps its margin where it is folded."""
    for number, line in enumerate(text.wrap(console, max(_NARROWEST, console.width - len(_MARGIN)))):
        line.rstrip()
        console.print((_MARGIN if number else before) + line, soft_wrap=True)


def _where(found: Match) -> str:
    match found.field:
        case "apart":
            return f": its words, not in a row, in {plural(found.count, 'sentence')}"
        case "related":
            return f": related words, ×{found.count}"
        case "similar":
            return f" in {plural(found.count, 'paper')} most like it"
        case field:
            return f"{f' ×{found.count}' if found.count > 1 else ''} in {field}"
