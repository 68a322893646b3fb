"""Mail handed to a mail server (RFC 5321) through aiosmtplib.

An error is handled by whose fault it is. An answer to a recipient or to a message is about that message: after 4yz or a
lost connection it is tried again later, after 5yz it is not. What fails before there is a message (no connection, no
TLS, a wrong login, a sender that is not allowed) would fail for every message: sending stops, and no subscriber is
blamed.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal

import aiosmtplib

from digest.address import ascii_address, parse_sender
from digest.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from digest.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from digest.outputs.mail.message import Message

__all__ = ["SmtpTransport"]

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
#: replies that are about the login, whatever command they answer (RFC 4954, section 6)
_LOGIN_REPLIES = {530, 534, 535, 538}
#: the server is about to hang up (RFC 5321, section 3.8)
_CLOSING = 421


class SmtpTransport:
    """Sends through one connection, and opens a new one if the server closed it.

    ``sender`` is the envelope's, with or without a name. ``timeout`` is in seconds, for each answer. The server's
    certificate is checked against the system's authorities, or only against those in ``ca_file``. Raise ValueError for
    a sender that cannot be one.
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
        self.sender = ascii_address(parse_sender(sender).address)

    @property
    def server(self) -> str:
        """For messages: ``mail.example:587``."""
        return f"{self.host}:{self.port}"

    @contextmanager
    def connection(self) -> Iterator[_Connection]:
        """Connect, encrypt and log in; raise DeliveryError if one of these fails. The thread must run no event loop."""
        with asyncio.Runner() as runner:
            connection = _Connection(self, self._client(), runner)
            try:
                runner.run(connection.connect())
                yield connection
            finally:
                runner.run(connection.close())

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.tls == "tls",
            start_tls=False,  # _Connection.connect does that, and logs in
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


class _Connection:
    """An open connection."""

    def __init__(self, settings: SmtpTransport, client: aiosmtplib.SMTP, runner: asyncio.Runner) -> None:
        self._settings = settings
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
        server = self._settings.server
        try:
            await self._open()
        except aiosmtplib.SMTPAuthenticationError as error:
            raise DeliveryError(
                f"the mail server {server} refused the login of {self._settings.username}: {_reply(error)}; "
                "check username and password_env under [mail]"
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise DeliveryError(
                f"the certificate of the mail server {server} can't be trusted: {error.verify_message}"
            ) from error
        except aiosmtplib.SMTPResponseException as error:
            raise DeliveryError(f"the mail server {server} rejected the connection: {_reply(error)}") from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise DeliveryError(f"the mail server {server} cannot be used: {error}") from error

    async def _open(self) -> None:
        try:
            await self._client.connect()
            self._transport = self._client.transport
            if self._settings.tls == "starttls":
                await self._client.starttls()
                self._transport = self._client.transport
            if self._settings.username is not None:
                await self._client.login(self._settings.username, self._settings.password or "")
        except BaseException:
            self._hang_up()  # nothing may be sent through a connection that is only half set up
            raise

    async def close(self) -> None:
        """Say goodbye if the server is still there."""
        if self._client.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._client.quit()
        self._hang_up()
        await asyncio.sleep(0)  # the loop closes the socket in its next step

    def _hang_up(self) -> None:
        """Close the connection at once: TLS would wait for the server's goodbye, in a loop that no longer runs."""
        self._client.close()
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()
        self._transport = None

    # -- one message

    async def _send(self, message: Message) -> None:
        try:
            await self._begin()
            await self._client.rcpt(ascii_address(message.address))
            await self._client.data(message.content)
        except aiosmtplib.SMTPResponseException as error:
            await self._forget_message(error.code)
            raise self._refusal(message, error) from error
        except ValueError as error:
            self._hang_up()
            raise PermanentDeliveryError(str(error)) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            # If the connection ends after the final dot, nobody knows whether the server took the message. It is sent
            # again with the same Message-ID, rather than lost (RFC 1047).
            self._hang_up()
            raise TemporaryDeliveryError(
                f"the connection to {self._settings.server} was lost while sending to {message.address}: {error}"
            ) from error

    async def _begin(self) -> None:
        """Name the sender, on a new connection if the server has closed the old one since the last message."""
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
            await self._client.mail(self._settings.sender)
        except aiosmtplib.SMTPSenderRefused as error:
            if error.code < 500:
                raise
            raise DeliveryError(
                f"the mail server {self._settings.server} takes no mail from {self._settings.sender}: {_reply(error)}"
            ) from error

    async def _forget_message(self, code: int) -> None:
        """Make the connection ready for the next message; close it after 421, or after an answer that is not SMTP."""
        if code == _CLOSING or code < 400:
            return self._hang_up()
        try:
            await self._client.rset()
        except (aiosmtplib.SMTPException, OSError):
            self._hang_up()

    def _refusal(self, message: Message, error: aiosmtplib.SMTPResponseException) -> DeliveryError:
        server = self._settings.server
        if error.code in _LOGIN_REPLIES:
            return DeliveryError(f"the mail server {server} asks for another login: {_reply(error)}")
        if 500 <= error.code <= 599:
            return PermanentDeliveryError(f"{server} refused the mail to {message.address}: {_reply(error)}")
        return TemporaryDeliveryError(f"{server} did not take the mail to {message.address} now: {_reply(error)}")


def _reply(error: aiosmtplib.SMTPResponseException) -> str:
    """The server's answer on one line: ``550 5.1.1 no such user``."""
    text = error.message.encode("utf-8", "replace").decode("utf-8")
    return f"{error.code} {' '.join(text.split())}".strip()
