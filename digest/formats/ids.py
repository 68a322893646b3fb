"""The ids and addresses of papers, spelt one way whatever format they come from.

arXiv's identifiers are described at https://info.arxiv.org/help/arxiv_identifier.html: ``2508.13426`` since April 2007
(four digits after the point until the end of 2014, five since), ``hep-th/9901001`` before.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from digest.formats.sites import doi_in_address, without_form
from digest.model import Links

__all__ = ["ARCHIVES", "arxiv_id", "arxiv_links", "doi", "doi_link", "web_url"]

_MONTH = "(?:0[1-9]|1[0-2])"
_NEW = rf"(?:0[7-9]|1[0-4]){_MONTH}\.[0-9]{{4}}|(?:1[5-9]|[2-8][0-9]){_MONTH}\.[0-9]{{5}}"
#: the archives that gave ids of the old kind, as a pattern; a subject class after one ("math.GT") is no part of the id
ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga"
    "|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph"
    "|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_OLD = rf"(?P<archive>{ARCHIVES})(?:\.[a-z]{{2}})?/(?P<number>(?:9[1-9]|0[0-7]){_MONTH}[0-9]{{3}})"
_BARE = re.compile(rf"(?:(?P<new>{_NEW})|{_OLD})(?:v(?P<version>[1-9][0-9]{{0,3}}))?", re.IGNORECASE)
# What may stand before an id: a scheme ("arXiv:", "oai:arXiv.org:"), arXiv's DOI, or the address of a page about it.
_PREFIX = re.compile(
    r"(?:(?:oai:)?arxiv(?:\.org)?:\s*"
    r"|(?:https?://)?(?:[a-z0-9-]+\.)*(?:arxiv\.org|ar5iv\.org|alphaxiv\.org)"
    r"/(?:abs|pdf|html|format|src|e-print|ps|tb|overview)/"
    r"|(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/papers/"
    r"|(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*|info:doi/)?10\.48550/arxiv\.)",
    re.IGNORECASE,
)
# What may stand after it: a file's ending, a query or fragment, the class in brackets and date of the stamp on a PDF.
_SUFFIX = re.compile(r"(?:\.pdf|\.html?)?/?(?:[?#].*)?|\s*\[[a-z.-]+\].{0,40}", re.IGNORECASE | re.DOTALL)
_LONGEST = 2000  # characters of an id or address

_DOI_PREFIX = re.compile(r"(?:https?://)?(?:(?:dx\.|www\.)?doi\.org/|doi:\s*|info:doi/)", re.IGNORECASE)
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_ARXIV_DOI = "10.48550/arxiv."

# What no address has as it stands (RFC 3986, appendix A, and what would end an attribute or a line).
_NOT_IN_URLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff<>\"\\^`{}|]")
_ASCII_OF_URLS = "%:/?#[]@!$&'()*+,;=-._~"


def arxiv_id(text: str) -> tuple[str, int | None] | None:
    """The arXiv id without version, and the version where it is given; None for what is no id of arXiv.

    The whole text must be one: ``2508.13426v1``, ``hep-th/9901001``, ``arXiv:math.GT/0309136`` (which is
    ``math/0309136``), ``oai:arXiv.org:2508.13426v1``, ``10.48550/arXiv.2508.13426``, or the address of its page or PDF
    at arXiv, or of its page at Hugging Face.
    """
    found = _BARE.fullmatch(text)
    if found is None:
        if len(text) > _LONGEST:
            return None
        text = text.strip()
        prefix = _PREFIX.match(text)
        found = _BARE.match(text, prefix.end() if prefix else 0)
        if found is None or not _SUFFIX.fullmatch(text, found.end()):
            return None
    new, archive, number, version = found.groups()
    return new or f"{archive.lower()}/{number}", int(version) if version else None


def arxiv_links(arxiv_id: str) -> Links:
    """Where arXiv has a paper: its page and its PDF, of the newest version."""
    return Links(abstract=f"https://arxiv.org/abs/{arxiv_id}", pdf=f"https://arxiv.org/pdf/{arxiv_id}")


def doi(text: str) -> str | None:
    """A DOI in lower case, without resolver or ``doi:``; of several, the first. None for what is none.

    None for those of arXiv itself (``10.48550/arXiv.…``) too: they say what the arXiv id says, and would contradict the
    DOI of the journal that the paper came out in.
    """
    if len(text) > _LONGEST:
        return None
    text = text.strip()
    prefix = _DOI_PREFIX.match(text)
    if prefix:
        text = text[prefix.end() :]
        text = unquote(text) if "%" in text else text
    found = _DOI.match(text)
    if found is None:
        name = doi_in_address(text) or "" if text[:4].lower() == "http" else ""
    else:
        name = without_form(found[0]) if found[0].startswith(("10.1101/", "10.64898/")) else found[0]
    name = name.rstrip(".,;").lower()
    if not name:
        return None
    return None if name.startswith(_ARXIV_DOI) or name.endswith("/") else name


def doi_link(doi: str) -> str:
    """Where a DOI leads. It may have signs that mean something else in an address: ``#``, ``?``, ``<``, ``%``."""
    return f"https://doi.org/{quote(doi, safe='/')}"


def web_url(text: str) -> str | None:
    """An absolute ``http`` or ``https`` address in ASCII (RFC 3986), or None.

    Letters beyond ASCII are percent-encoded, in the host's name by IDNA.
    """
    text = text.strip()
    if len(text) > _LONGEST or _NOT_IN_URLS.search(text):
        return None
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
        if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
            return None
        if text.isascii():
            return text
        netloc = parts.netloc.replace(parts.netloc.rsplit(":", 1)[0], host.encode("idna").decode(), 1)
        rest = (quote(part, safe=_ASCII_OF_URLS) for part in (parts.path, parts.query, parts.fragment))
        return web_url(urlunsplit((parts.scheme, netloc, *rest)))
    except ValueError:  # a port that is no number, a bracket left open, a name that IDNA does not allow
        return None
