"""The polite HTTP client of all sources.

- Conditional requests (RFC 9110, 13.1): ETag and Last-Modified are sent back unchanged, and 304 means nothing new.
- Temporary errors (429, 503, other server errors, a lost connection) are retried, after Retry-After if the server
  sends it, else with exponential backoff and jitter.
- Limits on decompressed bytes, on redirects, and on the time of a request and of a whole run.
- Only public addresses, checked for each connection (see ``transport``). arXiv's rate limit (see ``pace``).
"""

from __future__ import annotations

import random
import ssl
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

import httpx

from digest import __version__
from digest.dump import Dump, DumpAbout
from digest.errors import FetchError
from digest.sources.addresses import refusal
from digest.sources.body import Body, CutShortError, unpacked
from digest.sources.headers import conditions, is_conditional, moment, retry_after, status_line, validator_of
from digest.sources.pace import Pace
from digest.sources.redact import shown
from digest.sources.transport import NETWORK_ERRORS, CheckedTransport, deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime
    from typing import BinaryIO, Self

__all__ = ["Fetched", "HttpClient", "StatusError"]

_MOST_REDIRECTS = 5
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_ATTEMPTS = 4
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0  # seconds
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_REMEDIES = {
    400: "it did not understand the request; check the source's options",
    401: "it needs a login, which digest does not support",
    403: "it blocks programs, or needs a login",
    404: "check the address",
    410: "it was removed; look for its new address",
    429: "too many requests; read this source less often",
}


class StatusError(FetchError):
    """The server answered with an error. ``status`` is HTTP's number."""

    def __init__(self, url: str, status: int) -> None:
        self.status = status
        remedy = _REMEDIES.get(
            status, "the next run tries again" if status >= 500 else "open it in a browser to see why"
        )
        super().__init__(f"{url} answered {status_line(status)}; {remedy}")


