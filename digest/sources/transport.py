"""An HTTP transport that checks every IP address before it connects, and keeps a deadline.

The check is made where the connection is made. A name is looked up once, its addresses are checked, and the connection
goes to one of them. So neither a redirect nor a name that resolves differently the second time can get around it. TLS
and the Host header still use the name.
"""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from digest.errors import FetchError
from digest.sources.addresses import refusal

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["NETWORK_ERRORS", "CheckedTransport", "deadline"]

#: errors of the network, which may be temporary
NETWORK_ERRORS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)

_until: ContextVar[float] = ContextVar("_until")


@contextmanager
def deadline(until: float) -> Iterator[None]:
    """Stop everything that this thread sends or receives in the block at ``until``, by the transport's clock.

    The timeouts of a request limit only single reads. Without a deadline, a server could send one byte at a time
    forever.
    """
    token = _until.set(until)
    try:
        yield
    finally:
        _until.reset(token)


class CheckedTransport(httpx.BaseTransport):
    """A transport that does not connect to an address if ``refuse`` returns a reason.

    It raises FetchError for a refused address, and the errors of httpcore.
    """

    def __init__(
        self,
        *,
        refuse: Callable[[str], str | None] = refusal,
        ssl_context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(),
            network_backend=_CheckedBackend(refuse, clock),
            max_connections=20,
            keepalive_expiry=5.0,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. The body of the response is read later."""
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _CheckedBackend(httpcore.NetworkBackend):
    def __init__(self, refuse: Callable[[str], str | None], clock: Callable[[], float]) -> None:
        self._backend = httpcore.SyncBackend()
        self._refuse = refuse
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that is allowed and answers."""
        failure: Exception | None = None
        for address in self._addresses(host, port):
            try:
                stream = self._backend.connect_tcp(
                    address, port, _within(timeout, self._clock), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _TimedStream(stream, self._clock)
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the host {host} cannot be found") from error
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        allowed = [address for address in addresses if self._refuse(address) is None]
        if addresses and not allowed:
            raise FetchError(
                f"{host} leads to {addresses[0]}, {self._refuse(addresses[0])}, which is not allowed; "
                "if the source is in your own network, set allow_private = true"
            )
        return allowed


class _TimedStream(httpcore.NetworkStream):
    """A connection that keeps the deadline of the thread that is using it."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(timeout, self._clock))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout, self._clock))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _within(timeout, self._clock))
        return _TimedStream(stream, self._clock)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own signature
        return self._stream.get_extra_info(info)


def _within(timeout: float | None, clock: Callable[[], float]) -> float | None:
    """The timeout of one step, shortened to the deadline."""
    until = _until.get(None)
    if until is None:
        return timeout
    left = until - clock()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for this request is over")
    return left if timeout is None else min(timeout, left)
