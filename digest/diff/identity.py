"""Identify papers: by their aliases, and by how well two papers with the same title agree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digest.text import agreement, fingerprint, overlap, word_count

if TYPE_CHECKING:
    from digest.model import Paper

__all__ = ["aliases", "confidence", "ids_conflict", "with_proper_ids"]

# How much two abstracts must overlap (see digest.text.overlap) for papers with the same title to be the same. Unrelated
# abstracts in one field reached 0.36; the same abstract, with its TeX stripped in two ways, stays above 0.9.
_SAME_ABSTRACT = 0.55
# Titles as short as this are shared by many papers ("Editorial", "Reply to comments", "Comment on X"), so the abstract
# must be nearly the same.
_GENERIC_TITLE_WORDS = 4
_SAME_OF_GENERIC = 0.9
# Abstracts shorter than this are compared word by word, and are not taken for the beginning of a longer one.
_SHORT_ABSTRACT_WORDS = 25
_SAME_SHORT_ABSTRACT = 0.9
# Titles up to this length may be shared by several papers.
_SHARED_TITLE_WORDS = 8


def aliases(paper: Paper) -> tuple[str, ...]:
    """The aliases of a paper, strongest first: ``arxiv:…``, ``doi:…``, ``title:…``, ``text:…``.

    ``text:`` is made of title and abstract, and only for short titles. DOIs of arXiv (10.48550/arXiv.…) are left out,
    because they are the same as the arXiv id.
    """
    paper = with_proper_ids(paper)
    names = []
    if paper.arxiv_id:
        names.append(f"arxiv:{paper.arxiv_id.lower()}")
    if paper.doi:
        names.append(f"doi:{paper.doi}")
    names.append(f"title:{fingerprint(paper.title) or 'none'}")
    if word_count(paper.title) <= _SHARED_TITLE_WORDS:
        names.append(f"text:{fingerprint(f'{paper.title} {paper.abstract}') or 'none'}")
    return tuple(names)


def with_proper_ids(paper: Paper) -> Paper:
    """The paper with its DOI in lower case, or, if it is a DOI of arXiv, with the arXiv id instead."""
    doi = paper.doi.lower() if paper.doi else None
    arxiv_id = paper.arxiv_id
    if doi and doi.startswith("10.48550/arxiv."):
        arxiv_id, doi = arxiv_id or doi.removeprefix("10.48550/arxiv."), None
    same = (doi, arxiv_id) == (paper.doi, paper.arxiv_id)
    return paper if same else replace(paper, doi=doi, arxiv_id=arxiv_id)


def ids_conflict(one: Paper, other: Paper) -> bool:
    """Whether both have an id of the same kind, and the ids differ."""
    if one.arxiv_id and other.arxiv_id:
        return one.arxiv_id.lower() != other.arxiv_id.lower()
    return bool(one.doi and other.doi and one.doi != other.doi)


def confidence(one: Paper, other: Paper) -> float:
    """How certain it is that two papers with the same title are the same, from 0 (they are not) to 1."""
    if one.authors and other.authors and not _surnames(one) & _surnames(other):
        return 0.0
    generic = word_count(one.title) <= _GENERIC_TITLE_WORDS
    if not one.abstract or not other.abstract:
        return 0.0 if generic and (one.abstract or other.abstract) else 0.5
    if min(word_count(one.abstract), word_count(other.abstract)) < _SHORT_ABSTRACT_WORDS:
        alike, enough = agreement(one.abstract, other.abstract), _SAME_SHORT_ABSTRACT
    else:
        alike, enough = overlap(one.abstract, other.abstract), _SAME_OF_GENERIC if generic else _SAME_ABSTRACT
    return alike if alike >= enough else 0.0


def _surnames(paper: Paper) -> set[str]:
    """Fingerprints of the last word of each name, or of the part before a comma."""
    return {fingerprint(name.split(",")[0].split()[-1]) for name in paper.authors if name.split(",")[0].split()}
