"""Whether everything that digest needs is in order, each thing in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from digest.compression import decompressed
from digest.errors import DigestError
from digest.formats.recognise import HEAD, recognise
from digest.model import Finding, Verdict
from digest.pipeline.fetch import fetch_concurrently
from digest.renderers.wording import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digest.app import App
    from digest.dump import Dump
    from digest.model import Receipt

__all__ = ["findings"]

_SOURCE_SECONDS = 60.0


def findings(app: App) -> Iterator[Finding]:
    """Try everything, one after the other; nothing is changed and no mail is sent."""
    yield from _configuration(app)
    yield from _history(app)
    yield from _sources(app)
    yield from _outputs(app)


def _configuration(app: App) -> Iterator[Finding]:
    settings = app.settings
    parts = f"sources: {len(settings.source)}, profiles: {len(settings.profile)}"
    yield Finding("configuration", Verdict.GOOD, f"no problems; {parts}")
    if not settings.source:
        yield Finding("configuration", Verdict.NOTE, "there is no [[source]]; only `digest ingest FILE` reads papers")
    if not settings.digest.base_url.startswith("https://"):
        sentence = (
            f"digest.base_url is {settings.digest.base_url}; without https:// mails have no List-Unsubscribe header, "
            "which big mail providers require"
        )
        yield Finding("configuration", Verdict.NOTE, sentence)


def _history(app: App) -> Iterator[Finding]:
    try:
        papers, last_seq = app.store.paper_count(), app.store.last_seq()
    except DigestError as error:
        yield Finding("history", Verdict.BAD, str(error))
        return
    if not last_seq:
        yield Finding("history", Verdict.NOTE, "there are no papers yet; `digest run` reads some")
    else:
        yield Finding(
            "history", Verdict.GOOD, f"{app.settings.store.url} has {papers:,} papers and {last_seq:,} changes"
        )
    yield from _readers(app)
    unsent = app.store.unsent_counts()
    if unsent:
        counts = ", ".join(f"{number:,} {state}" for state, number in unsent.items())
        yield Finding("outbox", Verdict.NOTE, f"editions that have not gone out: {counts}; `digest outbox` lists them")


def _readers(app: App) -> Iterator[Finding]:
    configured, added = len(app.settings.subscriber), app.store.added_subscriber_count()
    parts = f"feeds: {len(app.configured)}, subscribers: {configured:,} configured, {added:,} added"
    yield Finding("readers", Verdict.GOOD, parts)
    for one in app.subscribers.set_aside():
        yield Finding("readers", Verdict.BAD, f"{one.address} gets nothing: {one.reason}")


def _sources(app: App) -> Iterator[Finding]:
    """Each source is asked for its next dump, which is recognised and not taken in."""
    try:
        receipts = app.store.newest_receipts([one.name for one in app.settings.source])
        seen = {one.name: app.store.validators(one.name) for one in app.settings.source}
    except DigestError:
        return  # the history's own finding says so
    last = {receipt.source: _last_time(receipt) for receipt in receipts}
    with app.sources() as sources:
        waiting = {source.name for source in sources}
        for one in fetch_concurrently(sources, seen, now=app.clock(), seconds=_SOURCE_SECONDS):
            if one.source not in waiting:
                continue
            waiting.discard(one.source)
            before = last.get(one.source, "it was never read")
            if one.error is not None:
                yield Finding(f"source {one.source}", Verdict.BAD, f"{one.error} ({before})")
            elif one.dump is None:
                yield Finding(f"source {one.source}", Verdict.GOOD, f"nothing new ({before})")
            else:
                yield _waiting_dump(app, one.source, one.dump, before)


def _last_time(receipt: Receipt) -> str:
    when = receipt.at.astimezone().strftime("%a %d %b %H:%M")
    return f"last read {when}: {receipt.status}, {receipt.counts.read} read, {receipt.counts.new} new"


def _waiting_dump(app: App, source: str, dump: Dump, before: str) -> Finding:
    what = f"source {source}"
    try:
        with decompressed(dump.open()) as stream:
            form = recognise(stream.read(HEAD), app.formats)
    except (DigestError, OSError) as error:
        place = "" if names(str(error), dump.name) else f"{dump.name}: "
        return Finding(what, Verdict.BAD, f"{place}{error} ({before})")
    return Finding(what, Verdict.GOOD, f"{dump.name} is ready to be read, {form.description} ({before})")


# ----------------------------------------------------------------------------------------------------- outputs


def _outputs(app: App) -> Iterator[Finding]:
    """Every output says itself how it is; of one that says nothing, a session is opened and closed again."""
    for name, output in app.outputs.items():
        if isinstance(output, _SelfChecking):
            yield from output.check()
            continue
        try:
            with output.session():
                yield Finding(name, Verdict.GOOD, "it can be used")
        except DigestError as error:
            yield Finding(name, Verdict.BAD, str(error))


@runtime_checkable
class _SelfChecking(Protocol):
    def check(self) -> Iterable[Finding]: ...
