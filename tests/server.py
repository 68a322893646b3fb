"""A small web server on loopback that answers as it was told to, badly too, and remembers what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from digest.sources.http import HttpClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Self

__all__ = ["Answer", "Asked", "Server"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer: with the length of its body, unless ``headers`` say otherwise, and in pieces where it is not bytes."""

    status: int = 200
    body: bytes | Iterable[bytes] = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    #: with its query
    path: str
    headers: Mapping[str, str]


class Server:
    """Answers each path with what it was told, the last answer for ever; with 404 what it was not told."""

    def __init__(self, ssl_context: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, deque[Answer | Callable[[Asked], Answer]]] = {}
        self._closing = threading.Event()
        #: a client for the tests, which does not wait between attempts and is closed with the server
        self.client = HttpClient(sleep=lambda _seconds: None)
        self._http = _Listener(self._answer, self._closing)
        if ssl_context is not None:
            self._http.socket = ssl_context.wrap_socket(self._http.socket, server_side=True)
        self.port = self._http.server_address[1]
        self.url = f"http{'s' * (ssl_context is not None)}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.asked]

    def says(self, path: str, *answers: bytes | Answer | Callable[[Asked], Answer]) -> str:
        """Give these answers to requests for a path, one after the other; return its URL."""
        made = [Answer(body=answer) if isinstance(answer, bytes) else answer for answer in answers]
        self._answers[path] = deque(made)
        return self.url + path

    def _answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        answers = self._answers.get(asked.path)
        if not answers:
            return Answer(status=404, body=b"<html><title>Not here</title><p>There is nothing here.</p></html>")
        answer = answers.popleft() if len(answers) > 1 else answers[0]
        return answer if isinstance(answer, Answer) else answer(asked)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer: Callable[[Asked], Answer], closing: threading.Event) -> None:
        self.answer = answer
        self.closing = closing
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def handle(self) -> None:
        with suppress(ConnectionError, ssl.SSLError):  # the client had enough, and hung up
            super().handle()

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.answer(Asked(self.path, headers))
        given = {name.lower() for name in answer.headers}
        self.send_response_only(answer.status)
        if isinstance(answer.body, bytes) and "content-length" not in given and answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        else:
            self.send_header("Connection", "close")
        for name, value in answer.headers.items():
            self.send_header(name, value)
            self.flush_headers()
        self.end_headers()
        for piece in [answer.body] if isinstance(answer.body, bytes) else answer.body:
            if self.server.closing.is_set():
                break
            self.wfile.write(piece)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
