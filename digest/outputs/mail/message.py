"""Makes a message (RFC 5322, MIME) of the subject, HTML and text of a mail.

No clock is read: the date is the edition's, and the MIME boundary and the signature are made from it and from the
Message-ID. The same edition with the same papers gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from email import errors
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import dkim
from dkim.crypto import UnparsableKeyError, parse_pem_private_key

from digest.address import ascii_address, parse_sender
from digest.errors import PermanentDeliveryError, RenderError
from digest.outputs.mail.body import render_mail
from digest.renderers.excerpt import shorten
from digest.renderers.view import tidy

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    import jinja2

    from digest.model import Edition, Reader
    from digest.outputs.mail.body import MailBody
    from digest.renderers.view import SiteInfo

__all__ = ["DkimKey", "MailRenderer", "Message", "build_message"]

# Headers that are written as they are given. The email package would encode a long id or URL (`=?utf-8?q?…`), which
# breaks it, and it loses spaces when it encodes and folds a long subject.
_VERBATIM = {
    "from", "to", "subject", "message-id", "list-id", "auto-submitted", "list-unsubscribe", "list-unsubscribe-post",
}  # fmt: skip
#: characters of a line: 78, or up to 998 if it cannot be folded (RFC 5322, section 2.1.1)
_LINE = 78
_LONGEST_WORD = 900
_SUBJECT, _NAME = 200, 100

#: The headers that are signed. One that is missing is signed too, so that nobody can add it. From is signed twice, so
#: that nobody can add a second one (RFC 6376, section 8.15); RFC 8058, section 4, requires both unsubscribe headers.
_SIGNED = (
    b"from", b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type", b"list-id",
    b"auto-submitted", b"list-unsubscribe", b"list-unsubscribe-post",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mail that is ready to be sent to one address."""

    #: the date of the edition
    date: date
    address: str
    #: an RFC 5322 message with CRLF line ends
    content: bytes
    #: the HTML part alone, to look at
    html: str


@dataclass(frozen=True, slots=True)
class DkimKey:
    """Signs mail (RFC 6376): an RSA key in PEM, published under ``<selector>._domainkey.<domain>``.

    Raise RenderError if the key can't be read.
    """

    domain: str
    selector: str
    private_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Read the key, so that a bad one is reported before the first mail. dkimpy needs LF as line end."""
        object.__setattr__(self, "private_key", self.private_key.replace(b"\r\n", b"\n"))
        try:
            parse_pem_private_key(self.private_key)
        except (UnparsableKeyError, ValueError, TypeError) as error:
            raise RenderError(
                f"the DKIM key for {self.domain} cannot be read ({error}): it must be an RSA private key in PEM; "
                "write one with openssl genrsa -traditional 2048"
            ) from error


@dataclass(frozen=True, kw_only=True)
class MailRenderer:
    """Makes a reader's mail from the templates.

    ``unsubscribe_url`` gives the unsubscribe link of an address, or None. ``sender`` is an address with or without a
    name: ``Daily Papers <digest@papers.example>``.
    """

    environment: jinja2.Environment
    site: SiteInfo
    sender: str
    unsubscribe_url: Callable[[str], str | None] = lambda _address: None
    dkim: DkimKey | None = None

    def render(self, edition: Edition, reader: Reader) -> Message:
        """Make the mail. Raise PermanentDeliveryError if this one can't be made, RenderError if none can."""
        if reader.address is None:
            raise PermanentDeliveryError(f"{reader.id} has no address to send mail to")
        unsubscribe_url = self.unsubscribe_url(reader.address)
        body = render_mail(edition, reader, self.site, unsubscribe_url, environment=self.environment)
        content = build_message(
            body,
            edition=edition,
            address=reader.address,
            sender=self.sender,
            site=self.site,
            unsubscribe_url=unsubscribe_url,
            dkim=self.dkim,
        )
        return Message(date=edition.date, address=reader.address, content=content, html=body.html)


def build_message(
    body: MailBody,
    *,
    edition: Edition,
    address: str,
    sender: str,
    site: SiteInfo,
    unsubscribe_url: str | None = None,
    dkim: DkimKey | None = None,
) -> bytes:
    """Make a message in ASCII, with CRLF line ends and lines of at most 998 characters.

    The unsubscribe headers are added only if the link is ``https``: RFC 8058 allows no other. Raise
    PermanentDeliveryError if an address or header of this mail can't be written, RenderError if every mail has it.
    """
    if edition.message_id is None:
        raise PermanentDeliveryError(f"the edition of {edition.reader} has no Message-ID, so it cannot be mailed")
    mail = EmailMessage(policy=_POLICY)
    try:
        mail["From"] = _sender(sender)
        mail["List-Id"] = _list_id(site)
    except (errors.MessageError, ValueError, IndexError) as error:
        raise RenderError(f"the sender or the title of the site can't be written into a mail: {error}") from error
    try:
        mail["To"] = ascii_address(address)
        mail["Subject"] = _encoded(shorten(tidy(body.subject), _SUBJECT))
        mail["Date"] = edition.created_at.replace(microsecond=0)
        mail["Message-ID"] = edition.message_id
        mail["Auto-Submitted"] = "auto-generated"
        if unsubscribe_url and urlsplit(unsubscribe_url).scheme == "https":
            mail["List-Unsubscribe"] = f"<{unsubscribe_url}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["MIME-Version"] = "1.0"
        mail.make_alternative(boundary=_boundary(edition.message_id))
        mail.add_alternative(_encodable(body.text), cte="quoted-printable")
        mail.add_alternative(_encodable(body.html), subtype="html", cte="quoted-printable")
        content = mail.as_bytes()
    except (errors.MessageError, ValueError, IndexError) as error:
        raise PermanentDeliveryError(f"the mail for {tidy(address)} cannot be made: {error}") from error
    return content if dkim is None else _signed(content, dkim, edition.created_at)


