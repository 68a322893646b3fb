"""Numbers, and names of sources, as people read them. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["names", "plural", "public_source", "without_places"]

_URL = re.compile(r"https?://[^\s,;]+")
#: a path from the root, from a home or from a drive: all of it but its last part
_FOLDERS = re.compile(r"(?<![\w.:/~\\])(?:~|[A-Za-z]:)?[/\\](?:[^\s/\\:;,]+[/\\])*(?=[^\s/\\])")


def plural(number: int, one: str, many: str | None = None) -> str:
    """``1 paper``, ``2,000 papers``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def names(sentence: str, source: str) -> bool:
    """Whether a sentence about a source contains its name, so that it need not be put in front."""
    return sentence.startswith(f"{source} ") or f" {source};" in sentence or sentence.endswith(f" {source}")


def public_source(name: str) -> str:
    """A source's name for the public: of a path its last part, of a URL its host.

    A dump that was named on the command line has its path for a source, and a path may say whose disk it is.
    """
    if name == "-":
        return "standard input"
    if name.startswith(("http://", "https://")):
        return _host(name)
    return re.split(r"[/\\]", name)[-1] or "a file"


def without_places(text: str) -> str:
    """The text with each path cut to its last part, and each URL to its host."""
    parts = re.split(f"({_URL.pattern})", text)
    return "".join(_host(part) if number % 2 else _FOLDERS.sub("", part) for number, part in enumerate(parts))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "a web page"
    except ValueError:
        return "a web page"
