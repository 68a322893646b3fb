"""Whether everything that digest needs is in order, each thing in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from digest.address import parse_sender
from digest.compression import decompressed
from digest.errors import DigestError
from digest.formats.recognise import HEAD, recognise
from digest.model import ReaderKind
from digest.pipeline.fetch import fetch_concurrently

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.app import App
    from digest.config import MailSettings
    from digest.dump import Dump
    from digest.model import Receipt

__all__ = ["Finding", "Verdict", "findings"]

_DNS_SECONDS = 5.0
_SOURCE_SECONDS = 60.0


class Verdict(StrEnum):
    """How something is."""

    GOOD = "good"
    #: neither good nor bad: something to know
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    what: str
    verdict: Verdict
    sentence: str


def findings(app: App) -> Iterator[Finding]:
    """Try everything, one after the other; nothing is changed and no mail is sent."""
    yield from _configuration(app)
    yield from _history(app)
    yield from _sources(app)
    yield from _mail(app)


def _configuration(app: App) -> Iterator[Finding]:
    settings = app.settings
    parts = f"sources: {len(settings.source)}, profiles: {len(settings.profile)}"
    yield Finding("configuration", Verdict.GOOD, f"it reads well: {parts}")
    if not settings.source:
        yield Finding("configuration", Verdict.NOTE, "it names no [[source]]: only dumps that you name are read")
    if not settings.digest.base_url.startswith("https://"):
        sentence = (
            f"digest.base_url is {settings.digest.base_url}: mails carry no List-Unsubscribe header, which big mail "
            "providers ask for, until it begins with https://"
        )
        yield Finding("configuration", Verdict.NOTE, sentence)


def _history(app: App) -> Iterator[Finding]:
    try:
        papers, last_seq = app.store.paper_count(), app.store.last_seq()
    except DigestError as error:
        yield Finding("history", Verdict.BAD, str(error))
        return
    yield Finding("history", Verdict.GOOD, f"{app.settings.store.url} has {papers:,} papers and {last_seq:,} changes")
    readers = app.readers()
    mails = sum(reader.kind is ReaderKind.MAIL for reader in readers)
    yield Finding("readers", Verdict.GOOD, f"feeds: {len(readers) - mails}, subscribers: {mails}")
    unsent = app.store.unsent()
    if unsent:
        yield Finding("outbox", Verdict.NOTE, f"{len(unsent):,} editions wait or failed; `digest outbox` lists them")


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
                yield Finding(f"source {one.source}", Verdict.GOOD, f"nothing new has come ({before})")
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
        return Finding(what, Verdict.BAD, f"{dump.name}: {error} ({before})")
    return Finding(what, Verdict.GOOD, f"{dump.name} waits to be read, {form.description} ({before})")


# -------------------------------------------------------------------------------------------------------- mail


def _mail(app: App) -> Iterator[Finding]:
    mail = app.settings.mail
    if mail.kind != "smtp":
        sentence = f"mail.kind is {mail.kind!r}: mails go to {app.settings.output.path / 'mail'} and to nobody's inbox"
        yield Finding("mail", Verdict.NOTE, sentence)
        return
    try:
        with app.deliverer.session():
            yield Finding("mail server", Verdict.GOOD, f"{mail.host} answers and lets us in")
    except DigestError as error:
        yield Finding("mail server", Verdict.BAD, str(error))
    yield from _dns(mail)


def _dns(mail: MailSettings) -> Iterator[Finding]:
    """What receivers look up before they believe a mail: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489)."""
    domain = parse_sender(mail.sender).domain
    yield _record("SPF", domain, "v=spf1", f"add a TXT record at {domain} that names your mail server")
    yield _record("DMARC", f"_dmarc.{domain}", "v=DMARC1", f"add a TXT record at _dmarc.{domain}")
    if mail.dkim_domain and mail.dkim_selector:
        name = f"{mail.dkim_selector}._domainkey.{mail.dkim_domain}"
        yield _record("DKIM", name, "p=", f"add the public key as a TXT record at {name}")
    else:
        yield Finding("DKIM", Verdict.NOTE, "mail.dkim_key is not set: unless the mail server signs, mail may be spam")


def _record(what: str, name: str, mark: str, remedy: str) -> Finding:
    from dns import exception, resolver  # noqa: PLC0415 - only this check asks the DNS

    try:
        answers = resolver.resolve(name, "TXT", lifetime=_DNS_SECONDS)
        texts = [b"".join(answer.strings).decode("utf-8", "replace") for answer in answers]
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        texts = []
    except exception.DNSException as error:
        return Finding(what, Verdict.NOTE, f"{name} could not be looked up: {error}")
    found = next((text for text in texts if mark in text), None)
    if found is None:
        return Finding(what, Verdict.BAD, f"{name} has no such record; {remedy}")
    return Finding(what, Verdict.GOOD, f"{name} says {found[:80]}")
