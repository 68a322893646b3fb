"""A dump: a listing of papers as it came from its source, not yet parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from typing import BinaryIO

__all__ = ["Dump", "DumpAbout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpAbout:
    """What is known about a dump besides its bytes."""

    #: the day it was taken, if the user or the source said so
    as_of: date | None = None
    #: when its file was written, or the server's Last-Modified
    modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """A dump that can be opened."""

    #: a path or a URL; unique within its source, and the same on the next day
    name: str
    #: returns a new stream from the beginning
    open: Callable[[], BinaryIO]
    about: DumpAbout
    #: changes when the content changes, such as an ETag, or a size and time; None if there is no such thing
    validator: str | None = None
