"""The records of a dump, whatever its format does on the way: what is wrong with one dump costs that dump alone."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from digest.compression import BrokenArchive
from digest.errors import DigestError, DumpError
from digest.model import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from digest.dump import Dump
    from digest.model import Paper
    from digest.pipeline.protocols import Format

__all__ = ["costs_the_dump", "records_of"]

_logger = logging.getLogger(__name__)


def records_of(form: Format, stream: BinaryIO, dump: Dump) -> Iterator[Paper | Reject]:
    """Yield what a format makes of a dump, up to where an archive is cut or damaged, and a reject that says so.

    Raise DumpError for whatever the format raises; what nobody expected is logged whole.
    """
    try:
        with costs_the_dump(dump, f"the format {form.name}"):
            yield from form.read(stream, dump.about)
    except BrokenArchive as error:
        yield Reject(None, str(error), cut=True)


@contextmanager
def costs_the_dump(dump: Dump, what: str) -> Iterator[None]:
    """Turn what nobody expected into a DumpError, and log it whole."""
    try:
        yield
    except (DigestError, OSError):
        raise
    except Exception as error:
        _logger.exception("%s: %s failed on it", dump.name, what)
        raise DumpError(f"{what} failed on it: {type(error).__name__}: {str(error)[:200]}") from error