class _PassingError(Exception):
    """A temporary error, to be retried. ``error`` is raised if there are no more attempts."""

    def __init__(self, error: FetchError, *, wait_known: bool = False) -> None:
        self.error = error
        self.wait_known = wait_known
        super().__init__(str(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A response with a body."""

    #: the URL of the request, without secrets
    url: str
    #: an opaque string that makes the next request conditional
    validator: str
    #: the server's Last-Modified
    modified: datetime | None
    body: Body

    def open(self) -> BinaryIO:
        """A new stream of the body."""
        return self.body.open()

    def dump(self, *, as_of: date | None = None, validator: str | None = None) -> Dump:
        """The response as a dump whose name is its URL."""
        about = DumpAbout(as_of=as_of, modified=self.modified)
        return Dump(name=self.url, open=self.open, about=about, validator=validator or self.validator)


class HttpClient:
    """Fetches over HTTP, for all sources of one run. Several threads may use it.

    ``contact`` is a URL or address for the User-Agent. ``refuse`` returns the reason not to fetch from an IP address.
    ``most_bytes`` limits each body after decompression. ``request_seconds`` limits each fetch, with its redirects,
    waits and retries; ``run_seconds`` limits all of them, counted from now. ``clock`` returns monotonic seconds.
    ``sleep`` waits between attempts, each time twice as long, plus ``jitter`` (0 to 1 s): clients that failed at the
    same time should not retry at the same time.
    """

    def __init__(
        self,
        *,
        contact: str = "",
        refuse: Callable[[str], str | None] = refusal,
        most_bytes: int = 2 * 2**30,
        request_seconds: float = 300.0,
        run_seconds: float = 1800.0,
        pace: Pace | None = None,
        ssl_context: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._agent = f"digest/{__version__} (reads listings of papers{'; ' * bool(contact)}{contact})"
        self._refuse = refuse
        self._most_bytes = most_bytes
        self._request_seconds = request_seconds
        self._run_seconds = run_seconds
        self._run_until = clock() + run_seconds
        self._pace = pace or Pace()
        self._ssl_context = ssl_context
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._clients: dict[bool, httpx.Client] = {}
        self._not_before: dict[str, float] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        """Use the client for one run."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the client."""
        self.close()

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()

    def get(self, url: str, *, validator: str | None = None, allow_private: bool = False) -> Fetched | None:
        """Fetch a URL. None if nothing changed since the response with this ``validator``.

        ``allow_private`` allows addresses in private networks. Raise FetchError with the URL, what happened and what to
        do about it, and StatusError if the server answered with an error.
        """
        until = min(self._clock() + self._request_seconds, self._run_until)
        first = self._request(url, validator)
        client = self._client(allow_private)
        for number in range(_ATTEMPTS):
            try:
                return self._follow(client, first, until)
            except _PassingError as error:
                if number == _ATTEMPTS - 1 or not self._wait_again(number, until, error):
                    raise error.error from error.__cause__
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def _wait_again(self, number: int, until: float, error: _PassingError) -> bool:
        """Wait before the next attempt. False if there is no time for one. ``_wait`` takes care of Retry-After."""
        if error.wait_known:
            return True
        seconds = min(_FIRST_WAIT * 2**number, _LONGEST_WAIT) + self._jitter()
        if self._clock() + seconds >= until:
            return False
        self._sleep(seconds)
        return True

    # -- one attempt

    def _follow(self, client: httpx.Client, request: httpx.Request, until: float) -> Fetched | None:
        """Send the request and follow at most five redirects."""
        url = shown(str(request.url))
        with self._errors(url, until):
            for _ in range(_MOST_REDIRECTS + 1):
                host = request.url.host
                self._wait(host, until)
                with self._pace.turn(host, until - self._clock()), deadline(until):
                    answer = self._ask(client, request, url)
                if not isinstance(answer, httpx.Request):
                    return answer
                request = _checked(answer)
        raise FetchError(f"{url} redirects more than {_MOST_REDIRECTS} times; open it in a browser to see where to")

    def _ask(self, client: httpx.Client, request: httpx.Request, url: str) -> Fetched | httpx.Request | None:
        """Send one request. Return the body, the next request of a redirect, or None for 304."""
        if self._pace.holds_for(request.url.host):
            request.headers["Connection"] = "close"  # a connection kept alive would block other processes
        response = client.send(request, stream=True)
        try:
            status = response.status_code
            if response.next_request is not None:
                return response.next_request
            if status == HTTPStatus.NOT_MODIFIED and is_conditional(request):
                return None
            if status in _PASSING:
                wait = retry_after(response.headers)
                if wait is not None:
                    self._not_before[request.url.host] = self._clock() + wait
                raise _PassingError(StatusError(url, status), wait_known=wait is not None)
            if status != HTTPStatus.OK:
                raise StatusError(url, status)
            chunks = unpacked(response.iter_raw(), response.headers.get("Content-Encoding", ""))
            body = Body(chunks, self._most_bytes)
        finally:
            response.close()
        return Fetched(
            url=url,
            validator=validator_of(response.headers, body.sha256),
            modified=moment(response.headers, "Last-Modified"),
            body=body,
        )

    def _wait(self, host: str, until: float) -> None:
        """Wait for the host's Retry-After, within the time of the request and of the run."""
        now = self._clock()
        if now >= until:
            raise TimeoutError
        wait = self._not_before.get(host, 0.0) - now
        if wait <= 0:
            return
        if now + wait > until:
            raise FetchError(f"{host} is busy and asks to wait {wait:.0f} s; the next run tries again")
        self._sleep(wait)

    @contextmanager
    def _errors(self, url: str, until: float) -> Iterator[None]:
        """Turn errors into sentences with the URL, and mark the temporary ones."""
        try:
            yield
        except StatusError:
            raise
        except CutShortError as error:
            raise _PassingError(FetchError(f"{url} could not be fetched: {error}")) from error
        except FetchError as error:
            raise FetchError(f"{url} could not be fetched: {error}") from error
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise FetchError(self._too_slow(url)) from error
            raise FetchError(f"{url} could not be saved: {error.strerror or error}; is the disk full?") from error
        except (*NETWORK_ERRORS, httpx.HTTPError, httpx.InvalidURL) as error:
            if self._clock() >= until:
                raise FetchError(self._too_slow(url)) from error
            failure = FetchError(f"{url} could not be fetched: {_reason(error)}")
            if isinstance(error, NETWORK_ERRORS) and not _untrusted(error):
                raise _PassingError(failure) from error
            raise failure from error

    def _too_slow(self, url: str) -> str:
        if self._clock() >= self._run_until:
            return f"{url} was not fetched: the {self._run_seconds:g} s of this run are over; the next run continues"
        return f"{url} took longer than {self._request_seconds:g} s; the next run tries again"

    # -- requests

    def _request(self, url: str, validator: str | None) -> httpx.Request:
        headers: list[tuple[bytes, bytes]] = [
            (b"User-Agent", self._agent.encode("ascii", "replace")),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"gzip"),
            *((name, value.encode("latin-1")) for name, value in conditions(validator)),
        ]
        try:
            return _checked(httpx.Request("GET", url, headers=headers))
        except (httpx.InvalidURL, ValueError) as error:
            raise FetchError(f"{shown(url)} is not a web address: {error}") from error

    def _client(self, private: bool) -> httpx.Client:
        with self._lock:
            if private not in self._clients:
                transport = CheckedTransport(
                    refuse=_nothing_refused if private else self._refuse,
                    ssl_context=self._ssl_context,
                    clock=self._clock,
                )
                self._clients[private] = httpx.Client(transport=transport, trust_env=False, timeout=_TIMEOUT)
            return self._clients[private]


def _nothing_refused(_address: str) -> None:
    """Allow every address."""


def _checked(request: httpx.Request) -> httpx.Request:
    url = request.url
    if url.scheme not in {"http", "https"} or not url.host:
        raise FetchError(f"it leads to {shown(str(url))}; only http:// and https:// are supported")
    return request


def _untrusted(error: BaseException) -> bool:
    return isinstance(error.__cause__, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error)


def _reason(error: Exception) -> str:
    if _untrusted(error):
        return "its certificate is not trusted"
    if isinstance(error, (TimeoutError, *NETWORK_ERRORS)) and "timed out" in str(error):
        return "it did not answer in time; the next run tries again"
    return f"{str(error) or type(error).__name__}; check the address and the network"
