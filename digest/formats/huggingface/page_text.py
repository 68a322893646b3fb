"""A Daily Papers page copied as text: select all, copy, paste into a file.

    new                                            the head; any line of it can be missing
    Get trending papers in your email inbox!
    Subscribe
    Daily Papers
    byAK and the research community
    Nov 20

    Lantern: Drafting Ahead                        title
    We present …                                   abstract, on one line
      • 5 authors                                  the closing, in one layout only; in place of the authors an
    ·                                              organisation's handle and name: "glasswork-lab Glasswork Lab"
    Feb 11, 2025 2                                 a year where it is not the dump's own; the number of comments

Blank lines don't matter. In the layout without them the button's label is glued to the first title
("SubscribeLantern: …"). ``page_layout`` reads the structure; this module judges whether a text is such a page, and
makes papers of its records.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import median_low
from typing import TYPE_CHECKING

from digest.errors import DumpError
from digest.formats.decode import decode, looks_like
from digest.formats.huggingface.text_layout import Page, Record, read_page
from digest.formats.huggingface.text_lines import lines_of
from digest.model import Paper, Reject
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from digest.dump import DumpAbout
    from digest.formats.huggingface.text_lines import PageDate

__all__ = ["PageText"]

_MOST_BYTES = 64 * 2**20
_EXPECTED = "expected titles and abstracts in turn, as a Daily Papers page copied as text has them"
# A head with less text after it than this has no paper that was cut, but some message of the page.
_LEAST_OF_A_CUT_PAPER = 200  # characters
# Most abstracts are longer than this, and few paragraphs of letters and news are.
_LONG_ABSTRACT = 400  # characters


class PageText:
    """The format of a Daily Papers page copied as text.

    A dump that is cut short gives a reject with ``cut`` for its last paper. What can't be told: a date that is cut to
    another date ("Feb 11 2" to "Feb 1"), an abstract without closing that is cut at the end of a sentence, and a first
    title whose beginning is missing.
    """

    name = "page-text"
    description = "a Daily Papers page copied as text"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether the beginning has a page's head, a closed paper, or titles and abstracts in turn."""
        try:
            page = _read(head)
        except DumpError:
            return False
        return _has_head(page) or _has_closing(page) or _alternates(page)

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield the papers and rejects in the order of their lines.

        Raise DumpError for what is no such page, and for one of more than 64 MiB.
        """
        raw = stream.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise DumpError(f"it is larger than {_MOST_BYTES // 2**20} MiB; {_EXPECTED}")
        page = _read(raw)
        _judge(page)
        own_year = _year_of_papers(page) if about.as_of is None else about.as_of.year
        year = own_year or (about.modified.year if about.modified else None)
        for section in page.sections:
            listed = about.as_of or _day(section.date, own_year)
            for item in section.items:
                yield _paper(item, year, listed) if isinstance(item, Record) else item


def _read(raw: bytes) -> Page:
    """Read bytes as a page; DumpError for what is of another kind."""
    found = looks_like(raw[:4096])
    if found != "text":
        raise DumpError(f"it is {found}; {_EXPECTED}")
    text, cut = decode(raw)
    return read_page(lines_of(text), line_ended=text.endswith(("\n", "\r")), cut=cut)


# ------------------------------------------------------------------------------------------ is it such a page


def _judge(page: Page) -> None:
    """Raise DumpError for a text in which no paper can be trusted to be one."""
    if _has_head(page):
        if not page.records and not _has_cut_paper(page):
            raise DumpError(f"it has the head of a Daily Papers page, but no paper; {_EXPECTED}")
    elif not (_has_closing(page) or _alternates(page)):
        raise DumpError(f"it is text, but reads as no list of papers; {_EXPECTED}")


def _has_head(page: Page) -> bool:
    """Whether two lines of a head were met, its date among them; "new" and "Subscribe" stand on many other pages."""
    dated = any(section.date for section in page.sections)
    return len(page.chrome) + dated >= 2 and not page.chrome <= {"new", "button"}


def _has_closing(page: Page) -> bool:
    """Whether any paper is closed as only this page closes them."""
    return any(
        record.closing and not record.closing.only_date and (record.closing.date or record.closing.author_count)
        for record in page.records
    )


def _alternates(page: Page) -> bool:
    """Whether a text without head and closings has the look of titles and abstracts, and not of prose or a table."""
    records = page.records
    if len(records) < 2:
        return False
    cut_at = _cut_at(page)
    lines = sum(cut_at is None or line.number < cut_at for section in page.sections for line in section.lines)
    long_abstracts = sum(1 for record in records if record.abstract and len(record.abstract.text) >= _LONG_ABSTRACT)
    words = [record.title.text.split() for record in records]
    # "title: …", "- …": a list of another kind, whose lines begin alike.
    _, alike = Counter(words_of_title[0] for words_of_title in words).most_common(1)[0]
    return (
        2 * len(records) >= 0.8 * lines
        and 2 * long_abstracts > len(records)
        and median_low(map(len, words)) >= 4
        and (alike <= 0.8 * len(records) or len(records) == 2)
    )


def _has_cut_paper(page: Page) -> bool:
    """Whether enough is left of a last paper to tell it from a message of the page."""
    left = sum(len(line.text) for line in page.sections[-1].lines)
    return _cut_at(page) is not None and left >= _LEAST_OF_A_CUT_PAPER


def _cut_at(page: Page) -> int | None:
    """The line where the paper begins that the dump breaks off in."""
    last = page.sections[-1].items[-1:]
    return next((item.line for item in last if isinstance(item, Reject) and item.cut), None)


# ------------------------------------------------------------------------------------------------ its papers


def _paper(record: Record, year: int | None, listed: date | None) -> Paper:
    closing = record.closing
    return Paper(
        title=clean(record.title.text),
        abstract=clean(record.abstract.text) if record.abstract else "",
        author_count=closing.author_count if closing else None,
        organization=clean(closing.organization) if closing and closing.organization else None,
        published=_day(closing.date, year) if closing else None,
        listed=listed,
        comments=closing.comments if closing else None,
    )


def _year_of_papers(page: Page) -> int | None:
    """The dump's own year: the one after the latest that is written out."""
    years = (record.closing.date.year for record in page.records if record.closing and record.closing.date)
    latest = max((year for year in years if year), default=None)
    return latest + 1 if latest else None


def _day(shown: PageDate | None, year: int | None) -> date | None:
    """A date of the page as a day; None where its year is not known or there is no such day."""
    if shown is None:
        return None
    year = year if shown.year is None else shown.year
    try:
        return None if year is None else date(year, shown.month, shown.day)
    except ValueError:
        return None
