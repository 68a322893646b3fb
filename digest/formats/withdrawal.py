"""Whether a paper says that it was withdrawn."""

from __future__ import annotations

import re

__all__ = ["withdrawn"]

_WORK = r"(?:paper|article|submission|manuscript|preprint|e-?print|work|report|note)"
_WITHDRAWN = re.compile(
    rf"(?:\A|[.;!?]\s+)\W*(?:this|the|our)\s+(?:arxiv\s+)?{_WORK}\s+(?:has\s+been|is|was)\s+(?:\w+ly\s+)?withdrawn\b"
    r"(?!\s+from\s+(?!(?:the\s+)?arxiv))",
    re.IGNORECASE,
)
_WITHDRAWN_COMMENT = re.compile(
    rf"\A\W*(?:{_WORK}\s+)?(?:has\s+been\s+)?withdrawn\b(?!\s+from\s+(?!(?:the\s+)?arxiv))", re.IGNORECASE
)


def withdrawn(abstract: str, comment: str = "") -> bool:
    """Whether a paper says, as arXiv's do, that it was withdrawn. Both texts are clean."""
    if "ithdr" not in abstract and "ithdr" not in comment:
        return False
    return bool(_WITHDRAWN.search(abstract) or _WITHDRAWN.search(comment) or _WITHDRAWN_COMMENT.match(comment))
