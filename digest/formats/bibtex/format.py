r"""BibTeX and BibLaTeX: what reference managers export, and arXiv's and journals' pages offer under "cite".

    @article{moor2026, title = {Tidal {C}locks}, author = {Moor, Ada and N{\"o}llenburg, B.}, year = 2026,
             eprint = {2611.04217}, archivePrefix = {arXiv}, abstract = {Snails open early.}}

bibtexparser 2.1 (MIT) splits the text into entries and fields; it goes on at the next ``@`` at a line's beginning after
an entry that is broken, and was seen to take linear time on whatever was given to it. Its middleware is not used: it
knows no concatenation (``"a" # b``), and gives up entries whose key stands twice or has a field twice, as half of all
libraries have. What is wrong with its reading of ``\\}`` (its issue 598) costs one entry.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from digest.formats.bibtex.authors import authors
from digest.formats.bibtex.entries import ENTRY, KNOWN_ENTRY, well_begun
from digest.formats.bibtex.escapes import unescaped
from digest.formats.bibtex.strings import Strings, split_outside, value
from digest.formats.dates import month_number, whole_day
from digest.formats.excerpt import excerpt
from digest.formats.references import begins_with, reference, some_records, whole_text
from digest.model import Paper, Reject
from digest.tex import name_to_unicode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import BinaryIO

    from bibtexparser.model import Entry, ParsingFailedBlock

    from digest.dump import DumpAbout

__all__ = ["BibTex"]

# The beginning of an entry, of which no more has come.
_BEGUN = re.compile(r"@\w*\s*\Z")
# Another field within the brackets of one. A line's own white space only stands before it: lines that are blank would
# each be read again from the one before.
_BEGINS = (
    r"[^\S\n]*(?:title|author|editor|journal|booktitle|abstract|year|date|month|doi|url|eprint|publisher|volume|pages)"
    r"\s*="
)
_FIELD = rf'{_BEGINS}\s*[{{"]'
_SWALLOWED = re.compile(rf"(?:^|,){_FIELD}", re.IGNORECASE | re.MULTILINE)
_SWALLOWED_IN = {
    # It may say "we set x = {3}, date = {today}" itself; that it also begins a line with it is less likely.
    "abstract": re.compile(rf"^{_FIELD}", re.IGNORECASE | re.MULTILINE),
    # No line of it begins like a field, even where what encloses the field is garbled as well.
    "title": re.compile(rf"^{_BEGINS}|,{_FIELD}", re.IGNORECASE | re.MULTILINE),
}
# \url{…}, in which braces may stand. Neither loop gives back what it took, for that would take time without end.
_URL = re.compile(r"\\url\s*+\{((?:[^{}]++|\{[^{}]*+\})*+)\}")
_CUT = "the library breaks off in this entry"


class BibTex:
    """The format of BibTeX libraries. A dump that ends within an entry gives a reject with ``cut`` for it."""

    name = "bibtex"
    description = "a BibTeX library"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether an entry begins a line, with little before it but comments."""
        return begins_with(head, KNOWN_ENTRY, ENTRY)

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield each entry as a paper, or as a reject with its line.

        Raise DumpError for what has no entry at all, and for a library of more than 64 MiB, or whose names expand to
        more than that.
        """
        records = _records(whole_text(stream), about.as_of)
        yield from some_records(records, "it has no entry such as @article{…}")


def _records(text: str, listed: date | None) -> Iterator[Paper | Reject]:
    from bibtexparser.entrypoint import parse_string  # noqa: PLC0415 - what only BibTeX needs
    from bibtexparser.model import Entry, ImplicitComment, ParsingFailedBlock, String  # noqa: PLC0415

    # What it logs about broken entries is in the rejects.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    names = Strings()
    text = well_begun(
        text.rstrip()
    )  # once: it makes a copy, and what is asked of each comment is whether it is the end
    for block in parse_string(text, parse_stack=[]).blocks:
        # An entry whose key or one of whose fields stands twice is an entry all the same.
        whole = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else None
        one = whole or block
        line, raw = (block.start_line or 0) + 1, block.raw or ""
        if isinstance(one, String):
            names.define(one.key, value(one.value, names))
        elif isinstance(one, Entry):
            if one.entry_type.lower() != "xdata":
                yield _joined(one) or _paper(one, names, listed) or Reject(line, "it has no title", excerpt(raw))
        elif isinstance(one, ParsingFailedBlock):
            yield _broken(one, line, raw)
        elif isinstance(one, ImplicitComment) and _BEGUN.search(raw) and text.endswith(raw):
            yield Reject(line + raw.count("\n"), _CUT, excerpt(raw), cut=True)


def _broken(block: ParsingFailedBlock, line: int, raw: str) -> Reject:
    if "end of file" in getattr(block.error, "abort_reason", ""):
        return Reject(line, _CUT, excerpt(raw), cut=True)
    return Reject(line, "it is no whole entry: a bracket, quote or comma is missing", excerpt(raw))


def _joined(entry: Entry) -> Reject | None:
    """A reject where a comma or bracket may be missing: a value has swallowed a field, ``{Tides} author = {Moor}``."""
    for field in entry.fields:
        swallowed = _SWALLOWED_IN.get(field.key.lower(), _SWALLOWED)
        outside = len(split_outside(field.value, "=")) > 1 and not {"{", '"'}.isdisjoint(field.value)
        if outside or swallowed.search(field.value):
            reason = f"a comma or bracket may be missing at its field {excerpt(field.key)!r}"
            return Reject((field.start_line or 0) + 1, reason, excerpt(field.value))
    return None


def _paper(entry: Entry, names: Strings, listed: date | None) -> Paper | None:
    fields: dict[str, str] = {}
    for field in entry.fields:
        written = value(field.value, names)
        if written.strip():
            fields.setdefault(field.key.lower(), written)

    def text(*keys: str) -> str:
        return next((fields[key] for key in keys if key in fields), "")

    title = name_to_unicode(unescaped(text("title")))
    if subtitle := text("subtitle"):
        title = f"{title}: {name_to_unicode(unescaped(subtitle))}"
    if not title.strip(" :"):
        return None
    at_arxiv = _plain(text("archiveprefix", "eprinttype")).lower() in {"", "arxiv"}
    return reference(
        title=title,
        abstract=name_to_unicode(unescaped(text("abstract"))),
        authors=authors(text("author")),
        published=_published(text("date"), text("year"), text("month"), text("day")),
        listed=listed,
        ids=(
            *([_plain(text("eprint"))] if at_arxiv else []),
            *(_plain(text(key)) for key in ("arxivid", "arxiv", "doi")),
        ),
        mentions=map(text, ("journal", "journaltitle", "volume", "number", "note", "howpublished", "pages")),
        addresses=_addresses(text("url")),
        pdf=_plain(text("pdf")),
        remark=name_to_unicode(text("note", "comment", "annote")),
        categories=(category,) if at_arxiv and (category := text("primaryclass", "eprintclass").strip()) else (),
    )


def _published(whole: str, year: str, month: str, day: str) -> date | None:
    """The day of an entry; None where its fields say less than a day."""
    month = month.replace("~", " ").strip()
    if not day.strip() and len(parts := re.split(r"[\s,./-]+", month)) == 2:
        # "17~" # nov, nov # "~17", "November 17"
        parts = [part.rstrip(".") for part in parts]
        day, month = sorted(parts, key=lambda part: not part.isdecimal())
        if month.isdecimal():  # 17/11: which is the month?
            return None
    number = month_number(month)
    told = f"{year.strip()}-{number}-{day.strip().rstrip('.')}" if number else ""
    return whole_day(whole) or whole_day(told)


def _plain(text: str) -> str:
    r"""An address, a DOI or an id without ``\url{…}``, and with its own signs for ``\_`` and ``{\%}``."""
    if found := _URL.search(text):
        text = found[1]
    return re.sub(r"\\([_%&#~$])|[{}]", r"\1", text).strip()


def _addresses(text: str) -> list[str]:
    """The addresses of a field that may have several."""
    return [found.rstrip(",;") for found in _plain(text).split()]
