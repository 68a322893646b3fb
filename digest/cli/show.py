"""What the commands answer: JSON for scripts, tables and sentences for people."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.text import Text

from digest.address import MAIL
from digest.cli.console import new_console, new_table
from digest.cli.show_receipts import problem, receipts
from digest.model import DeliveryState, EditionState, Links
from digest.outputs.mail.files import mail_file
from digest.renderers.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from digest.cli.console import Console
    from digest.config import Settings
    from digest.model import KnownPaper, Receipt, Unsent
    from digest.pipeline.deliver import Delivered
    from digest.pipeline.publish import Made, Published

#: files of a kind that are named one by one; of more, their folder
_FILES = 8
#: editions of the outbox that are listed for people
_LISTED = 100
#: of a key, that leaves room for the other columns of a table of 80
_LONGEST_KEY = 44


# ---------------------------------------------------------------------------------------------------- editions


def editions_json(made: Sequence[Made]) -> list[dict[str, Any]]:
    """The ``editions`` of ``publish --json``."""
    return [
        {
            "reader": edition.reader,
            "date": edition.date.isoformat(),
            "entries": edition.entries,
            "from_seq": edition.from_seq,
            "to_seq": edition.to_seq,
            "message_id": edition.message_id,
        }
        for edition in made
    ]


def editions(published: Published) -> None:
    """The editions as a table, who gets none because of a mistake, and when the next ones are due."""
    console = new_console()
    if published.editions:
        table = new_table("reader", "date", "papers", "of", "first", numbers=("papers", "of"))
        for edition in published.editions:
            table.add_row(
                edition.reader,
                f"{edition.date:%a} {edition.date.day} {edition.date:%b}",
                f"{edition.entries:,}",
                f"{edition.considered:,}",
                Text(edition.first or _why_empty(edition), overflow="ellipsis", no_wrap=True),
            )
        console.print(table)
    else:
        console.print("No edition was due.")
    for wrong in published.set_aside:
        console.print(Text(f"{wrong.address} gets nothing: {wrong.reason}"), style="yellow")
    for one, moment in published.upcoming:
        when = moment.astimezone(ZoneInfo(one.timezone)).strftime("%a %d %b at %H:%M")
        console.print(Text(f"{one.address}: the next is due {when} ({one.timezone})."), style="dim")


def _why_empty(edition: Made) -> str:
    if not edition.considered:
        return "nothing new came in"
    return "none of the new papers matched" + ("" if edition.state is not EditionState.EMPTY else "; no mail goes out")


# -------------------------------------------------------------------------------------------------- deliveries


def delivered_json(delivered: Delivered) -> dict[str, Any]:
    """What ``deliver --json`` says."""
    counts: dict[str, Any] = {str(state): delivered.count(state) for state in DeliveryState}
    if not counts[DeliveryState.CANCELLED]:
        del counts[DeliveryState.CANCELLED]
    troubles = {"stopped": delivered.stopped, "site_error": delivered.site_error}
    return counts | {name: trouble for name, trouble in troubles.items() if trouble}


def delivered(outcome: Delivered, settings: Settings) -> None:
    """What was delivered, what was not and why, and which files to open."""
    console = new_console()
    parts = [f"{_editions_of(output, number)} {state}" for (output, state), number in outcome.counts.items()]
    if parts or not outcome.stopped:
        console.print("Delivered: " + (", ".join(parts) if parts else "nothing was waiting") + ".")
    for sentence in _undelivered(outcome):
        console.print(Text(f"  {sentence}"), style="yellow")
    if outcome.site_error:
        console.print(Text(f"The feeds and pages were not written: {outcome.site_error}"), style="bold red")
    if outcome.stopped:
        console.print(Text(f"Stopped: {outcome.stopped}"), style="bold red")
    _files(console, outcome, settings)


def _editions_of(output: str | None, number: int) -> str:
    """``1 feed``, ``2 mails``, ``3 editions by webhook``."""
    if output is None:
        return plural(number, "feed")
    return plural(number, "mail") if output == MAIL else f"{plural(number, 'edition')} by {output}"


def delivery_problems(outcome: Delivered) -> None:
    """What was not delivered, and why: for ``--quiet``."""
    for sentence in _undelivered(outcome):
        problem(sentence)
    if outcome.site_error:
        problem(f"The feeds and pages were not written: {outcome.site_error}")
    if outcome.stopped:
        problem(f"Stopped: {outcome.stopped}")


def _undelivered(outcome: Delivered) -> Iterator[str]:
    """Each edition that was not delivered, and why; of very many the first."""
    failed = [one for one in outcome.deliveries if one.error]
    for one in failed:
        yield f"{one.reader}, {one.date}: {one.state}: {one.error}"
    more = outcome.count(DeliveryState.DEFERRED) + outcome.count(DeliveryState.FAILED) - len(failed)
    if more:
        yield f"… and {more:,} more; `digest outbox` lists them"


def _files(console: Console, outcome: Delivered, settings: Settings) -> None:
    """Where to look: the page, the mails, the feeds."""
    out = settings.output.path
    mails = [
        mail_file(out / "mail", one.date, one.address, ".html")
        for one in outcome.deliveries
        if one.state is DeliveryState.WRITTEN and one.output == MAIL and one.address
    ]
    feeds = [out / "site" / "feeds" / f"{profile.name}.rss.xml" for profile in settings.profile]
    looks = [("page", [out / "site" / "index.html"]), ("mail", mails), ("feed", feeds)]
    found = [(what, path) for what, paths in looks for path in _few(paths) if path.exists()]
    if found:
        console.print("Open:")
        for what, path in found:
            console.print(Text(f"  {what}  {path}{'/' if path.is_dir() else ''}"), soft_wrap=True)


def _few(paths: Sequence[Path]) -> Sequence[Path]:
    """Some files, or of many the folders that they are in."""
    return paths if len(paths) <= _FILES else list(dict.fromkeys(path.parent for path in paths))[:_FILES]


def ran(found: Sequence[Receipt], published: Published, outcome: Delivered, settings: Settings) -> None:
    """The whole day's work."""
    console = new_console()
    receipts(found)
    console.print()
    read = [receipt for receipt in found if receipt.format]
    if read and not any(receipt.counts.new or receipt.counts.revised for receipt in read):
        console.print("Nothing is new.")
    editions(published)
    console.print()
    delivered(outcome, settings)


