"""Papers as JSON: the lines of an arXiv snapshot, and any other JSON that calls things by their usual names.

    {"id": "0704.0001", "authors_parsed": [["Moor", "Ada", ""]], "title": …, "abstract": …, "comments": "12 pages",
     "categories": "hep-ph cs.LG", "doi": null,
     "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}]}

Lines, an array, or an object around one; ``json.stream`` tells them apart.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from digest.errors import DumpError
from digest.formats import dates, withdrawal
from digest.formats.ids import arxiv_id, arxiv_links, doi
from digest.formats.json.fields import categories, count, day, first, link, name, names, papers, text
from digest.formats.json.stream import Located, values
from digest.formats.markup import plain
from digest.formats.sites import site_ids
from digest.model import Links, Paper, Reject
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import BinaryIO

    from digest.dump import DumpAbout
    from digest.formats.json.window import Json

__all__ = ["JsonRecords"]

_AUTHORS = ("authors", "author", "creators", "authorships")
#: what beside a title makes a record a paper's, even if it is empty; a program's answer may have a title too (RFC 9457)
_TELLING = frozenset(
    (*_AUTHORS, "abstract", "summary", "arxiv_id", "arxivId", "paper_id", "doi", "DOI", "categories", "pdf", "pdf_url")
)
_TELLING_WITH_TITLE = _TELLING | {"description", "url", "link", "abs", "html_url", "published"}
_ANSWER = frozenset(("error", "errors", "status", "statusCode", "detail"))
_IDS = (
    *("arxiv_id", "arxivId", "arxiv", "eprint", "paper_id", "id", "entry_id", "doi", "DOI"),
    *(
        "ArXiv",
        "abs",
        "url",
        "link",
        "html_url",
        "arxiv_url",
        "arxiv_page_url",
        "paper_url",
        "page_url",
        "pdf",
        "pdf_url",
    ),
)
_PAGES = (
    *("abs", "abs_url", "abstract_url", "url", "link", "html_url", "landing_page_url", "paper_url", "page_url"),
    "arxiv_page_url",
)
_PDFS = ("pdf", "pdf_url", "pdfUrl", "openAccessPdf")
_CODE = (
    *("github", "githubRepo", "github_url", "github_repo", "code", "code_url", "repository", "repo"),
    *("github_links", "github_link", "code_links"),
)
#: objects in a record that hold more of the same paper
_NESTED = (
    "paper",
    "details",
    "metadata",
    "info",
    "attributes",
    "content",
    "externalIds",
    "bibjson",
    "_source",
    "fields",
)
_DEEPEST = 3  # objects within objects
#: ids that are bare numbers, and how they are called in full
_NUMBERS = {"PubMed": "pmid:", "pmid": "pmid:", "CorpusId": "CorpusID:", "corpusId": "CorpusID:"}
# The beginning of a record that is larger than what is looked at.
_HAS_TITLE = re.compile(rb'"(?:paper_)?title"\s*:\s*"')
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*[\[{]")
_PROJECT = ("project", "projectPage", "project_page", "project_url", "homepage")
_PUBLISHED = (
    *("published", "publishedAt", "published_at", "published_date", "publication_date", "publicationDate"),
    *("date", "created", "created_at", "submitted"),
)
_LISTED = ("listed", "listed_at", "submittedOnDailyAt")
_CATEGORIES = ("categories", "category", "tags", "subjects", "primary_category")
_UPVOTES = ("upvotes", "votes", "points", "likes")
_COMMENTS = ("num_comments", "numComments", "comment_count", "comments")

_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
_LOOKED_AT = 50  # records of a head
_LARGE = 32 * 1024
# "Mon, 2 Apr 2007 19:18:42 GMT" up to the time; the snapshot's dates are all in GMT.
_SNAPSHOT_DAY = re.compile(r"[A-Z][a-z]{2}, +[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} ")
_UNCLEAN = re.compile(r"[\\{}$^~]|  ")
_NO_LINKS = Links()
_NOTHING: tuple[Json, ...] = (None, "", [], {})
_VERSION = re.compile(r"v([1-9][0-9]{0,3})")


class JsonRecords:
    """The format of papers as JSON or JSON lines.

    A record needs a title, and something else that tells a paper: an abstract, authors, an id.
    """

    name = "json"
    description = "papers as JSON or JSON lines"
    generic = True

    def recognises(self, head: bytes) -> bool:
        """Whether one of the first records is a paper's; other formats' JSON is left to them."""
        if _JSON_FEED.search(head):
            return False
        try:
            found = [it.value for it in islice(values(io.BytesIO(head)), _LOOKED_AT) if isinstance(it, Located)]
        except DumpError:
            return False
        if found:
            return any(isinstance(it, dict) and "paper" not in it and _title(_flat(it)) for it in found)
        # The first record is larger than the head, as one with a whole text is.
        told = any(f'"{key}"'.encode() in head for key in (*_TELLING, "id", "url"))
        return len(head) >= _LARGE and _BEGINS.match(head) is not None and told and _HAS_TITLE.search(head) is not None

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield the papers and rejects in the order of their lines, as a stream.

        Raise DumpError for what is no JSON, and where no record is a paper's.
        """
        listed = about.as_of

        def to_paper(record: dict[str, Json]) -> Paper | str:
            snapshot = "authors_parsed" in record or isinstance(record.get("versions"), list)
            title = text(record.get("title")) if snapshot else ""
            if title:
                return _from_snapshot(record, title, listed)
            record = _flat(record)
            title = _title(record)
            if title:
                return _from_plain(record, title, listed)
            return "it has a title, but nothing else of a paper" if text(record.get("title")) else "it has no title"

        return papers(stream, to_paper)


