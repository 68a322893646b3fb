"""Mail written into a folder, to be opened with any mail program or looked at in a browser."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from digest.errors import DeliveryError
from digest.files import write_atomically
from digest.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from digest.config import MailSettings
    from digest.model import Message

__all__ = ["FilesDeliverer", "mail_file"]

#: bytes; file systems take 255 for a name
_LONGEST_NAME = 200


class FilesDeliverer:
    """Writes ``<folder>/<date>/<address>.eml``, and beside it the HTML part as ``.html``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def from_settings(cls, mail: MailSettings, output: Path) -> FilesDeliverer:  # noqa: ARG003 - one shape for all kinds
        """Write into ``mail/`` below the output folder."""
        return cls(output / "mail")

    @contextmanager
    def session(self) -> Iterator[FilesDeliverer]:
        """Nothing has to be opened."""
        yield self

    def send(self, message: Message) -> DeliveryState:
        """Write one message; raise DeliveryError where the folder can't be written."""
        mail, html = (mail_file(self.folder, message.date, message.address, ending) for ending in (".eml", ".html"))
        try:
            write_atomically(mail, message.content)
            # A lone surrogate is in no encoding; it must not cost the mail.
            write_atomically(html, message.html.encode("utf-8", "replace"))
        except OSError as error:
            raise DeliveryError(f"the mail cannot be written to {mail.parent}: {error.strerror or error}") from error
        return DeliveryState.WRITTEN


def mail_file(folder: Path, date: date, address: str, ending: str) -> Path:
    """Where the mail of a date to an address stands below a folder: ``.eml``, or ``.html`` to look at."""
    return folder / date.isoformat() / f"{_file_name(address)}{ending}"


def _file_name(address: str) -> str:
    """The address where it can be a file's name; what a path or a shell reads as its own is percent-encoded."""
    name = quote(address, safe="@+", errors="replace")
    if name.startswith("."):
        name = "%2E" + name[1:]
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[:_LONGEST_NAME]}~{hashlib.blake2b(address.encode(errors='replace'), digest_size=8).hexdigest()}"
