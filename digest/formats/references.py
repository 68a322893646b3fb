"""What the libraries of reference managers share, whatever their format.

How they are read as text, names turned round, days, and places that tell an arXiv id.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.errors import DumpError
from digest.formats.decode import decode, looks_like
from digest.formats.ids import arxiv_id, arxiv_links, doi, doi_link, web_url
from digest.formats.sites import site_ids
from digest.formats.withdrawal import withdrawn
from digest.model import Links, Paper
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from typing import BinaryIO

    from digest.model import Reject

__all__ = ["begins_with", "reference", "some_records", "whole_text"]

_MOST_BYTES = 64 * 2**20
#: lines that may stand before the first record: what wrote it, and when
_LINES_BEFORE = 20
_COMMENT = re.compile(r"\s*(?:%|#|//|/\*|\*|;|--|@comment\b)", re.IGNORECASE)

# "arXiv preprint arXiv:2611.04217v2 [cs.LG]" in a journal's place, "abs/2611.04217" in a volume's.
_MENTION = re.compile(r"\b(?:arxiv\s*:\s*|abs/)[\w./-]{7,40}", re.IGNORECASE)


def begins_with(head: bytes, *records: re.Pattern[str]) -> bool:
    """Whether a record begins in the head of a dump, with little before it but comments."""
    if looks_like(head[:4096]) != "text":
        return False
    try:
        text = _with_newlines(decode(head).text)
    except DumpError:
        return False
    first = min((found.start() for record in records if (found := record.search(text))), default=None)
    if first is None:
        return False
    before = [line for line in text[:first].split("\n") if line.strip()]
    remarks = sum(_COMMENT.match(line) is not None for line in before)
    return len(before) - remarks <= _LINES_BEFORE


def some_records(records: Iterable[Paper | Reject], missing: str) -> Iterator[Paper | Reject]:
    """Yield the records of a file; raise DumpError with the sentence ``missing`` if there are none."""
    found = False
    for record in records:
        found = True
        yield record
    if not found:
        raise DumpError(missing)


def whole_text(stream: BinaryIO) -> str:
    """A library as text with ``\\n`` at its line ends; DumpError where it has more than 64 MiB."""
    raw = stream.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise DumpError(f"it is larger than {_MOST_BYTES // 2**20} MiB")
    return _with_newlines(decode(raw).text)


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def reference(
    *,
    title: str,
    abstract: str,
    authors: Iterable[str],
    published: date | None,
    listed: date | None,
    ids: Iterable[str],
    mentions: Iterable[str],
    addresses: Iterable[str],
    pdf: str = "",
    remark: str = "",
    categories: tuple[str, ...] = (),
) -> Paper:
    """A paper out of the texts of a record.

    ``authors`` are in order already: a format may know names that are not to be turned round. ``ids`` are wholly an
    arXiv id, a DOI or an address, if they are anything; in ``mentions`` an arXiv id may stand behind "arXiv:";
    ``addresses`` lead to the paper's page, and ``remark`` may say that it was withdrawn.
    """
    ids, addresses = [one.strip() for one in ids if one.strip()], list(addresses)
    told = (*ids, *addresses, *(found[0] for text in mentions for found in _MENTION.finditer(text)))
    known = next(filter(None, (arxiv_id(_bare(one)) for one in told)), None)
    number = next(filter(None, (doi(one) for one in (*ids, *addresses))), None)
    page = next(filter(None, map(web_url, addresses)), None) or (doi_link(number) if number else None)
    links = arxiv_links(known[0]) if known else Links(abstract=page, pdf=web_url(pdf) if pdf else None)
    title, abstract = clean(title), clean(abstract)
    return Paper(
        title=title,
        abstract=abstract,
        authors=tuple(filter(None, map(clean, authors))),
        categories=categories,
        published=published,
        listed=listed,
        version=known[1] if known else None,
        links=links,
        arxiv_id=known[0] if known else None,
        doi=number,
        withdrawn=withdrawn(abstract, remark, title),
        ids=site_ids((*ids, *addresses, number or "")),
    )


def _bare(text: str) -> str:
    return text[4:] if text[:4].lower() == "abs/" else text