def _flat(record: dict[str, Json], depth: int = 0) -> dict[str, Json]:
    """A record with what the objects in it say of the paper, where it says nothing itself."""
    if record.keys().isdisjoint(_NESTED) or depth > _DEEPEST:
        return record
    flat = dict(record)
    for key in _NESTED:
        inner = record.get(key)
        if isinstance(inner, dict):
            for name, value in _flat(inner, depth + 1).items():
                # OpenReview wraps each value once more.
                one = value["value"] if isinstance(value, dict) and value.keys() == {"value"} else value
                if flat.get(name) in _NOTHING or name == key:
                    flat[name] = one
    return flat


def _title(record: dict[str, Json]) -> str:
    """The title of a record that is a paper's; else empty."""
    keys = record.keys()
    if title := text(record.get("title")) or text(record.get("paper_title")):
        if not keys.isdisjoint(_TELLING) or _arxiv_ids(record):
            return title
        return "" if keys.isdisjoint(_TELLING_WITH_TITLE) or not keys.isdisjoint(_ANSWER) else title
    return "" if keys.isdisjoint(_TELLING) else text(record.get("name"))


# ----------------------------------------------------------------------------------------- arXiv's snapshot


def _from_snapshot(record: dict[str, Json], title: str, listed: date | None) -> Paper:
    found = _arxiv_id(record.get("id"))
    identifier = found[0] if found else None
    abstract = text(record.get("abstract"))
    subjects = record.get("categories")
    versions = record.get("versions")
    if not (isinstance(versions, list) and versions and isinstance(versions[0], dict)):
        versions = [{}]
    return Paper(
        title=title,
        abstract=abstract,
        authors=_snapshot_authors(record.get("authors_parsed")) or names(record.get("authors")),
        categories=categories(subjects) if subjects else (),
        published=_snapshot_day(versions[0].get("created")),
        listed=listed,
        version=_version(versions[-1]) or (found[1] if found else None),
        links=arxiv_links(identifier) if identifier else _NO_LINKS,
        arxiv_id=identifier,
        doi=_doi(record.get("doi")),
        withdrawn=_withdrawn(title, abstract, record.get("comments")),
    )


