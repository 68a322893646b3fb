"""The lines of a Daily Papers page copied as text, each by itself: what the page wrote around the papers, and how far
a line looks like a title or an abstract.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from digest.errors import DumpError

__all__ = [
    "LONG",
    "Closing",
    "Line",
    "PageDate",
    "abstract_cost",
    "chrome",
    "closing_part",
    "cut_date",
    "ends_whole",
    "is_title",
    "lines_of",
    "organization",
    "reject_cost",
    "title_cost",
    "without_button",
]

#: an abstract of so many characters can be nothing else
LONG = 250
_LONGEST_TITLE = 300
# No line of the page's own is longer; abstracts need not be looked at.
_LONGEST_CHROME = 160

_ZERO_WIDTH = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_LINE = re.compile(r"[^\r\n]+")
_MOST_LINES = 500_000


class Line(NamedTuple):
    """A line that is not blank. ``number`` counts from 1, blank ones too."""

    number: int
    text: str


def lines_of(text: str) -> list[Line]:
    """The lines that are not blank, without what can't be seen at either end.

    Raise DumpError where there are more than half a million.
    """
    lines = []
    number, end = 1, 0
    for found in _LINE.finditer(text):
        between = text[end : found.start()]
        number += between.count("\n") + between.count("\r") - between.count("\r\n")
        end = found.end()
        if line := found[0].strip().strip(_ZERO_WIDTH).strip():
            lines.append(Line(number, line))
            if len(lines) > _MOST_LINES:
                raise DumpError(f"it has more than {_MOST_LINES:,} lines, as no page has")
    return lines


# ------------------------------------------------------------------------------------------------ the head

_CHROME = {
    "new": r"new",
    "inbox": r"(?:new ?)?get trending papers in your (?:e-?mail )?inbox\b.{0,40}",
    "button": r"subscribe",
    "heading": r"daily papers",
    "byline": r"(?:daily papers ?)?by ?\w{1,20} and the research community",
}
_CHROME_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _CHROME.items()}
_BUTTON = "Subscribe"
_WORDS_WITH_BUTTON = re.compile(r"Subscribe(?:$|\s|[rd]s?\b|s\b|[^\w\s])")


def chrome(text: str) -> str | None:
    """Which line of the page's head this is: "new", "inbox", "button", "heading" or "byline"."""
    if len(text) > _LONGEST_CHROME:
        return None
    text = " ".join(text.split())  # no-break spaces too
    return next((name for name, pattern in _CHROME_PATTERNS.items() if pattern.fullmatch(text)), None)


def without_button(text: str) -> str:
    """A first title without the button's label that is glued to it: "SubscribeApproximating the …"."""
    if text.startswith(_BUTTON) and not _WORDS_WITH_BUTTON.match(text):
        return text.removeprefix(_BUTTON)
    return text


# -------------------------------------------------------------------------------------------- the closings

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_MONTH_NUMBERS = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, len(name))}
_MONTH_NUMBERS["sept"] = 9

_MONTH = rf"(?:{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})"
# The bullet may be spoilt by a wrong encoding, or by a cut in the middle of it.
_AUTHORS = r"(?:[•·●∙*-]\s*|\S{1,3}\s+)?(?P<count>\d{1,6})\s+authors?"
_ORGANIZATION = r"(?P<organization>[A-Za-z0-9][\w.-]*(?:\s+\S.{0,90}?)?)"
_DOT = r"(?P<dot>[·•∙⋅・])"
_COUNT = r"(?P<comments>\d{1,3}(?:,\d{3}){1,2}|\d{1,7})"
_DATE = rf"(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:,\s*(?P<year>\d{{4}}))?(?:\s+{_COUNT})?"
_PARTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _DATE,
        rf"{_DOT}(?:\s*{_DATE})?",
        rf"{_AUTHORS}(?:\s*{_DOT}(?:\s*{_DATE})?)?",
        rf"{_ORGANIZATION}\s*{_DOT}\s*{_DATE}",
    )
)
_CUT_DATE = re.compile(rf"{_MONTH}\.?(?:\s+\d{{1,2}},(?:\s*\d{{0,3}})?)?", re.IGNORECASE)


class PageDate(NamedTuple):
    """A date as the page shows it: one without a year lies in the dump's own year."""

    month: int
    day: int
    year: int | None


