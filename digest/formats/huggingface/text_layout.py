"""How the lines of a Daily Papers page stand together: heads, titles, abstracts and closings.

A page is read by its structure. A closing ends the paper before it; between closings, and in the layouts that have
none, the cheapest reading decides: each line is a title, the abstract after it, or left out, and what looks least like
its part costs most.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from digest.formats.huggingface.text_lines import (
    LONG,
    Closing,
    Line,
    PageDate,
    abstract_cost,
    chrome,
    closing_part,
    cut_date,
    ends_whole,
    is_title,
    organization,
    reject_cost,
    title_cost,
    without_button,
)
from digest.model import Reject
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Page", "Record", "Section", "read_page"]

_EXCERPT = 80
_ORPHAN = "it belongs to a paper whose title and abstract are missing"
_UNFIT = "it is neither a title with its abstract nor a line that the page writes around them"


class Record(NamedTuple):
    """A paper as its lines."""

    title: Line
    abstract: Line | None
    closing: Closing | None = None


@dataclass(slots=True)
class Section:
    """One copied page: its head, and what comes after."""

    #: whether any line of the head was met
    headed: bool = False
    lines: list[Line] = field(default_factory=list)
    date: PageDate | None = None
    items: list[Record | Reject] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """A text that was read as one copied page, or as several in one file."""

    sections: list[Section]
    #: which lines of a head were met
    chrome: frozenset[str]

    @property
    def records(self) -> list[Record]:
        """The papers of all sections."""
        return [item for section in self.sections for item in section.items if isinstance(item, Record)]


def read_page(lines: Sequence[Line], *, line_ended: bool, cut: bool) -> Page:
    """Read lines as a page, whatever they are: whether it is one is for the caller to judge.

    ``line_ended`` is whether a line end follows the last line, ``cut`` whether the text ends within a character.
    """
    sections, met = _sections(lines)
    for section in sections:
        section.items.extend(_read_section(section))
    if sections:
        _mark_torn_start(sections[0])
        _mark_cut(sections[-1].items, line_ended=line_ended, cut=cut)
    return Page(sections, met)


def _sections(lines: Sequence[Line]) -> tuple[list[Section], frozenset[str]]:
    """Split at the heads, which are taken out."""
    sections = [Section()]
    met: set[str] = set()
    button_met = False
    for line, following in zip_longest(lines, lines[1:]):
        begun = bool(sections[-1].lines)
        name = chrome(line.text)
        if name == "new" and begun and not (following and chrome(following.text)):
            name = None
        if name is None:
            text = line.text if button_met else without_button(line.text)
            if text != line.text:
                button_met = True
                met.add("button")
            sections[-1].lines.append(Line(line.number, text))
            continue
        if begun:
            sections.append(Section())
            button_met = False
        sections[-1].headed = True
        button_met = button_met or name == "button"
        met.add(name)
    return sections, frozenset(met)


# ------------------------------------------------------------------------------------------- within a section


def _read_section(section: Section) -> Iterator[Record | Reject]:
    """The papers and rejects of a section in the order of their lines; notes the page's date."""
    begun = False
    for run, closing in _runs(section.lines):
        if closing and closing.only_date and not any(isinstance(item, Record) for item in _arrange(run)):
            # A date among lines that are no paper: the page's own, if it stands before the papers. Where no other
            # line of the head is left, it may be the rest of a closing as well, and says nothing.
            yield from map(_unfit, run)
            if begun:
                yield Reject(closing.line, _ORPHAN)
            elif section.headed and section.date is None:
                section.date = closing.date
        elif closing:
            begun = True
            yield from _closed(run, closing)
        else:
            yield from (item if isinstance(item, Record) else _unfit(item) for item in _arrange(run))


def _runs(lines: Sequence[Line]) -> Iterator[tuple[list[Line], Closing | None]]:
    """The lines up to each closing with the closing, and those after the last one with None."""
    run: list[Line] = []
    closing: Closing | None = None
    for line in lines:
        part = closing_part(line)
        if part and closing and (longer := closing.followed_by(part)):
            closing = longer
            continue
        if closing:
            yield run, closing
            run, closing = [], None
        if part:
            closing = part
        else:
            run.append(line)
    if run or closing:
        yield run, closing