def _snapshot_authors(parsed: Json) -> tuple[str, ...]:
    """Names of lists [last, first, suffix, affiliation …]."""
    try:
        found = [f"{it[1]} {it[0]} {it[2]}" if it[2] else f"{it[1]} {it[0]}" for it in parsed]
    except (TypeError, IndexError, KeyError):
        return ()
    whole = "".join(found)
    # Most names are clean as they stand, which is cheaper to see once than to bring about for each.
    make = str.strip if whole.isascii() and whole.isprintable() and not _UNCLEAN.search(whole) else clean
    cleaned = tuple(map(make, found))
    return cleaned if all(cleaned) else tuple(filter(None, cleaned))


def _snapshot_day(created: Json) -> date | None:
    if not isinstance(created, str):
        return None
    shown = _SNAPSHOT_DAY.match(created)
    return _day(shown[0]) if shown and created.endswith(" GMT") else day(created)


@lru_cache(maxsize=16384)
def _day(shown: str) -> date | None:
    return dates.day(f"{shown}00:00:00 GMT")


def _version(entry: Json) -> int | None:
    shown = entry.get("version") if isinstance(entry, dict) else None
    found = _VERSION.fullmatch(shown) if isinstance(shown, str) else None
    return int(found[1]) if found else None


def _withdrawn(title: str, abstract: str, comment: Json) -> bool:
    # Nearly none is: a comment without the word need not be cleaned.
    said = isinstance(comment, str) and ("ithdr" in comment or "etract" in comment or "removed by" in comment)
    return withdrawal.withdrawn(abstract, clean(comment) if said else "", title)


# --------------------------------------------------------------------------------------------- any other JSON


def _from_plain(record: dict[str, Json], title: str, listed: date | None) -> Paper:
    found = _arxiv_ids(record)
    identifier = found[0][0] if found else None
    title, abstract = plain(title), plain(text(first(record, "abstract", "summary", "description")))
    places = [value for key in (*_IDS, *_PAGES) if isinstance(value := record.get(key), str)]
    numbers = [f"{called}{record[key]}" for key, called in _NUMBERS.items() if isinstance(record.get(key), str | int)]
    remark = first(record, "comment", "comments")
    return Paper(
        title=title,
        abstract=abstract,
        authors=names(first(record, *_AUTHORS)),
        organization=name(first(record, "organization", "organisation")) or None,
        categories=categories(first(record, *_CATEGORIES)),
        published=next(filter(None, (day(record.get(key)) for key in _PUBLISHED)), None),
        listed=next(filter(None, (day(record.get(key)) for key in _LISTED)), listed),
        version=max((number for it, number in found if it == identifier and number), default=None),
        upvotes=next((it for key in _UPVOTES if (it := count(record.get(key))) is not None), None),
        comments=next((it for key in _COMMENTS if (it := count(record.get(key))) is not None), None),
        links=_links(record, identifier),
        arxiv_id=identifier,
        doi=next(filter(None, map(doi, places)), None),
        ids=site_ids((*places, *numbers)),
        withdrawn=record.get("withdrawn") is True or _withdrawn(title, abstract, remark),
    )


def _arxiv_ids(record: dict[str, Json]) -> list[tuple[str, int | None]]:
    """What the record's ids and addresses say of its arXiv id, the plainest first."""
    return [found for key in _IDS if (found := _arxiv_id(record.get(key)))]


def _arxiv_id(value: Json) -> tuple[str, int | None] | None:
    return arxiv_id(value) if isinstance(value, str) else None


def _doi(value: Json) -> str | None:
    return doi(value) if isinstance(value, str) else None


def _links(record: dict[str, Json], identifier: str | None) -> Links:
    at_arxiv = arxiv_links(identifier) if identifier else _NO_LINKS
    return Links(
        abstract=at_arxiv.abstract or link(*map(record.get, _PAGES)),
        pdf=at_arxiv.pdf or link(*map(record.get, _PDFS)),
        code=link(*map(record.get, _CODE)),
        project=link(*map(record.get, _PROJECT)),
    )
