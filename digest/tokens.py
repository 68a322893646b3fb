"""Signed tokens for links in mails: bound to one purpose, and checked without a look-up.

Nobody can make one without the secret. What is in one is not hidden: it is base64, for whoever has the link to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from itsdangerous import BadSignature, URLSafeSerializer

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Tokens"]


class Tokens:
    """Tokens for one purpose. ``secrets`` are the signing keys, oldest first: the last one signs, all are accepted."""

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        self._serializer = URLSafeSerializer(list(secrets), salt=purpose)

    def make(self, value: str) -> str:
        """A token for a value; the same value gives the same token."""
        return str(self._serializer.dumps(value))

    def read(self, token: str) -> str | None:
        """The value of a token that was made here for this purpose; None for any other text."""
        try:
            return str(self._serializer.loads(token))
        except BadSignature:
            return None
