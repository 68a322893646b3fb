"""Mail handed to a mail server (RFC 5321) through aiosmtplib.

Who is to blame decides what happens next. What the server says to a recipient or a message is about that message: 4yz
and a lost connection may pass, 5yz will not. What goes wrong before a message is there (no connection, no TLS, a wrong
login, a sender that may not send) would go wrong for every message, so it stops the post and no subscriber is blamed.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal

import aiosmtplib

from digest.errors import ConfigError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from digest.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from digest.config import MailSettings
    from digest.model import Message

__all__ = ["SmtpDeliverer"]

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
#: replies that are about the login, whatever command they answer (RFC 4954, section 6)
_LOGIN_REPLIES = {530, 534, 535, 538}
#: the server is about to hang up (RFC 5321, section 3.8)
_CLOSING = 421


class SmtpDeliverer:
    """Sends through one connection, and makes a new one where the server closed it.

    ``sender`` is the envelope's, with or without a name. ``timeout`` is in seconds, for each answer. The server's
    certificate is checked against the system's authorities, or against those in ``ca_file`` alone.
    """

    def __init__(
        self,
        host: str,
        *,
        sender: str,
        port: int | None = None,
        username: str | None = None,
        password: str | None = None,
        tls: Literal["starttls", "tls", "none"] = "starttls",
        timeout: float = 30,
        ca_file: Path | None = None,
    ) -> None:
        self.host = host
        self.port = port or _PORTS[tls]
        self.username = username
        self.password = password
        self.tls = tls
        self.timeout = timeout
        self.ca_file = ca_file
        self.sender = sender.rpartition("<")[2].strip("> ")

    @classmethod
    def from_settings(cls, mail: MailSettings, output: Path) -> SmtpDeliverer:  # noqa: ARG003 - one shape for all kinds
        """Take the password from the environment; ConfigError where it is not there."""
        password = os.environ.get(mail.password_env) if mail.password_env else None
        if mail.username and password is None:
            wanted = f"set ${mail.password_env}" if mail.password_env else "name the variable that holds it"
            raise ConfigError([f"mail.password_env: the password of {mail.username} is missing; {wanted}"])
        return cls(
            mail.host,
            sender=mail.sender,
            port=mail.port,
            username=mail.username,
            password=password,
            tls=mail.tls,
            timeout=mail.timeout,
            ca_file=mail.ca_file,
        )

    @property
    def server(self) -> str:
        """For messages: ``mail.example:587``."""
        return f"{self.host}:{self.port}"

    @contextmanager
    def session(self) -> Iterator[_Post]:
        """Connect, encrypt and log in; raise DeliveryError where one of these fails. For threads without a loop."""
        with asyncio.Runner() as runner:
            post = _Post(self, self._client(), runner)
            try:
                runner.run(post.connect())
                yield post
            finally:
                runner.run(post.close())

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.tls == "tls",
            start_tls=False,  # _Post.connect does that, and the login
            tls_context=self._tls_context(),
            timeout=self.timeout,
        )

    def _tls_context(self) -> ssl.SSLContext | None:
        if self.tls == "none":
            return None
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            raise DeliveryError(f"the certificates in {self.ca_file} cannot be read: {error}") from error


class _Post:
    """An open connection."""

    def __init__(self, deliverer: SmtpDeliverer, client: aiosmtplib.SMTP, runner: asyncio.Runner) -> None:
        self._deliverer = deliverer
        self._client = client
        self._runner = runner
        self._transport: asyncio.BaseTransport | None = None

    def send(self, message: Message) -> DeliveryState:
        """Send one message to one address."""
        self._runner.run(self._send(message))
        return DeliveryState.SENT

    # -- the connection

    async def connect(self) -> None:
        """Connect, encrypt and log in."""
        server = self._deliverer.server
        try:
            await self._open()
        except aiosmtplib.SMTPAuthenticationError as error:
            raise DeliveryError(
                f"the mail server {server} refused the login of {self._deliverer.username}: {_reply(error)}; "
                "check username and password_env under [mail]"
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise DeliveryError(
                f"the certificate of the mail server {server} is not to be trusted: {error.verify_message}"
            ) from error
        except aiosmtplib.SMTPResponseException as error:
            raise DeliveryError(f"the mail server {server} does not let us in: {_reply(error)}") from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise DeliveryError(f"the mail server {server} cannot be used: {error}") from error

    async def _open(self) -> None:
        try:
            await self._client.connect()
            self._transport = self._client.transport
            if self._deliverer.tls == "starttls":
                await self._client.starttls()
                self._transport = self._client.transport
            if self._deliverer.username is not None:
                await self._client.login(self._deliverer.username, self._deliverer.password or "")
        except BaseException:
            self._hang_up()  # nothing may ever be sent through a connection that is open by half
            raise

    async def close(self) -> None:
        """Say goodbye if the server still listens."""
        if self._client.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._client.quit()
        self._hang_up()
        await asyncio.sleep(0)  # the loop closes the socket in its next step

    def _hang_up(self) -> None:
        """Close the connection at once: TLS would wait for the server's goodbye, in a loop that runs no more."""
        self._client.close()
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()
        self._transport = None

    # -- one message

    async def _send(self, message: Message) -> None:
        try:
            await self._begin()
            await self._client.rcpt(_ascii(message.address))
            await self._client.data(message.content)
        except aiosmtplib.SMTPResponseException as error:
            await self._forget_message(error.code)
            raise self._refusal(message, error) from error
        except ValueError as error:
            self._hang_up()
            raise PermanentDeliveryError(f"{message.address!r} is no address to send to: {error}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            # Whether the server has taken the message is not known where the connection ends after the final dot. It
            # is sent again with the same Message-ID, rather than lost (RFC 1047).
            self._hang_up()
            raise TemporaryDeliveryError(
                f"the connection to {self._deliverer.server} was lost while sending to {message.address}: {error}"
            ) from error

    async def _begin(self) -> None:
        """Name the sender, on a new connection where the server has ended the old one since the last message."""
        if self._client.is_connected:
            try:
                return await self._mail()
            except aiosmtplib.SMTPServerDisconnected:
                pass
            except aiosmtplib.SMTPSenderRefused as error:
                if error.code != _CLOSING:
                    raise
            self._hang_up()
        await self.connect()
        return await self._mail()

    async def _mail(self) -> None:
        try:
            await self._client.mail(_ascii(self._deliverer.sender))
        except aiosmtplib.SMTPSenderRefused as error:
            if error.code < 500:
                raise
            raise DeliveryError(
                f"the mail server {self._deliverer.server} takes no mail from {self._deliverer.sender}: {_reply(error)}"
            ) from error
        except ValueError as error:
            raise DeliveryError(f"{self._deliverer.sender!r} cannot be a sender: {error}") from error

    async def _forget_message(self, code: int) -> None:
        """Make the connection ready for the next message; give it up after 421, or an answer that is none."""
        if code == _CLOSING or code < 400:
            return self._hang_up()
        try:
            await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._hang_up()

    def _refusal(self, message: Message, error: aiosmtplib.SMTPResponseException) -> DeliveryError:
        server = self._deliverer.server
        if error.code in _LOGIN_REPLIES:
            return DeliveryError(f"the mail server {server} wants another login: {_reply(error)}")
        if 500 <= error.code <= 599:
            return PermanentDeliveryError(f"{server} refused the mail to {message.address}: {_reply(error)}")
        return TemporaryDeliveryError(f"{server} did not take the mail to {message.address} now: {_reply(error)}")


def _ascii(address: str) -> str:
    """The address with a domain in other letters as ASCII (RFC 5890); ValueError where that makes none.

    Checked here because aiosmtplib reads what it is given as a header: of "a\\nb@x" it would make another address.
    """
    local, _, domain = address.rpartition("@")
    written = f"{local}@{domain.encode('idna').decode()}"
    if not (local and domain) or not re.fullmatch(r"[!-~]+", written) or re.search(r"[<>(),;:]", written):
        raise ValueError("only ASCII may stand in it, and no space or bracket")
    return written


def _reply(error: aiosmtplib.SMTPResponseException) -> str:
    """The server's answer on one line: ``550 5.1.1 no such user``."""
    text = error.message.encode("utf-8", "replace").decode("utf-8")
    return f"{error.code} {' '.join(text.split())}".strip()
