"""Which format a dump has: told by its content, never by its name."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol, TypeVar

from digest.errors import DumpError
from digest.formats.decode import looks_like

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HEAD", "recognise"]

#: how many bytes from the beginning of a dump are looked at
HEAD = 64 * 1024


class _Recognising(Protocol):
    description: str

    def recognises(self, head: bytes) -> bool: ...


_Format = TypeVar("_Format", bound=_Recognising)
_logger = logging.getLogger(__name__)


def recognise(head: bytes, formats: Sequence[_Format], *, expected: str | None = None) -> _Format:
    """The first format that recognises the beginning of a dump.

    Raise DumpError with what it looks like and what was expected where none does: ``expected`` in few words, else all
    formats.
    """
    for form in formats:
        try:
            if form.recognises(head):
                return form
        except Exception:  # a format that fails on the dump of another must not stop it from being read
            _logger.exception("The format %s failed to say whether a dump is its own", getattr(form, "name", form))
    found = looks_like(head)
    if found == "empty":  # it is in no format that could be named
        raise DumpError("it is empty")
    if found.startswith("an HTML page"):
        found += ", perhaps an error or login page that was saved in its place"
    if found == "text":
        found = "text, and not laid out as a listing of papers is"
    expected = expected or " or ".join(form.description for form in formats) or "nothing, since no format is installed"
    raise DumpError(f"it is {found}; expected {expected}")
