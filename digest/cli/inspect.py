"""Commands that only read. The exception is ``outbox --retry``."""

from __future__ import annotations

import sys
from itertools import islice
from typing import Annotated

import typer

from digest.cli.progress import spinner
from digest.cli.root import (
    NOTHING_DONE,
    SOME_FAILED,
    JsonOption,
    answer,
    app,
    finish,
    opened,
    profile_named,
)
from digest.cli.terminal import print_json, print_json_list
from digest.renderers.wording import plural

#: papers that are listed without --limit; --json lists all
_MOST_PAPERS = 50

LimitOption = Annotated[int | None, typer.Option(min=1, metavar="N", help="Show at most N papers.")]
SinceOption = Annotated[
    int | None, typer.Option(min=0, metavar="SEQ", help="Only papers after this number in the change log.")
]


@app.command(epilog="Example: digest papers --limit 20 speculative decoding")
def papers(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORDS...]", help="Only papers with all these words.")
    ] = None,
    since: SinceOption = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the known papers.

    The newest come first. With --json, each line is a JSON object.
    """
    from digest.cli import show

    with opened(context) as digest:
        found = digest.store.papers(" ".join(words or ()) or None, since=since or 0, limit=limit)
        if as_json:
            for paper in found:
                print_json(show.paper_json(paper))
            sys.stdout.flush()
            return
        most = limit or _MOST_PAPERS
        shown = list(islice(found, most + 1))
        show.papers(shown[:most], digest.store.paper_count(), more=len(shown) > most)


@app.command(epilog="Example: digest rank efficient-llm --limit 5")
def rank(
    context: typer.Context,
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="A profile's name in the configuration.")],
    since: SinceOption = None,
    limit: LimitOption = None,
    near: Annotated[bool, typer.Option("--near", help="Show the papers that it just misses, and why.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show which papers a profile finds, and why.

    It ranks the newest papers as for a new reader, including those that were sent already. First come the papers that
    would be sent, then those that match but would not be sent. Each score is explained.
    """
    from digest.cli import show_ranking as show

    with opened(context) as digest:
        wanted = profile_named(digest.profiles, profile)
        found = digest.standing(wanted, since=since)
        lookback = digest.settings.digest.lookback
    most = limit or wanted.limit
    data = show.ranking_json(profile, found, most)
    if near:
        data |= {"near": show.misses_json(found, most)}
        answer(as_json, data, lambda: show.misses(profile, found, most))
        return
    period = f"after change {since:,}" if since is not None else f"from the last {plural(lookback, 'day')}"
    answer(as_json, data, lambda: show.ranking(wanted, found, most, period))


@app.command(epilog="Example: digest backtest efficient-llm --days 14")
def backtest(
    context: typer.Context,
    profile: Annotated[str, typer.Argument(metavar="PROFILE", help="A profile's name in the configuration.")],
    days: Annotated[int, typer.Option("--days", min=1, max=366, metavar="N", help="How many days, up to today.")] = 28,
    as_json: JsonOption = False,
) -> None:
    """Show what a profile would have sent each day.

    It also shows which keywords are useful: which match too much, which never matched, and which always match together.
    All days are ranked with today's keywords and weights.
    """
    from digest.cli import show_backtest

    with opened(context) as digest, spinner("ranking the last days"):
        tested = digest.backtest(profile_named(digest.profiles, profile), days=days)
    answer(as_json, show_backtest.backtest_json(tested), lambda: show_backtest.backtest(tested))


@app.command(epilog="Example: digest outbox --retry")
def outbox(
    context: typer.Context,
    retry: Annotated[bool, typer.Option("--retry", help="Put deferred and failed editions back in the queue.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what was not delivered, and why."""
    from digest.cli import show

    with opened(context) as digest:
        if retry:
            number = digest.store.retry()
            typer.echo(f"{plural(number, 'edition')} back in the queue; `digest deliver` sends them now.", err=True)
        if as_json:
            print_json_list("outbox", map(show.unsent_json, digest.store.unsent()))
            return
        show.outbox(digest.store.unsent(), sum(digest.store.unsent_counts().values()))


@app.command(epilog="Example: digest check")
def check(context: typer.Context, as_json: JsonOption = False) -> None:
    """Check that everything works.

    It checks the configuration, the history, the sources, the mail server and the DNS records for mail. It changes
    nothing and sends no mail.
    """
    from digest.check import findings
    from digest.cli import show_check
    from digest.model import Verdict

    found = []
    with opened(context, missing="ignore") as digest:
        for finding in findings(digest):
            found.append(finding)
            if not as_json:
                show_check.finding(finding)
    answer(as_json, show_check.findings_json(found), lambda: show_check.summary(found))
    bad = sum(one.verdict is Verdict.BAD for one in found)
    finish((NOTHING_DONE if bad == len(found) else SOME_FAILED) if bad else 0)
