"""Parse addresses: where an edition goes, and who a mail is from. Only this module parses them.

    ada@example.org          a mail address: a dot-string, "@" and a domain (RFC 5321, section 4.1.2)
    mailto:ada@example.org   the same (RFC 6068)
    https://example.org/x    a web address
    pigeon:loft-4            an address for the output called "pigeon"

Parsed addresses are normalised so that they can be compared as text. Schemes and domains are in lower case, and
international domains are in Unicode. The part before the "@" is not changed: only its mail server knows whether Ada
and ada are the same (RFC 5321, section 2.4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = [
    "MAIL",
    "Sender",
    "ascii_address",
    "output_name",
    "parse_address",
    "parse_mail_address",
    "parse_sender",
    "stored_address",
]

#: the output that takes mail addresses
MAIL = "mail"
#: the output that takes web addresses
_WEBHOOK = "webhook"
_WEB = ("http", "https")

#: longest mail address, and longest part before the "@", in characters (RFC 5321, section 4.5.3.1)
_LONGEST, _LONGEST_LOCAL = 254, 64
#: longest address of any other scheme, in characters
_LONGEST_OTHER = 2000

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
# Host names may not have underscores, but some intranets use them.
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_EXAMPLE = "write for example ada@example.org"


def parse_address(text: str) -> str:
    """Normalise a subscriber's address. Raise ValueError, with a sentence, if nothing can be sent to it."""
    text = text.strip()
    found = _SCHEME.match(text)
    if not found or found[1].lower() == "mailto":
        return parse_mail_address(text)
    scheme, rest = found[1].lower(), text[found.end() :]
    if not rest.strip("/") or not re.fullmatch(r"[!-~]+", rest) or len(text) > _LONGEST_OTHER:
        raise ValueError(f"{_shown(text)} is not an address: {scheme}: must be followed by up to {_LONGEST_OTHER:,} "
                         "characters, without spaces")  # fmt: skip
    return _web_address(text) if scheme in _WEB else f"{scheme}:{rest}"


def stored_address(text: str) -> str:
    """Normalise an address from the database. Invalid ones, which earlier versions stored, are returned unchanged."""
    try:
        return parse_address(text)
    except ValueError:
        return text


def parse_mail_address(text: str) -> str:
    """Normalise a mail address. Raise ValueError, with a sentence, if no mail can be sent to it."""
    text = re.sub(r"^mailto:", "", text.strip(), flags=re.IGNORECASE)
    local, at, domain = text.rpartition("@")
    if not at:
        raise ValueError(f"{_shown(text)} is not a mail address; {_EXAMPLE}")
    if not local.isascii():
        raise ValueError(f"{_shown(text)}: only English letters, digits and signs can be before the @; {_EXAMPLE}")
    # Mail programs decode =?utf-8?q?…?= (RFC 2047), so the mail would go to somebody else.
    if not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL or "=?" in local:
        raise ValueError(f"{_shown(text)} is not a mail address: {_shown(local)} cannot be before the @; {_EXAMPLE}")
    try:
        domain = _domain(domain)
        ascii_domain = _ascii_domain(domain)
    except ValueError as error:
        reason = f"{_shown(domain)} is not the name of a mail server"
        raise ValueError(f"{_shown(text)} is not a mail address: {reason}; {_EXAMPLE}") from error
    if len(local) + 1 + len(ascii_domain) > _LONGEST:
        raise ValueError(f"{_shown(text)} is not a mail address: it has more than {_LONGEST} characters")
    return f"{local}@{domain}"


def ascii_address(address: str) -> str:
    """A mail address with its domain in ASCII (RFC 5890), as SMTP needs it. Raise ValueError if it is not one."""
    local, _, domain = parse_mail_address(address).rpartition("@")
    return f"{local}@{_ascii_domain(domain)}"


def output_name(address: str) -> str:
    """The name of the output that takes a parsed address."""
    scheme, colon, _ = address.partition(":")
    if not colon:
        return MAIL
    return _WEBHOOK if scheme in _WEB else scheme


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail is from."""

    #: for people to read; may be empty
    name: str
    #: a parsed mail address
    address: str

    @property
    def domain(self) -> str:
        """The domain of the address, in ASCII."""
        return ascii_address(self.address).rpartition("@")[2]


def parse_sender(text: str) -> Sender:
    """Parse ``Daily Papers <digest@papers.example>`` or a plain address. Raise ValueError, with a sentence."""
    name, bracket, rest = text.strip().rpartition("<")
    if not bracket:
        return Sender("", parse_mail_address(text))
    if not rest.endswith(">"):
        raise ValueError(f"{_shown(text)}: a > is missing; write for example Daily Papers <digest@papers.example>")
    return Sender(name.strip().strip('"').strip(), parse_mail_address(rest[:-1]))


def _domain(domain: str) -> str:
    """A domain in lower case and in Unicode."""
    if domain.isascii() and "xn--" not in domain.lower():
        if not _DOMAIN.fullmatch(domain):
            raise ValueError
        return domain.lower()
    import idna  # noqa: PLC0415 - few domains need it

    return str(idna.decode(idna.encode(domain, uts46=True)))


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    import idna  # noqa: PLC0415 - few domains need it

    return str(idna.encode(domain).decode("ascii"))


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        if not parts.hostname:
            raise ValueError("there is no host")
    except ValueError as error:
        raise ValueError(
            f"{_shown(text)} is not a web address ({error}); write for example https://example.org/papers"
        ) from error
    who, at, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{who}{at}{host.lower()}").geturl()


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")
