"""A mail server on loopback that remembers what it took and answers as it is told."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import defaultdict, deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

__all__ = ["PASSWORD", "Mailbox", "running"]

PASSWORD = "correct horse"


class Mailbox:
    """What the server has taken, and what it is told to answer: for each command the replies to come, then yes."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, bytes]] = []
        self.answers: defaultdict[str, deque[str]] = defaultdict(deque)
        self.connections = 0
        #: offer no encryption to those who connect from now on
        self.in_clear = False
        self.logins: list[str | None] = []

    def _answer(self, command: str) -> str | None:
        answer = self.answers[command].popleft() if self.answers[command] else "yes"
        return None if answer == "yes" else answer

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if refusal := self._answer("MAIL"):
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if refusal := self._answer("RCPT"):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self._answer("DATA")
        if answer is None or answer == "hang up":
            self.taken.append((envelope.mail_from, envelope.rcpt_tos[0], envelope.original_content))
            self.logins.append(session.auth_data.decode() if session.auth_data else None)
        if answer == "hang up":
            server.transport.abort()
        return answer or "250 2.0.0 Queued"

    def login(self, server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        good = data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=False, auth_data=data.login)


class Server(SMTP):
    """An SMTP server that can hang up in the middle of a message."""

    def connection_made(self, transport: Any) -> None:
        if not self.session:  # otherwise it is the same connection, now encrypted
            self.event_handler.connections += 1
        super().connection_made(transport)

    transport: Any

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.event_handler.answers["IN DATA"]:
            self.event_handler.answers["IN DATA"].popleft()
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


@contextmanager
def running(mailbox: Mailbox, *, ssl_context: ssl.SSLContext | None = None, **options: Any) -> Iterator[int]:
    """Run a server in a thread of its own; gives its port."""
    ready: queue.Queue[tuple[int, Callable[[], object]]] = queue.Queue()

    async def serve() -> None:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()

        def protocol() -> Server:
            offered = {**options, "tls_context": None} if mailbox.in_clear else options
            return Server(mailbox, loop=loop, hostname="mail.example", **offered)

        async with await loop.create_server(protocol, "127.0.0.1", 0, ssl=ssl_context) as server:
            ready.put((server.sockets[0].getsockname()[1], lambda: loop.call_soon_threadsafe(stop.set)))
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    port, stop = ready.get(timeout=10)
    try:
        yield port
    finally:
        stop()
        thread.join()
