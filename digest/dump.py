"""A dump: a listing of papers as it came, before anybody has read it."""

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
    """What is known of a dump beside its bytes."""

    #: the day it was taken, where somebody said so
    as_of: date | None = None
    #: when its file was written, or the server's Last-Modified
    modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """A dump that can be opened."""

    #: unique within its source and the same on the next day: a path, a URL
    name: str
    #: gives a new stream from the beginning
    open: Callable[[], BinaryIO]
    about: DumpAbout
    #: tells this version from the next one (an ETag, a size and time); None where nothing does
    validator: str | None = None
