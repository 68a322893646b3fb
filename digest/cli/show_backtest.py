"""What ``digest backtest`` answers: a bar for each day, how each keyword did, and what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from digest.cli.console import new_console, new_table
from digest.renderers.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from rich.table import Table

    from digest.rank.backtest import Backtest, DayTested, KeywordTested, Pair

__all__ = ["backtest", "backtest_json", "remarks", "share"]

#: cells of the longest bar, and of one paper where few are sent
_LONGEST_BAR = 30
_CELLS_OF_A_PAPER = 2.0
_EIGHTHS = " ▏▎▍▌▋▊▉"
#: of all papers: from here on a keyword tells hardly one from another
_SAYS_LITTLE = 0.25
#: papers in a period that are too few to judge keywords by
_FEW = 30
#: papers in which two keywords met, from which on they can be taken to do so always
_SURE = 12
#: sentences of one kind that are told
_TOLD = 5
#: keywords in a table up to which those that never matched have a line of their own
_SHORT = 30


def backtest_json(tested: Backtest) -> dict[str, Any]:
    """What ``backtest --json`` says."""
    return {
        "profile": tested.profile,
        "days": [{"date": day.date.isoformat(), "papers": day.papers, "sent": day.sent} for day in tested.days],
        "keywords": [
            {
                "keyword": one.keyword,
                "papers": one.papers,
                "apart": one.apart,
                "share": one.share,
                "only": one.only,
                "sent": one.sent,
            }
            for one in tested.keywords
        ],
        "pairs": [{"keywords": list(one.keywords), "papers": one.papers, "share": one.share} for one in tested.pairs],
    }


def backtest(tested: Backtest) -> None:
    """One line a day, then the keywords, then what stands out."""
    console = new_console()
    console.print(Text(_heading(tested), style="bold"))
    if not tested.papers:
        console.print("Nothing came in during these days; `digest ingest` reads dumps, and --days looks farther back.")
        return
    console.print()
    for line in _chart(tested.days):
        console.print(line, soft_wrap=True)
    console.print()
    console.print(_table(tested.keywords))
    if found := list(remarks(tested)):
        console.print()
    for sentence in found:
        console.print(Text(f"· {sentence}"))


def _heading(tested: Backtest) -> str:
    first, last = tested.days[0].date, tested.days[-1].date
    sent = sum(day.sent for day in tested.days)
    period = _day(last) if first == last else f"{_day(first)} to {_day(last)}"
    return f"{tested.profile}, {period}: it would have sent {sent:,} of {plural(tested.papers, 'paper')}."


def _day(one: date) -> str:
    return f"{one.day} {one:%b %Y}"


def _chart(days: tuple[DayTested, ...]) -> Iterator[Text]:
    most = max(day.sent for day in days)
    cells = min(_CELLS_OF_A_PAPER, _LONGEST_BAR / most) if most else 0.0
    width = len(f"{max(day.papers for day in days):,}")
    begin = next(number for number, day in enumerate(days) if day.papers)
    if begin > 1:  # a history that is younger than the period needs no page of empty days
        yield Text(f"nothing came in before {days[begin].date:%a} {days[begin].date.day} {days[begin].date:%b}", "dim")
        days = days[begin:]
    for day in days:
        weekend = day.date.weekday() >= 5
        line = Text(f"{day.date:%a} {day.date.day:>2} {day.date:%b}  ", style="dim" if weekend else "")
        if not day.papers:
            yield line.append(f"{'–':>{width}}", style="dim")
            continue
        line.append(f"{day.sent:>{width},} of {day.papers:>{width},}  ").append(_bar(day.sent * cells), style="green")
        if day.cut:
            line.append(f" +{day.cut:,} over the limit", style="yellow")
        line.rstrip()
        yield line


def _bar(cells: float) -> str:
    eighths = round(cells * 8)
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _table(keywords: tuple[KeywordTested, ...]) -> Table:
    any_apart = any(one.apart for one in keywords)
    numbers = ("papers", *(["words apart"] if any_apart else []), "of all", "sent", "it alone")
    table = new_table("keyword", *numbers, numbers=numbers)
    for one in keywords if len(keywords) <= _SHORT else [one for one in keywords if one.papers]:
        apart = [f"{one.apart:,}" if one.apart else ""] if any_apart else []
        sent = ("", "") if one.excludes else (f"{one.sent:,}", f"{one.only:,}")
        style = "dim" if not one.papers else ""
        table.add_row(Text(one.keyword), f"{one.papers:,}", *apart, share(one.share), *sent, style=style)
    return table


def share(part: float) -> str:
    """A share for people: 57%, 0.4%, and what is less but not nothing."""
    percent = 100 * part
    if percent >= 9.95 or percent == 0:
        return f"{percent:.0f}%"
    return f"{percent:.1f}%" if percent >= 0.05 else "<0.1%"


def remarks(tested: Backtest) -> Iterator[str]:
    """What to change about the keywords, a sentence each."""
    if tested.papers < _FEW:
        yield f"Only {plural(tested.papers, 'paper')} came in: that is too few to judge keywords by."
    if len(tested.days) > 1 and sum(day.papers > 0 for day in tested.days) == 1:
        yield "Everything came in on one day: `digest run` on some more days, and this tells them apart."
    yield from _some([_says_little(one) for one in _common(tested)], "keywords that match a quarter or more")
    met_never = [one for one in tested.keywords if not one.papers]
    yield from _never([one.keyword for one in met_never if not one.excludes], "")
    yield from _never([one.keyword for one in met_never if one.excludes], ": {} kept nothing out")
    yield from _some([_together(pair) for pair in tested.pairs], "pairs that come together")
    cut = sum(day.cut > 0 for day in tested.days)
    if cut:
        yield f"on {plural(cut, 'day')} more papers were good enough than the limit lets through"


def _together(pair: Pair) -> str:
    """What is said of two keywords, and how many papers it rests on."""
    first, second = pair.keywords
    if pair.share < 1:
        either = round(pair.papers / pair.share)
        return f"'{first}' and '{second}' come together in {pair.papers:,} of {either:,} papers: one of them might do"
    if pair.papers < _SURE:
        return f"'{first}' and '{second}' came together so far, in {pair.papers:,} papers: one of them might do"
    return f"'{first}' and '{second}' always come together, in {pair.papers:,} papers: one of them would do"


def _common(tested: Backtest) -> list[KeywordTested]:
    if tested.papers < _FEW:
        return []
    return sorted((one for one in tested.keywords if one.share >= _SAYS_LITTLE), key=lambda one: -one.share)


def _says_little(one: KeywordTested) -> str:
    what = "it keeps much out" if one.excludes else "it says little"
    return f"'{one.keyword}' matches {share(one.share)} of all papers: {what}"


def _some(sentences: Sequence[str], others: str) -> Iterator[str]:
    """The first sentences of a kind; of what a thousand keywords give nobody reads every one."""
    yield from sentences[:_TOLD]
    if len(sentences) > _TOLD:
        yield f"… and {len(sentences) - _TOLD:,} more {others}; --json lists them"


def _never(keywords: Sequence[str], so: str) -> Iterator[str]:
    """Of keywords that never matched a sentence each, or one for all."""
    if len(keywords) <= _TOLD:
        yield from (f"'{one}' never matched{so.format('it')}" for one in keywords)
    else:
        first = ", ".join(f"'{one}'" for one in keywords[:_TOLD])
        yield f"{len(keywords):,} keywords never matched{so.format('they')}: {first} … (--json lists them)"
