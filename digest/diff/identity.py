"""Identify papers by their aliases."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digest.text import fingerprint, word_count

if TYPE_CHECKING:
    from digest.model import Paper

__all__ = ["aliases", "canonical_title", "ids_conflict", "is_entry", "is_proof", "main_title", "with_proper_ids"]

# Titles that many papers may share are short.
_SHARED_TITLE_WORDS = 8
#: words of a title before its subtitle that name a paper: "Tidal clocks of snails: a field study", not "BERT: …"
_MAIN_TITLE_WORDS = 4
_SUBTITLE = re.compile(r"[:?.]\s|\s[-–—]\s|[–—]")
# "[Article] Tidal clocks", "RETRACTED: Tidal clocks", "Tidal clocks [in French]"
_LABEL = re.compile(
    r"\A\s*\[[^\]]{1,30}\]\s*|\s*\[[^\]]{1,30}\]\s*\Z|\A(?:retracted|withdrawn)(?:\s(?:article|paper|chapter))?\s*:\s*",
    re.IGNORECASE,
)
_HINTS = ("title:", "text:")


def aliases(paper: Paper) -> tuple[str, ...]:
    """The aliases of a paper, strongest first: ``arxiv:…``, ``doi:…``, other ids, then hints.

    Hints are ``title:…``, also of the title without labels ("[Article]") and of the part before a subtitle. For short
    titles there is ``text:…``, made of title and abstract. The id of a feed's entry (``entry:…``) comes last. DOIs of
    arXiv (10.48550/arXiv.…) are left out, because they are the same as the arXiv id.
    """
    paper = with_proper_ids(paper)
    names = []
    if paper.arxiv_id:
        names.append(f"arxiv:{paper.arxiv_id.lower()}")
    if paper.doi:
        names.append(f"doi:{paper.doi}")
    names += [one for one in paper.ids if not is_entry(one)]
    names.append(f"title:{fingerprint(paper.title) or 'none'}")
    canonical = canonical_title(paper.title)
    titles = (canonical if canonical != paper.title else "", main_title(canonical))
    names += [f"title:{fingerprint(title)}" for title in titles if title]
    if word_count(paper.title) <= _SHARED_TITLE_WORDS:
        names.append(f"text:{fingerprint(f'{paper.title} {paper.abstract}') or 'none'}")
    names += [one for one in paper.ids if is_entry(one)]
    return tuple(dict.fromkeys(names))


def is_proof(alias: str) -> bool:
    """Whether this alias proves that a record is the paper; a title alone does not."""
    return not alias.startswith(_HINTS)


def is_entry(alias: str) -> bool:
    """Whether an alias is what a feed calls an entry of its own."""
    return alias.startswith("entry:")


def canonical_title(title: str) -> str:
    """A title without labels, and with "and" for "&"."""
    if "[" in title or ":" in title:
        title = _LABEL.sub("", title) or title
    return title.replace("&", "and") if "&" in title else title


def main_title(title: str) -> str:
    """The part of a title before its subtitle; empty where that would name no paper."""
    found = _SUBTITLE.search(title)
    head = title[: found.start()] if found and found.end() < len(title) else ""
    # Counted by its spaces first: most titles with a colon begin with a name of one word.
    return head if head.count(" ") >= _MAIN_TITLE_WORDS - 1 and word_count(head) >= _MAIN_TITLE_WORDS else ""


def with_proper_ids(paper: Paper) -> Paper:
    """The paper with its DOI in lower case, or, if it is a DOI of arXiv, with the arXiv id instead."""
    doi = paper.doi.lower() if paper.doi else None
    arxiv_id = paper.arxiv_id
    if doi and doi.startswith("10.48550/arxiv."):
        arxiv_id, doi = arxiv_id or doi.removeprefix("10.48550/arxiv."), None
    same = (doi, arxiv_id) == (paper.doi, paper.arxiv_id)
    return paper if same else replace(paper, doi=doi, arxiv_id=arxiv_id)


def ids_conflict(one: Paper, other: Paper) -> bool:
    """Whether both have an id of one kind, and these differ."""
    if one.arxiv_id and other.arxiv_id:
        return one.arxiv_id.lower() != other.arxiv_id.lower()
    return bool(one.doi and other.doi and one.doi != other.doi)