class Closing(NamedTuple):
    """What stands after a paper's abstract, or a part of it. ``line`` is where it begins."""

    line: int
    author_count: int | None = None
    organization: str | None = None
    #: whether it has the "·" between authors and date
    dot: bool = False
    date: PageDate | None = None
    comments: int | None = None

    @property
    def only_date(self) -> bool:
        """Whether this may as well be the page's date."""
        return not (self.dot or self.organization) and self.author_count is None

    def followed_by(self, part: Closing) -> Closing | None:
        """This part and the next one as one closing; None where a new closing begins."""
        if self.date or (self.author_count is not None and part.author_count is not None) or part.organization:
            return None
        count = self.author_count if part.author_count is None else part.author_count
        return Closing(self.line, count, self.organization, self.dot or part.dot, part.date, part.comments)


def closing_part(line: Line) -> Closing | None:
    """A line of a closing: "• 5 authors", "·", "May 4", "Oct 11, 2023", "Feb 11 2", or several on one line."""
    if len(line.text) > _LONGEST_CHROME:
        return None
    found = next((match for pattern in _PARTS if (match := pattern.fullmatch(line.text))), None)
    if found is None:
        return None
    part = found.groupdict()
    shown = None
    if part.get("month"):
        shown = PageDate(_MONTH_NUMBERS[part["month"].lower()], int(part["day"]), _number(part["year"]))
    named = part.get("organization")
    return Closing(
        line=line.number,
        author_count=_number(part.get("count")),
        organization=named.split(maxsplit=1)[-1] if named else None,
        dot=bool(part.get("dot")),
        date=shown,
        comments=_number(part.get("comments")),
    )


def _number(digits: str | None) -> int | None:
    return int(digits.replace(",", "")) if digits else None


def cut_date(text: str) -> bool:
    """Whether this may be the beginning of a date: "Oc", "Oct 11, 20"."""
    return any(text and name.startswith(text.lower()) for name in _MONTHS) or bool(_CUT_DATE.fullmatch(text[:20]))


_NAMED = re.compile(_ORGANIZATION)


def organization(text: str, *, after_abstract: bool) -> str | None:
    """The name in an organisation's line, which is its handle and its name: "furiosa-ai FuriosaAI".

    Where what stands before it is no sure abstract, handle and name must be alike.
    """
    if len(text) > _LONGEST_CHROME or not _NAMED.fullmatch(text) or text.isnumeric():
        return None
    handle, *name = text.split(maxsplit=1)
    if after_abstract or (name and _letters(handle)[:3] == _letters(name[0])[:3]):
        return name[0] if name else handle
    return None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


# ------------------------------------------------------------------------------------ titles and abstracts

_WHOLE = re.compile(
    r"[.!?…。][)\]}\"'”’»*$]*\Z"  # a sentence's end, with the marks that may close after it
    r"|(?:https?://[\w-]+\.|www\.|\b[\w-]+\.(?:com|org|io|net|edu|ai)/)\S*\Z"
    r"|\{\w+\}\Z|\bthis https? URL\)?\Z"
)
_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|et al|vs|cf|resp|approx|w\.r\.t|Fig|Eq|Sec)\.\Z")


def ends_whole(text: str) -> bool:
    """Whether a text ends as abstracts do: with a sentence, or with an address."""
    end = text[-300:]
    return bool(_WHOLE.search(end)) and not _ABBREVIATED.search(end)


def is_title(text: str) -> bool:
    """Whether a line alone before a closing is a title, its abstract being empty."""
    return title_cost(text) == 0 and "://" not in text and (" " in text or text[0].isupper())


def title_cost(text: str) -> int | None:
    """How badly a line reads as a title: 0 is well, None not at all."""
    if len(text) > _LONGEST_TITLE:
        return None
    sentence = text.endswith(".") and not text.endswith("..")
    return 10 * sentence + 5 * (len(text) > LONG)


def abstract_cost(text: str) -> int | None:
    """How badly a line reads as an abstract."""
    if len(text) >= LONG:
        return 0
    if not ends_whole(text) or len(text.split(maxsplit=2)) < 3:
        return None
    return 5 if len(text) >= LONG // 2 else 9


def reject_cost(text: str) -> int:
    """How bad it is to leave a line out."""
    return 20 if len(text) >= LONG else 10
