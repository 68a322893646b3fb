"""What receivers look up in the DNS before they believe a mail: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dns import exception, resolver

from digest.model import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["dns_findings"]

#: for each lookup
_SECONDS = 5.0


def dns_findings(domain: str, *, dkim_domain: str | None, dkim_selector: str | None) -> Iterator[Finding]:
    """Look up the records of a sender's domain, and say what to add where."""
    yield _record("SPF", domain, "v=spf1", f"add a TXT record at {domain} that names your mail server")
    yield _record("DMARC", f"_dmarc.{domain}", "v=DMARC1", f"add a TXT record at _dmarc.{domain}")
    if dkim_domain and dkim_selector:
        name = f"{dkim_selector}._domainkey.{dkim_domain}"
        yield _record("DKIM", name, "p=", f"add the public key as a TXT record at {name}")
    else:
        sentence = "mail.dkim_key is not set: if the mail server does not sign either, mail may be taken for spam"
        yield Finding("DKIM", Verdict.NOTE, sentence)


def _record(what: str, name: str, mark: str, remedy: str) -> Finding:
    try:
        answers = resolver.resolve(name, "TXT", lifetime=_SECONDS)
        texts = [b"".join(answer.strings).decode("utf-8", "replace") for answer in answers]
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        texts = []
    except exception.DNSException as error:
        return Finding(what, Verdict.NOTE, f"{name} could not be looked up: {error}")
    found = next((text for text in texts if mark in text), None)
    if found is None:
        return Finding(what, Verdict.BAD, f"{name} has no such record; {remedy}")
    return Finding(what, Verdict.GOOD, f"{name} says {found[:80]}")
