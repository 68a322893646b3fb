"""What Hugging Face's Daily Papers API answers: https://huggingface.co/api/daily_papers, ``?date=…`` and the like.

    [{"paper": {"id": "2611.04217", "title": …, "summary": …, "authors": [{"name": …, "hidden": false}, …],
                "publishedAt": …, "submittedOnDailyAt": …, "upvotes": 3, "githubRepo": …, "projectPage": …,
                "organization": {"name": …, "fullname": …}}, "numComments": 1, "publishedAt": …, "title": …}, …]

Any key may be missing. The outer ``publishedAt`` is some hours off: the paper's own is the day of the first version.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.errors import DumpError
from digest.formats.ids import arxiv_id, arxiv_links
from digest.formats.json.fields import count, day, first, link, name, names, papers, text
from digest.formats.json.stream import parse
from digest.model import Links, Paper, Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import BinaryIO

    from digest.dump import DumpAbout
    from digest.formats.json.window import Json

__all__ = ["HuggingFaceApi", "to_paper"]

_RECORDS = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
_PAPER = re.compile(rb'"paper"\s*:\s*\{')
_EMPTY = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\]\s*")
_ERROR = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"error"\s*:')
_LONGEST_ERROR = 64 * 1024
_ID = re.compile(r"[\w.-]{1,100}", re.ASCII)


class HuggingFaceApi:
    """The format of the Daily Papers API. An answer without papers, ``[]``, is a valid one."""

    name = "huggingface-api"
    description = "the Daily Papers API's JSON"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether it is an array of objects with a paper in each, or the API's empty answer, or its error."""
        if _RECORDS.match(head):
            return _PAPER.search(head) is not None
        return _EMPTY.fullmatch(head) is not None or _error(head) is not None

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield the papers and rejects in their order; nothing for an empty answer.

        Raise DumpError for what is no JSON, where no record is a paper, and with the message of the API's error.
        """
        head = stream.read(_LONGEST_ERROR)
        stream.seek(0)
        if error := _error(head):
            raise DumpError(f"the API answered with an error: {error}")
        yield from papers(stream, lambda record: to_paper(record, about.as_of))


def to_paper(record: dict[str, Json], listed: date | None) -> Paper | str:
    """The paper of one record of the API, or why there is none. ``listed`` is the day for a record without its own."""
    inner = record.get("paper")
    paper = inner if isinstance(inner, dict) else record
    if paper.keys().isdisjoint(("id", "summary", "authors")):
        return "it has no paper in it"
    title = text(paper.get("title")) or text(record.get("title"))
    if not title:
        return "it has no title"
    shown = paper.get("id")
    found = arxiv_id(shown) if isinstance(shown, str) else None
    upvotes = count(paper.get("upvotes"))
    return Paper(
        title=title,
        abstract=text(paper.get("summary")) or text(record.get("summary")),
        authors=names(paper.get("authors")),
        organization=name(first(paper, "organization") or record.get("organization")) or None,
        published=day(paper.get("publishedAt")),
        listed=day(first(paper, "submittedOnDailyAt") or record.get("submittedOnDailyAt")) or listed,
        version=found[1] if found else None,
        upvotes=upvotes if upvotes is not None else count(record.get("upvotes")),
        comments=count(first(record, "numComments")),
        links=_links(paper, found[0] if found else None),
        arxiv_id=found[0] if found else None,
    )


def _links(paper: dict[str, Json], identifier: str | None) -> Links:
    at_arxiv = arxiv_links(identifier) if identifier else Links()
    shown = paper.get("id")
    page = f"https://huggingface.co/papers/{shown}" if isinstance(shown, str) and _ID.fullmatch(shown) else None
    return Links(
        abstract=at_arxiv.abstract or page,
        pdf=at_arxiv.pdf,
        code=link(paper.get("githubRepo")),
        project=link(paper.get("projectPage")),
    )


def _error(head: bytes) -> str | None:
    """The message of an answer that is the API's error."""
    if len(head) > _LONGEST_ERROR or not _ERROR.match(head):
        return None
    try:
        answer = parse(head)
    except ValueError:
        return None
    message = answer.get("error") if isinstance(answer, dict) and len(answer) <= 5 else None
    return text(message)[:500] or None
