"""Read HTTP headers, and remember some of them for the next request (RFC 9110)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

__all__ = ["conditions", "is_conditional", "moment", "retry_after", "status_line", "validator_of"]


def validator_of(headers: httpx.Headers, sha256: str) -> str:
    """What we remember of a response: its ETag and Last-Modified, unchanged, and the hash of its body."""
    raw = {name.lower(): value.decode("latin-1") for name, value in headers.raw}
    known = {"etag": raw.get(b"etag"), "modified": raw.get(b"last-modified"), "sha256": sha256}
    return json.dumps({name: value for name, value in known.items() if value})


def conditions(validator: str | None) -> Iterator[tuple[bytes, str]]:
    """The headers that make a request conditional; none if the validator did not come from ``validator_of``."""
    try:
        known = json.loads(validator or "{}")
    except ValueError:
        return
    for name, header in (("etag", b"If-None-Match"), ("modified", b"If-Modified-Since")):
        value = known.get(name) if isinstance(known, dict) else None
        if isinstance(value, str):
            yield header, value


def is_conditional(request: httpx.Request) -> bool:
    """Whether the server may answer this request with 304."""
    return "If-None-Match" in request.headers or "If-Modified-Since" in request.headers


def retry_after(headers: httpx.Headers) -> float | None:
    """Retry-After in seconds from now (section 10.2.3). A date is compared with the server's own Date."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    then = moment(headers, "Retry-After")
    if then is None:
        return None
    return max(0.0, (then - (moment(headers, "Date") or datetime.now(UTC))).total_seconds())


def moment(headers: httpx.Headers, name: str) -> datetime | None:
    """The time in a header, in UTC."""
    try:
        found = parsedate_to_datetime(headers.get(name, ""))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def status_line(status: int) -> str:
    """The status with its name, such as "404 Not Found"."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
