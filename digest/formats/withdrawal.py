"""Whether a paper says that it was withdrawn, in the words that arXiv, publishers and authors use."""

from __future__ import annotations

import re

__all__ = ["withdrawn"]

_WORK = (
    r"(?:papers?|articles?|submissions?|manuscripts?|preprints?|e-?prints?|works?|reports?|notes?|documents?|letters?)"
)
_BEGIN = r"(?:\A|[.;!?:)\]]\s+|\A\W+)\W{0,3}"
_GONE = r"(?:withdrawn|retracted)"
# "Withdrawn from ICML" says nothing of the paper; "withdrawn from arXiv" does.
_HERE = r"\b(?!\s+(?:from|at|in)\s+(?!(?:the\s+)?arxiv))"
_ARXIV = r"(?:\s+by\s+(?:the\s+)?arxiv(?:\.org)?(?:\s+admin\w*)?)"
_SENTENCES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "This paper has been withdrawn", "The manuscript is temporarily withdrawn", "This version withdrawn by arXiv"
        rf"{_BEGIN}(?:this|the|our|present)\s+(?:arxiv\s+)?(?:version\s+of\s+(?:this|the|our)\s+)?(?:{_WORK}|version)\s+"
        rf"(?:(?:has|have|had)\s+(?:now\s+)?been\s+|is\s+being\s+|(?:is|was|are|were)\s+)?(?:\w+ly\s+)?{_GONE}{_HERE}",
        rf"{_BEGIN}(?:this\s+)?(?:arxiv\s+)?(?:{_WORK}|version)\s+(?:has\s+been\s+|was\s+|is\s+)?(?:removed|rejected){_ARXIV}",
        # "Submission withdrawn.", "Paper withdrawn by the authors"
        rf"{_BEGIN}{_WORK}\s+(?:has\s+been\s+|is\s+|was\s+)?{_GONE}\b\s*(?:\Z|[.;,(]|by\b|due\b|because\b|as\b|since\b|pending\b)",
        # "Withdrawn by the authors", "Retracted by arXiv"
        rf"{_BEGIN}{_GONE}\s+by\s+(?:the\s+|its\s+)?(?:authors?|arxiv|submitter|publisher|editors?)\b",
        # "The author has withdrawn this paper due to …", "The authors have decided to retract this manuscript"
        rf"\b(?:authors?|submitters?|editors?|publisher)\s+(?:(?:has|have|had|hereby|now|wish(?:es)?|decided|chosen|asked|want(?:s)?"
        rf"|would|like|to)\s+){{0,5}}(?:withdr[ae]wn?|withdrew|retract(?:ed|s)?|withdraws)\s+(?:this|the|our|their|his|her)\s+"
        rf"(?:arxiv\s+)?(?:version\s+of\s+(?:this|the)\s+)?{_WORK}\b{_HERE}",
        # "We withdraw this paper", "I am withdrawing this submission"
        rf"\b(?:we|i)\s+(?:(?:am|are|have|had|hereby|now|must|wish|would|like|want|decided|chosen|to|therefore)\s+)"
        rf"{{0,5}}(?:withdraw(?:n|ing)?|withdrew|retract(?:ed|ing)?)\s+(?:this|the|our|my)\s+(?:arxiv\s+)?{_WORK}\b{_HERE}",
        # "… was retracted by the authors"
        rf"{_BEGIN}(?:this|the|our)\s+{_WORK}\s+[^.;!?]{{0,60}}\b{_GONE}\s+by\s+(?:the\s+|its\s+)?authors?\b",
    )
)
_COMMENT = re.compile(rf"\A\W*(?:{_WORK}\s+)?(?:has\s+been\s+)?{_GONE}{_HERE}", re.IGNORECASE)
# "v1 was withdrawn; this is the corrected version"
_CORRECTED = re.compile(
    r"\bthis\s+(?:version\s+)?is\s+(?:now\s+)?(?:the|a|an)\s+(?:corrected|revised|new|updated|improved|extended|final)\b",
    re.IGNORECASE,
)
# "RETRACTED: …", "WITHDRAWN ARTICLE: …", "[Retracted] …"; a notice ("Retraction of: …") is a text of its own.
_TITLE = re.compile(
    r"\A\W{0,3}(?:(?:RETRACTED|WITHDRAWN|Retracted|Withdrawn)(?:\s+(?:ARTICLE|PAPER|CHAPTER|Article|Paper|Chapter))?\s*[:\]–—]"
    r"|\[(?i:retracted|withdrawn)(?:\s\w+)?\])"
)


def withdrawn(abstract: str, comment: str = "", title: str = "") -> bool:
    """Whether a paper says that it was withdrawn or retracted. The texts are clean."""
    if title[:1] in "[(RW*" and title and _TITLE.match(title):
        return True
    if not (_may_say(abstract) or _may_say(comment)):
        return False
    if _CORRECTED.search(abstract) or _CORRECTED.search(comment):
        return False
    return any(one.search(abstract) or one.search(comment) for one in _SENTENCES) or bool(_COMMENT.match(comment))


def _may_say(text: str) -> bool:
    """Whether a text has any of the words. Nearly none has, and this is sooner seen than a pattern is tried."""
    return "ithdr" in text or "etract" in text or "ITHDR" in text or "ETRACT" in text or "removed by" in text
