"""The output for mail addresses: the options of ``[mail]`` and the session that they make.

What renders and sends is imported when a session opens, because every command reads the options.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import Field

from digest.address import parse_mail_address, parse_sender
from digest.config.types import Sender
from digest.errors import DeliveryError, RenderError
from digest.model import DeliveryState, Edition, Finding, OutputContext, Reader, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from digest.outputs.mail.message import DkimKey, MailRenderer, Message

__all__ = ["MailOutput", "MailSession"]


class Connection(Protocol):
    """An open connection of a transport."""

    def send(self, message: Message) -> DeliveryState:
        """Send or write one message; raise the delivery errors."""
        ...


class Transport(Protocol):
    """How messages leave: the ``kind`` of ``[mail]``."""

    def connection(self) -> AbstractContextManager[Connection]:
        """Connect; raise DeliveryError if that fails."""
        ...


@dataclass(frozen=True, kw_only=True)
class MailOutput:
    """Sends editions as mail, through a mail server or into files. The fields are the options of ``[mail]``."""

    context: OutputContext = field(kw_only=False)
    kind: Literal["files", "smtp"] = "files"
    #: with or without a name: ``Daily Papers <digest@papers.example>``
    sender: Sender = "Daily Papers <digest@localhost>"
    host: str = "localhost"
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    username: str | None = None
    #: the environment variable that holds the password
    password_env: str | None = None
    tls: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: Path | None = None
    #: seconds, for each answer of the mail server
    timeout: Annotated[float, Field(gt=0)] = 30
    dkim_domain: str | None = None
    dkim_selector: str | None = None
    dkim_key: Path | None = None

    @classmethod
    def check_options(cls, options: Mapping[str, Any]) -> Iterator[str]:
        """What is wrong with options together: some need others."""
        if bool(options.get("username")) != bool(options.get("password_env")):
            yield "username and password_env go together; password_env names an environment variable"
        dkim = [options.get(name) for name in ("dkim_domain", "dkim_selector", "dkim_key")]
        if any(dkim) and not all(dkim):
            yield "dkim_domain, dkim_selector and dkim_key go together"

    @classmethod
    def check_address(cls, text: str) -> str:
        """The mail address with its domain in lower case; ValueError if it is none."""
        return parse_mail_address(text)

    @property
    def domain(self) -> str:
        """The domain of the sender."""
        return parse_sender(self.sender).domain

    @contextmanager
    def session(self) -> Iterator[MailSession]:
        """Open the templates and connect; raise DeliveryError if no mail can be sent."""
        renderer, transport = self._renderer(), self._transport()
        with transport.connection() as connection:
            yield MailSession(renderer, connection)

    def check(self) -> Iterator[Finding]:
        """Log in to the mail server, and look up what receivers look up; no mail is sent."""
        if self.kind == "files":
            sentence = f"mail.kind is {self.kind!r}: mails go to {self.folder} and to nobody's inbox"
            yield Finding("mail", Verdict.NOTE, sentence)
            return
        try:
            with self._transport().connection():
                yield Finding("mail server", Verdict.GOOD, f"{self.host} answers and accepts our login")
        except DeliveryError as error:
            yield Finding("mail server", Verdict.BAD, str(error))
        from digest.outputs.mail.dns import dns_findings  # noqa: PLC0415

        yield from dns_findings(self.domain, dkim_domain=self.dkim_domain, dkim_selector=self.dkim_selector)

    @property
    def folder(self) -> Path:
        """The folder that mail of the kind ``files`` is written to."""
        return self.context.folder / "mail"

    def _renderer(self) -> MailRenderer:
        from digest.outputs.mail.message import MailRenderer  # noqa: PLC0415
        from digest.outputs.mail.templates import mail_environment  # noqa: PLC0415
        from digest.renderers.view import SiteInfo  # noqa: PLC0415

        context = self.context
        try:
            return MailRenderer(
                environment=mail_environment(context.templates),
                site=SiteInfo(title=context.title, base_url=context.base_url, language=context.language),
                sender=self.sender,
                unsubscribe_url=context.unsubscribe_url,
                dkim=self._dkim(),
            )
        except RenderError as error:
            raise DeliveryError(str(error)) from error

    def _dkim(self) -> DkimKey | None:
        from digest.outputs.mail.message import DkimKey  # noqa: PLC0415

        if not (self.dkim_domain and self.dkim_selector and self.dkim_key):
            return None
        try:
            key = self.dkim_key.read_bytes()
        except OSError as error:
            raise DeliveryError(f"mail.dkim_key: {self.dkim_key} cannot be read: {error.strerror}") from error
        return DkimKey(self.dkim_domain, self.dkim_selector, key)

    def _transport(self) -> Transport:
        if self.kind == "files":
            from digest.outputs.mail.files import FilesTransport  # noqa: PLC0415

            return FilesTransport(self.folder)
        from digest.outputs.mail.smtp import SmtpTransport  # noqa: PLC0415

        return SmtpTransport(
            self.host,
            sender=self.sender,
            port=self.port,
            username=self.username,
            password=self._password(),
            tls=self.tls,
            timeout=self.timeout,
            ca_file=self.ca_file,
        )

    def _password(self) -> str | None:
        if self.username is None or self.password_env is None:
            return None
        password = os.environ.get(self.password_env)
        if password is None:
            raise DeliveryError(
                f"mail.password_env: the password of {self.username} is missing; set ${self.password_env}"
            )
        return password


@dataclass(frozen=True, slots=True)
class MailSession:
    """Renders and sends one mail after the other over one connection."""

    renderer: MailRenderer
    connection: Connection

    def send(self, edition: Edition, reader: Reader) -> DeliveryState:
        """Send an edition to its reader; raise the delivery errors."""
        try:
            message = self.renderer.render(edition, reader)
        except RenderError as error:
            raise DeliveryError(f"no mail can be made: {error}") from error
        return self.connection.send(message)
