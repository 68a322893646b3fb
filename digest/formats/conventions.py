"""How listings write what has no field of its own: days with and without a time, names in one string, withdrawal."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

from digest.text import clean

__all__ = ["day", "names", "withdrawn"]

_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
_BETWEEN_NAMES = re.compile(r"\s*[,;:]\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)
_ET_AL = re.compile(r"\s*\bet al\b\.?\s*\Z", re.IGNORECASE)

_WORK = r"(?:paper|article|submission|manuscript|preprint|e-?print|work|report|note)"
_WITHDRAWN = re.compile(
    rf"(?:\A|[.;!?]\s+)\W*(?:this|the|our)\s+(?:arxiv\s+)?{_WORK}\s+(?:has\s+been|is|was)\s+(?:\w+ly\s+)?withdrawn\b"
    r"(?!\s+from\s+(?!(?:the\s+)?arxiv))",
    re.IGNORECASE,
)
_WITHDRAWN_COMMENT = re.compile(
    rf"\A\W*(?:{_WORK}\s+)?(?:has\s+been\s+)?withdrawn\b(?!\s+from\s+(?!(?:the\s+)?arxiv))", re.IGNORECASE
)


def day(text: str) -> date | None:
    """The day that an ISO 8601 or RFC 822 date means, in UTC where it is an instant; None where it is none.

    Midnight is how a feed writes a day without a time: "Wed, 20 Aug 2025 00:00:00 +0200" is the 20th.
    """
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    if moment.tzinfo is None or moment.time() == time():
        return moment.date()
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:
        return None


def names(text: str) -> tuple[str, ...]:
    """The authors of a string as arXiv writes it: "Ada Moor (Fen College, Ely), B. Reed and C. Sedge Jr."

    Affiliations in parentheses are no part of a name.
    """
    text = clean(text)
    # arXiv nests them twice: "((1) Fen College, (2) Heath Institute (Ely))".
    for _ in range(4):
        text = _PARENTHESIS.sub("", text)
    found: list[str] = []
    for part in _BETWEEN_NAMES.split(text):
        name = _ET_AL.sub("", part).strip()
        if found and _SUFFIX.fullmatch(name):
            found[-1] += f" {name}"
        elif name:
            found.append(name)
    return tuple(found)


def withdrawn(abstract: str, comment: str = "") -> bool:
    """Whether a paper says, as arXiv's do, that it was withdrawn. Both texts are clean."""
    if "ithdr" not in abstract and "ithdr" not in comment:
        return False
    return bool(_WITHDRAWN.search(abstract) or _WITHDRAWN.search(comment) or _WITHDRAWN_COMMENT.match(comment))
