"""Remove secrets from URLs, for receipts, logs, errors and JSON.

The result is also the name of a dump in the database, so the same listing must always give the same result.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

__all__ = ["shown"]

_HIDDEN = "…"
_AUTHORITY = re.compile(r"(?P<scheme>[^:/?#]*://)(?P<user>[^/?#]*@)?")
# Names of parameters that hold a secret: token, api_key, apikey, X-Amz-Signature, sig, password, …
_SECRET_NAME = re.compile(
    r"(^|[-_.])(access|api|app|auth|client|private|session|user)?[-_.]?"
    r"(auth|authorization|credentials?|hash|hmac|jwt|key|pass|passwd|password|pw|pwd|secret|sid|sig|signature|token)s?$",
    re.IGNORECASE,
)
# A generated value: a UUID, or 20 characters or more in a row with both letters and digits. Dates are shorter, and the
# words of a query have spaces between them.
_SECRET_VALUE = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{20,}", re.IGNORECASE
)


def shown(url: str) -> str:
    """The URL without user name and password, and without secret values in its query."""
    url = _AUTHORITY.sub(lambda found: found["scheme"], url, count=1)
    place, mark, rest = url.partition("?")
    if not mark:
        return url
    query, hash_mark, fragment = rest.partition("#")
    return f"{place}?{'&'.join(map(_shown_pair, query.split('&')))}{hash_mark}{fragment}"


def _shown_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:  # a token alone: ?d2f81c…
        return _HIDDEN if _SECRET_VALUE.search(unquote_plus(name)) else pair
    secret = _SECRET_NAME.search(unquote_plus(name)) or _SECRET_VALUE.search(unquote_plus(value))
    return f"{name}={_HIDDEN}" if secret and value else pair