# ------------------------------------------------------------------------------------------------------- headers


class _Policy(EmailPolicy):
    """Refuses line ends in every header, and folds those in ``_VERBATIM`` at spaces, without encoding."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401 - as the base class has it
        """Check a value on its way in."""
        if isinstance(value, str) and re.search(r"[\r\n]", value):
            raise ValueError(f"a line end in the header {name}")
        if name.lower() not in _VERBATIM:
            return super().header_store_parse(name, value)
        if not re.fullmatch(r"[\x20-\x7e]*", value) or any(len(word) > _LONGEST_WORD for word in value.split()):
            raise ValueError(f"the header {name} cannot be {shorten(tidy(value), 80)!r}")
        return name, value

    def fold(self, name: str, value: Any) -> str:  # noqa: ANN401 - as the base class has it
        """Write a header."""
        if name.lower() in _VERBATIM:
            return _folded(f"{name}: {value}") + self.linesep
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:  # noqa: ANN401 - as the base class has it
        """Write a header."""
        return self.fold(name, value).encode("ascii")


_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


def _folded(line: str) -> str:
    """Lines of at most 78 characters (RFC 5322, section 2.2.3), as far as there are spaces."""
    name, *words = line.split(" ")
    lines = [" ".join([name, *words[:1]])]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= _LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(f" {word}")
    return "\r\n".join(lines)


def _encoded(text: str) -> str:
    """A text in ASCII: other letters become encoded words (RFC 2047)."""
    return text if text.isascii() and "=?" not in text else Header(text, "utf-8").encode(linesep="")


def _named(name: str, bracketed: str) -> str:
    """``"Name" <…>``: a phrase (RFC 5322, section 3.2.5) before an address or id in angle brackets."""
    if not name:
        return f"<{bracketed}>"
    encoded = _encoded(name)
    if encoded == name:
        encoded = '"{}"'.format(name.replace("\\", "\\\\").replace('"', '\\"'))
    return f"{encoded} <{bracketed}>"


def _sender(text: str) -> str:
    """``Name <local@domain>``, or an address alone."""
    sender = parse_sender(text)
    address = ascii_address(sender.address)
    return _named(shorten(tidy(sender.name), _NAME), address) if sender.name else address


def _list_id(site: SiteInfo) -> str:
    """``"Daily Papers" <daily-papers.papers.example>`` (RFC 2919): the title, and an id made of title and host."""
    title = shorten(tidy(site.title), _NAME)
    label = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "digest"
    host = re.sub(r"[^a-z0-9.-]+", "-", (urlsplit(site.base_url).hostname or "localhost").lower()).strip("-.")
    return _named(title, f"{label}.{host}")


# ---------------------------------------------------------------------------------------------------------- body


def _boundary(message_id: str) -> str:
    """It is in no part: quoted-printable text never contains ``=_``."""
    return "=_" + hashlib.blake2b(message_id.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _encodable(text: str) -> str:
    """The text without lone surrogates, which no encoding has."""
    return text.encode("utf-8", "replace").decode("utf-8")


# ----------------------------------------------------------------------------------------------------- signature


class _Signer(dkim.DKIM):  # type: ignore[misc]  # dkimpy has no types
    """Signs with a given instant. dkimpy uses the present one, so that two attempts would give different bytes."""

    def __init__(self, content: bytes, at: datetime) -> None:
        super().__init__(content, signature_algorithm=b"rsa-sha256")
        self._at = b"%d" % at.timestamp()

    def gen_header(self, fields: list[tuple[bytes, bytes]], *args: Any, **kwargs: Any) -> bytes:  # noqa: ANN401
        dated = [(tag, self._at if tag == b"t" else value) for tag, value in fields]
        header: bytes = super().gen_header(dated, *args, **kwargs)
        return header


def _signed(content: bytes, key: DkimKey, at: datetime) -> bytes:
    try:
        header: bytes = _Signer(content, at).sign(
            key.selector.encode("ascii"),
            key.domain.encode("idna"),
            key.private_key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(_SIGNED),
        )
    except (dkim.DKIMException, ValueError) as error:
        raise RenderError(f"the mail cannot be signed with the DKIM key for {key.domain}: {error}") from error
    return header + content
