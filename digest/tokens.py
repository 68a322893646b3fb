"""Signed tokens for links in mails. Each is valid for one purpose and is checked without the database.

Nobody can make a token without the secret. Its content is not secret: it is base64 that anyone with the link can read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsdangerous import BadSignature, URLSafeSerializer

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Tokens"]


class Tokens:
    """Tokens for one purpose. ``secrets`` are the signing keys, oldest first. The last one signs; all are accepted."""

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        self._serializer = URLSafeSerializer(list(secrets), salt=purpose)

    def make(self, value: str) -> str:
        """Make the token for a value. The same value always gives the same token."""
        return str(self._serializer.dumps(value))

    def read(self, token: str) -> str | None:
        """Return the value of a token; None if the token was not made for this purpose with one of our secrets."""
        try:
            return str(self._serializer.loads(token))
        except BadSignature:
            return None
