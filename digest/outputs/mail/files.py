"""Mail written into a folder, to be opened with any mail program or in a browser."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from digest.errors import DeliveryError
from digest.files import tighten, write_atomically
from digest.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from digest.outputs.mail.message import Message

__all__ = ["FilesTransport", "mail_file"]

#: bytes; file systems allow 255 for a name
_LONGEST_NAME = 200


class FilesTransport:
    """Writes ``<folder>/<date>/<address>.eml``, and beside it the HTML part as ``.html``: private files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def connection(self) -> Iterator[FilesTransport]:
        """Nothing has to be opened, but mails of earlier versions could be read by everybody."""
        try:
            tighten(self._folder)
        except OSError as error:
            raise DeliveryError(f"{self._folder} cannot be looked into: {error.strerror or error}") from error
        yield self

    def send(self, message: Message) -> DeliveryState:
        """Write one message; raise DeliveryError if the folder can't be written."""
        mail, html = (mail_file(self._folder, message.date, message.address, ending) for ending in (".eml", ".html"))
        try:
            write_atomically(mail, message.content, private=True)
            # No encoding has lone surrogates; they must not cost the mail.
            write_atomically(html, message.html.encode("utf-8", "replace"), private=True)
        except OSError as error:
            raise DeliveryError(f"the mail cannot be written to {mail.parent}: {error.strerror or error}") from error
        return DeliveryState.WRITTEN


def mail_file(folder: Path, date: date, address: str, ending: str) -> Path:
    """The file of a mail below a folder: ``.eml``, or ``.html`` to look at."""
    return folder / date.isoformat() / f"{_file_name(address)}{ending}"


def _file_name(address: str) -> str:
    """The address as a file name; characters that mean something to a path or a shell are percent-encoded."""
    name = quote(address, safe="@+", errors="replace")
    if name.startswith("."):
        name = "%2E" + name[1:]
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[:_LONGEST_NAME]}~{hashlib.blake2b(address.encode(errors='replace'), digest_size=8).hexdigest()}"
