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

from digest.errors import DumpError
from digest.formats.dates import whole_day
from digest.formats.excerpt import excerpt
from digest.formats.people import in_order
from digest.formats.references import begins_with, reference, whole_text
from digest.model import Paper, Reject
from digest.tex import name_to_unicode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import BinaryIO

    from bibtexparser.model import Entry, ParsingFailedBlock

    from digest.dump import DumpAbout

__all__ = ["BibTex"]

_TYPES = (
    "article|artwork|audio|bibnote|book|bookinbook|booklet|collection|comment|commentary|conference|dataset|electronic"
    "|image|inbook|incollection|inproceedings|inreference|jurisdiction|legislation|letter|manual|mastersthesis|misc"
    "|movie|music|mvbook|mvcollection|online|patent|performance|periodical|phdthesis|preamble|preprint|proceedings"
    "|reference|report|review|set|software|standard|string|suppbook|techreport|thesis|unpublished|video|www|xdata"
)
_ENTRY = re.compile(rf"^[ \t]*@(?:{_TYPES})[ \t]*[{{(]", re.IGNORECASE | re.MULTILINE)
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
_MONTHS = dict(
    zip("jan feb mar apr may jun jul aug sep oct nov dec".split(), map(str, range(1, 13)), strict=True)  # noqa: SIM905
)
#: characters of a value; @string lets one line stand for many, and each for many more
_LONGEST = 1 << 20
#: characters that all the names of a library may stand for, wherever they are used: as many as it may have itself
_MOST_OF_NAMES = 64 << 20


class BibTex:
    """The format of BibTeX libraries. A dump that ends within an entry gives a reject with ``cut`` for it."""

    name = "bibtex"
    description = "a BibTeX library"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether an entry of a known kind stands at the beginning of a line, with little before it."""
        return begins_with(_ENTRY, head)

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield each entry as a paper, or as a reject with its line.

        Raise DumpError for what has no entry at all, and for a library of more than 64 MiB, or whose names stand for
        more than that.
        """
        found = False
        for record in _records(whole_text(stream), about.as_of):
            found = True
            yield record
        if not found:
            raise DumpError("it has no entry such as @article{…}")


class _Names:
    """What names stand for: the months, and those that ``@string`` defines."""

    def __init__(self) -> None:
        self._meanings = dict(_MONTHS)
        self._room = _MOST_OF_NAMES

    def define(self, name: str, meaning: str) -> None:
        """Take a name in; the first meaning holds."""
        self._meanings.setdefault(name.lower(), meaning)

    def meaning(self, name: str) -> str:
        """What a name stands for; itself, where nobody defined it. DumpError where it was all too much."""
        found = self._meanings.get(name.lower())
        if found is None:
            return name
        # A value has an end, but a few KB have room for hundreds of values of such a length.
        self._room -= len(found)
        if self._room < 0:
            raise DumpError(f"its names (@string) stand for more than {_MOST_OF_NAMES >> 20} million characters")
        return found


def _records(text: str, listed: date | None) -> Iterator[Paper | Reject]:
    from bibtexparser.entrypoint import parse_string  # noqa: PLC0415 - what only BibTeX needs
    from bibtexparser.model import Entry, ImplicitComment, ParsingFailedBlock, String  # noqa: PLC0415

    # What it has to say of broken entries stands in the rejects.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    names = _Names()
    text = text.rstrip()  # once: it makes a copy, and what is asked of each comment is whether it is the end
    for block in parse_string(text, parse_stack=[]).blocks:
        # An entry whose key or one of whose fields stands twice is an entry all the same.
        whole = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else None
        one = whole or block
        line, raw = (block.start_line or 0) + 1, block.raw or ""
        if isinstance(one, String):
            names.define(one.key, _value(one.value, names))
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
        outside = len(_split(field.value, "=")) > 1 and not {"{", '"'}.isdisjoint(field.value)
        if outside or swallowed.search(field.value):
            reason = f"a comma or bracket may be missing at its field {excerpt(field.key)!r}"
            return Reject((field.start_line or 0) + 1, reason, excerpt(field.value))
    return None


