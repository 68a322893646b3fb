"""Web addresses without their secrets: what receipts, logs, errors and JSON have of them.

Such an address is also the name under which a dump is remembered, so it stays the same for the same listing.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

__all__ = ["shown"]

_HIDDEN = "…"
_AUTHORITY = re.compile(r"(?P<scheme>[^:/?#]*://)(?P<user>[^/?#]*@)?")
# Names of parameters that carry a secret: token, api_key, apikey, X-Amz-Signature, sig, password, …
_SECRET_NAME = re.compile(
    r"(^|[-_.])(access|api|app|auth|client|private|session|user)?[-_.]?"
    r"(auth|authorization|credentials?|hash|hmac|jwt|key|pass|passwd|password|pw|pwd|secret|sid|sig|signature|token)s?$",
    re.IGNORECASE,
)
# A value that a machine made: a UUID, or 20 letters and digits or more in a row, both among them. Dates are shorter,
# and the words of a query have spaces between them.
_SECRET_VALUE = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{20,}", re.IGNORECASE
)


def shown(url: str) -> str:
    """A URL without a user's name and password, and without the values in its query that are secrets."""
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