def _closed(run: list[Line], closing: Closing) -> Iterator[Record | Reject]:
    """A run that a closing ends: its last paper has the closing."""
    if len(run) > 1 and closing.dot and closing.author_count is None and closing.organization is None:
        sure = len(run) > 2 and abstract_cost(run[-2].text) is not None
        if name := organization(run[-1].text, after_abstract=sure):
            run, closing = run[:-1], closing._replace(organization=name, line=run[-1].number)
    items = _arrange_closed(run)
    last = next((item for item in reversed(items) if isinstance(item, Record)), None)
    for item in items:
        if isinstance(item, Line):
            yield _unfit(item)
        else:
            yield item._replace(closing=closing) if item is last else item
    if last is None:
        yield Reject(closing.line, _ORPHAN)


def _arrange_closed(run: list[Line]) -> list[Record | Line]:
    match run:
        case [title] if is_title(title.text):
            return [Record(title, None)]
        case [title, abstract] if title_cost(title.text) is not None or len(abstract.text) > len(title.text):
            return [Record(title, abstract)]
    return _arrange(run)


def _arrange(run: Sequence[Line]) -> list[Record | Line]:
    """The cheapest reading of lines as titles, each with its abstract, and lines that are neither."""
    # best[n] is the cost of the first n lines; paired[n] says whether the last two of them are a paper.
    best, paired = [0], [False]
    before: int | None = None
    for number, line in enumerate(run):
        cost, is_pair = best[-1] + reject_cost(line.text), False
        abstract = abstract_cost(line.text)
        if before is not None and abstract is not None and best[number - 1] + before + abstract <= cost:
            cost, is_pair = best[number - 1] + before + abstract, True
        best.append(cost)
        paired.append(is_pair)
        before = title_cost(line.text)
    items: list[Record | Line] = []
    end = len(run)
    while end:
        if paired[end]:
            items.append(Record(run[end - 2], run[end - 1]))
            end -= 2
        else:
            items.append(run[end - 1])
            end -= 1
    return items[::-1]


def _unfit(line: Line) -> Reject:
    return Reject(line.number, _UNFIT, _excerpt(line))


def _excerpt(line: Line) -> str:
    return clean(line.text[: 2 * _EXCERPT])[:_EXCERPT]


# ---------------------------------------------------------------------------------------- the two ends


def _mark_torn_start(section: Section) -> None:
    """Say of an abstract, or the rest of one, that stands before everything else that its beginning is missing."""
    if section.headed or len(section.items) < 2:
        return
    first = section.items[0]
    if isinstance(first, Reject) and abstract_cost(section.lines[0].text) is not None:
        section.items[0] = replace(first, reason="the dump begins in the middle of this paper", cut=True)


def _mark_cut(items: list[Record | Reject], *, line_ended: bool, cut: bool) -> None:
    """Put one reject in the place of a last paper that the text breaks off in."""
    start = _cut_from(items, line_ended=line_ended, cut=cut)
    if start is None:
        return
    first = items[start]
    line, excerpt = (
        (first.line, first.excerpt) if isinstance(first, Reject) else (first.title.number, _excerpt(first.title))
    )
    items[start:] = [Reject(line, "the dump ends in the middle of this paper", excerpt, cut=True)]


def _cut_from(items: Sequence[Record | Reject], *, line_ended: bool, cut: bool) -> int | None:
    """Where the items of a paper that is cut short begin; None where the last one is whole."""
    closed = [(n, item.closing) for n, item in enumerate(items) if isinstance(item, Record) and item.closing]
    if closed:
        last, closing = closed[-1]
        # Where closings have dates, one without is cut; what is left of its date is no paper.
        undated = closing.date is None and (len(closed) == 1 or any(other.date for _, other in closed))
        if undated and all(isinstance(item, Reject) and cut_date(item.excerpt) for item in items[last + 1 :]):
            return last
        # At most a title, an abstract and a piece of a closing are left of a paper.
        start, most = last + 1, 3
    else:
        start, most = 0, 2
    rest = items[start:]
    at = next((n for n in reversed(range(len(rest))) if isinstance(rest[n], Record)), None)
    loose = len(rest) if at is None else len(rest) - 1 - at
    if at is not None and loose <= bool(closed):
        return start + at if closed or not _ends_whole(rest[at], line_ended=line_ended, cut=cut) else None
    return len(items) - loose if 0 < loose <= most else None


def _ends_whole(record: Record | Reject, *, line_ended: bool, cut: bool) -> bool:
    """Whether the last paper of a page without closings is whole, as far as it can be told."""
    if cut or not isinstance(record, Record) or record.abstract is None:
        return False
    abstract = record.abstract.text
    return ends_whole(abstract) or (line_ended and len(abstract) >= LONG)