def _paper(entry: Entry, names: _Names, listed: date | None) -> Paper | None:
    fields: dict[str, str] = {}
    for field in entry.fields:
        value = _value(field.value, names)
        if value.strip():
            fields.setdefault(field.key.lower(), value)

    def text(*keys: str) -> str:
        return next((fields[key] for key in keys if key in fields), "")

    title = name_to_unicode(text("title"))
    if subtitle := text("subtitle"):
        title = f"{title}: {name_to_unicode(subtitle)}"
    if not title.strip(" :"):
        return None
    at_arxiv = _plain(text("archiveprefix", "eprinttype")).lower() in {"", "arxiv"}
    people = (name for name in _people(text("author")) if name.lower() not in {"others", "et al."})
    return reference(
        title=title,
        abstract=name_to_unicode(text("abstract")),
        # A comma in the braces of a group is part of its name: {Google, Inc.}.
        authors=(name_to_unicode(one) if _is_braced(one) else in_order(name_to_unicode(one)) for one in people),
        published=whole_day(text("date")) or whole_day("-".join(map(text, ("year", "month", "day")))),
        listed=listed,
        ids=(*([_plain(text("eprint"))] if at_arxiv else []), _plain(text("doi"))),
        mentions=map(text, ("journal", "journaltitle", "volume", "number", "note", "howpublished", "pages")),
        addresses=[_plain(text("url"))],
        pdf=_plain(text("pdf")),
        categories=(category,) if at_arxiv and (category := text("primaryclass", "eprintclass").strip()) else (),
    )


def _value(written: str, names: _Names) -> str:
    """What a value means: ``{braces}`` and ``"quotes"`` taken off, names of strings replaced, joined at each ``#``."""
    parts: list[str] = []
    room = _LONGEST
    for part in _split(written, "#"):
        # Cut while they are put together: a line of names can stand for more than there is memory.
        parts.append(_part(part.strip(), names)[:room])
        room -= len(parts[-1])
        if room <= 0:
            break
    return "".join(parts)


def _part(part: str, names: _Names) -> str:
    if len(part) >= 2 and part[0] + part[-1] in ("{}", '""'):
        return part[1:-1]
    return names.meaning(part)


def _people(names: str) -> list[str]:
    r"""The names between "and"; one in braces is that of a group, and may have one of its own.

    >>> _people("Moor, Ada and {Sand and Silt Group}")
    ['Moor, Ada', '{Sand and Silt Group}']
    """
    # One space between words, before and behind: a run of them would be read again from each of its places.
    names = f" {' '.join(names.split())} "
    found: list[str] = []
    depth = begin = 0
    for place in re.finditer(r"\\.|[{}]| and(?= )", names, re.IGNORECASE):
        sign = place[0]
        if sign in "{}":
            depth = max(0, depth + (1 if sign == "{" else -1))
        elif sign[0] != "\\" and depth == 0:
            found.append(names[begin : place.start()])
            begin = place.end()
    return [name for name in (part.strip() for part in (*found, names[begin:])) if name]


def _is_braced(name: str) -> bool:
    """Whether braces enclose all of a name: ``{Google, Inc.}``, and not ``{Moor}, {Ada}``."""
    depth = 0
    for place in re.finditer(r"\\.|[{}]", name):
        if place[0] in "{}":
            depth += 1 if place[0] == "{" else -1
        if depth <= 0:
            return name.startswith("{") and place.end() == len(name)
    return False


def _split(written: str, separator: str) -> list[str]:
    """The parts of a value between a sign that stands in no braces and no quotes."""
    if separator not in written:
        return [written]
    parts: list[str] = []
    depth = begin = 0
    quoted = False
    for place in re.finditer(r'\\.|[{}"#=]', written, re.DOTALL):
        sign = place[0]
        if sign == '"' and depth == 0:
            quoted = not quoted
        elif sign in "{}":
            depth = max(0, depth + (1 if sign == "{" else -1))
        elif sign == separator and depth == 0 and not quoted:
            parts.append(written[begin : place.start()])
            begin = place.end()
    return [*parts, written[begin:]]


def _plain(text: str) -> str:
    r"""An address, a DOI or an id without ``\url{…}``, and with its own signs for ``\_`` and ``{\%}``."""
    if found := _URL.search(text):
        text = found[1]
    return re.sub(r"\\([_%&#~$])|[{}]", r"\1", text).strip()
