"""The ids that an address of a scholarly site tells, whatever form of it somebody copied.

https://openreview.net/pdf?id=AbCd            openreview:AbCd
https://www.biorxiv.org/content/10.1101/2026.01.02.123456v2.full      biorxiv:2026.01.02.123456
https://aclanthology.org/2026.acl-long.1.pdf  acl:2026.acl-long.1
https://www.ncbi.nlm.nih.gov/pubmed/31234567  pubmed:31234567
https://api.semanticscholar.org/CorpusID:123  s2:123
https://onlinelibrary.wiley.com/doi/full/10.1002/abc      the DOI 10.1002/abc
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["doi_in_address", "entry_id", "site_ids", "without_form"]

_LONGEST = 2000  # characters of an address
_WEB = r"(?:https?://)?(?:[\w-]{1,40}\.){0,3}"
_DOI = rf"(?:{_WEB}doi\.org/|doi:\s*)?10\."
_END = r"(?:[./?#].*)?"
_PREPRINT = r"(?P<id>\d{4}\.\d{2}\.\d{2}\.\d{5,8}|\d{6})(?:v\d{1,3})?"
_ACL = r"(?P<id>[a-z0-9]+\.[a-z0-9_]+-[a-z0-9_]+\.\d+|[a-z]\d\d-\d{4})"
_FORMS = {
    "openreview": (rf"{_WEB}openreview\.net/[\w/]{{1,40}}\?(?:[\w=&-]{{0,200}}&)?id=(?P<id>[\w-]{{6,40}})(?:[&#].*)?",),
    "biorxiv": (
        rf"{_WEB}(?:bio|med)rxiv\.org/(?:cgi/)?content/(?:[\w./]{{0,60}}/)?{_PREPRINT}{_END}",
        rf"{_DOI}(?:1101|64898)/{_PREPRINT}{_END}",
    ),
    "acl": (
        rf"{_WEB}(?:aclanthology\.org|aclweb\.org/anthology)/(?:papers/|volumes/)?{_ACL}{_END}",
        rf"{_DOI}18653/v1/{_ACL}",
    ),
    "pubmed": (
        rf"{_WEB}(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(?P<id>\d{{1,9}})(?:[/?#].*)?",
        rf"(?:{_WEB}europepmc\.org/(?:article|abstract)/med/|pmid:?\s*|pubmed:\s*)(?P<id>\d{{1,9}})(?:[/?#].*)?",
    ),
    "pmc": (
        rf"{_WEB}(?:ncbi\.nlm\.nih\.gov/(?:pmc/)?articles|europepmc\.org/article/pmc)/pmc(?P<id>\d{{1,9}})(?:[/?#].*)?",
    ),
    "s2": (
        rf"{_WEB}semanticscholar\.org/(?:graph/v1/)?paper/(?:[^/?#]{{1,400}}/)?(?P<id>[0-9a-f]{{40}})(?:[/?#].*)?",
        rf"(?:{_WEB}semanticscholar\.org/)?CorpusID:\s*(?P<id>\d{{1,12}})(?:[/?#].*)?",
    ),
}
_SITES = tuple((name, re.compile(form, re.IGNORECASE)) for name, forms in _FORMS.items() for form in forms)
#: these ids are not the same in capitals and in small letters
_CASED = frozenset(("openreview",))
_MARKS = (
    "rxiv",
    "openreview",
    "acl",
    "pubmed",
    "pmid",
    "pmc",
    "semanticscholar",
    "corpusid",
    "10.1101/",
    "10.64898/",
    "10.18653/",
)

# Publishers write the DOI of a page into its address, behind words like these.
_IN_ADDRESS = re.compile(
    r"https?://[^/\s]{3,100}/(?:[^?#\s]{0,200}?/)?(?:doi|articles?|chapters?|content|abstract|book|papers?|publication|abs|full|pdf"
    r"|epdf|pdfdirect|fullhtml|ref|cited|reference-?work-?entry|protocol|lookup|article-abstract|advance-article)"
    r"/(?P<doi>10\.\d{4,9}/[^\s?#]+)",
    re.IGNORECASE,
)
_AS_OPTION = re.compile(
    r"https?://[^/\s]{3,100}/[^?#\s]{0,200}\?(?:[^#\s]{0,200}&)?(?:id|doi)=(?P<doi>10\.\d{4,9}/[^\s&#]+)", re.IGNORECASE
)
_NATURE = re.compile(
    r"https?://(?:www\.)?nature\.com/articles/(?P<id>[a-z0-9][\w.-]{5,60})(?:\.pdf)?(?:[?#].*)?", re.IGNORECASE
)
# What follows the DOI: the form in which the page is shown.
_FORM = re.compile(
    r"(?:/(?:full|pdf|epdf|meta|abstract|html|summary|full-html|full/html|full-text|references|pdf/\w*|ampdf))+/?\Z|/\Z"
    r"|(?:\.(?:full|abstract|pdf|full\.pdf|short|full-text|article-info|full\.html))+\Z",
    re.IGNORECASE,
)
# Oxford University Press puts a number of its own behind it.
_OXFORD = re.compile(r"\A(10\.1093/[\w-]{1,40}/[\w.-]{1,40})/\d{4,12}\Z")
_PREPRINT_VERSION = re.compile(r"\A(10\.(?:1101|64898)/(?:\d{4}\.\d\d\.\d\d\.)?\d{5,8})v\d{1,3}\b.*\Z")


def site_ids(texts: Iterable[str]) -> tuple[str, ...]:
    """What some ids and addresses say of a paper's ids at sites other than arXiv, such as ``openreview:AbCd``."""
    return tuple(dict.fromkeys(found for text in texts if (found := _site_id(text))))


def _site_id(text: str) -> str | None:
    text = text.strip()
    lower = text.lower()
    if len(text) > _LONGEST or not any(mark in lower for mark in _MARKS):
        return None
    for name, pattern in _SITES:
        if found := pattern.fullmatch(text):
            return f"{name}:{found['id'] if name in _CASED else found['id'].lower()}"
    return None


def entry_id(guid: str, link: str) -> str | None:
    """What a feed calls one of its entries, as long as it says both an id and where the entry is; else None."""
    guid, link = guid.strip(), link.strip()
    if not guid or not link.startswith(("http://", "https://")) or len(guid) + len(link) > _LONGEST:
        return None
    return f"entry:{link} {guid}" if guid != link else f"entry:{link}"


def doi_in_address(address: str) -> str | None:
    """The DOI that is part of a publisher's address, in small letters; None where there is none."""
    if len(address) > _LONGEST:
        return None
    if found := _NATURE.fullmatch(address):
        return f"10.1038/{found['id'].lower().removesuffix('.pdf')}"
    address = unquote(address) if "%2f" in address.lower() else address
    found = _IN_ADDRESS.match(address) or _AS_OPTION.match(address)
    return without_form(found["doi"]).lower() if found else None


def without_form(doi: str) -> str:
    """A DOI without what an address has behind it, and a preprint's without its version."""
    doi = _FORM.sub("", doi)
    doi = _OXFORD.sub(r"\1", doi)
    return _PREPRINT_VERSION.sub(r"\1", doi)