def rehearsed(found: Sequence[Receipt], published: Published, counts: Mapping[str, int]) -> None:
    """What a run would do."""
    console = new_console()
    console.print("A dry run: nothing is written.", style="bold")
    receipts(found)
    console.print()
    editions(published)
    parts = [_editions_of(output, number) for output, number in counts.items()]
    console.print(f"{', '.join(parts) or 'Nothing'} would go out.")


# ------------------------------------------------------------------------------------------------------ papers


def paper_json(known: KnownPaper) -> dict[str, Any]:
    """One line of ``papers --json``; what is unknown is null."""
    paper = known.paper
    return {
        "key": known.key,
        "title": paper.title,
        "abstract": paper.abstract or None,
        "authors": list(paper.authors) or None,
        "author_count": paper.author_count if paper.author_count is not None else len(paper.authors) or None,
        "organization": paper.organization,
        "categories": list(paper.categories) or None,
        "published": paper.published.isoformat() if paper.published else None,
        "listed": paper.listed.isoformat() if paper.listed else None,
        "version": paper.version,
        "upvotes": paper.upvotes,
        "comments": paper.comments,
        "links": {name: getattr(paper.links, name) for name in Links.__slots__},
        "aliases": list(known.aliases),
        "sources": {source: list(facts) for source, facts in known.sources.items()},
        "first_seq": known.first_seq,
    }


def papers(found: Sequence[KnownPaper], total: int, *, more: bool) -> None:
    """Papers as a table, each with its key, which ``digest profile more`` takes.

    On a terminal the key has a line of its own; in a file each paper is one line.
    """
    console = new_console()
    if not found:
        console.print("No paper matches." if total else "There are no papers yet; `digest ingest` reads some.")
        return
    if console.in_terminal:
        table = new_table("seq", "published", "title", "authors", numbers=("seq",))
        # A key that is folded can't be copied.
        table.columns[2].min_width = min(_LONGEST_KEY, max(len(known.key) for known in found))
    else:
        table = new_table("seq", "published", "key", "title", "authors", numbers=("seq",))
    for known in found:
        published = known.paper.published.isoformat() if known.paper.published else ""
        cells = (str(known.first_seq), published)
        if console.in_terminal:
            title = Text.assemble(known.paper.title, "\n", (known.key, "dim"))
            table.add_row(*cells, title, _authors(known))
        else:
            table.add_row(*cells, known.key, known.paper.title, _authors(known))
    console.print(table)
    if more:
        console.print("… and more; --limit shows more of them, and words after the command search", style="dim")


def _authors(known: KnownPaper) -> str:
    """The organization or the first author, and how many more there are."""
    paper = known.paper
    first = paper.organization or (paper.authors[0] if paper.authors else "")
    number = paper.author_count or len(paper.authors)
    if number <= 1:
        return first
    if paper.authors:
        return f"{first} +{number - 1}"
    return first or plural(number, "author")


def unsent_json(one: Unsent) -> dict[str, Any]:
    """One item of ``outbox --json``."""
    return {
        "reader": one.reader,
        "date": one.date.isoformat(),
        "entries": one.entries,
        "state": str(one.state),
        "attempts": one.attempts,
        "next_attempt": one.next_attempt.isoformat() if one.next_attempt else None,
        "error": one.error,
        "message_id": one.message_id,
    }


def outbox(found: Iterable[Unsent], total: int) -> None:
    """What waits, what failed and why; of very many the first."""
    console = new_console()
    if not total:
        console.print("The outbox is empty: everything was delivered.")
        return
    table = new_table("reader", "date", "papers", "state", "tries", "next try", "why", numbers=("papers", "tries"))
    for one in islice(found, _LISTED):
        when = one.next_attempt.astimezone().strftime("%a %d %b %H:%M") if one.next_attempt else ""
        papers, tries = str(one.entries), str(one.attempts)
        table.add_row(one.reader, one.date.isoformat(), papers, str(one.state), tries, when, Text(one.error or ""))
    console.print(table)
    if total > _LISTED:
        console.print(f"… and {total - _LISTED:,} more; --json lists them all", style="dim")
