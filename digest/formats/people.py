"""Names of people as listings write them."""

from __future__ import annotations

import re

from digest.text import clean

__all__ = ["in_order", "split_names"]

_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
_BETWEEN_NAMES = re.compile(r"\s*[,;:]\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)
_ET_AL = re.compile(r"\s*\bet al\b\.?\s*\Z", re.IGNORECASE)


def split_names(text: str) -> tuple[str, ...]:
    """The authors of a string as arXiv writes it: "Ada Moor (Fen College, Ely), B. Reed and C. Sedge Jr."

    Affiliations in parentheses are no part of a name.
    """
    text = clean(text)
    # arXiv nests them twice: "((1) Fen College, (2) Heath Institute (Ely))".
    for _ in range(4):
        text = _PARENTHESIS.sub("", text)
    found: list[str] = []
    for part in _BETWEEN_NAMES.split(text):
        name = _ET_AL.sub("", part).strip()
        if found and _SUFFIX.fullmatch(name):
            found[-1] += f" {name}"
        elif name:
            found.append(name)
    return tuple(found)


def in_order(name: str) -> str:
    """ "Moor, Ada" as "Ada Moor"; "Moor, Jr., Ada", as BibTeX has it, and "Moor, Ada, Jr." as "Ada Moor Jr."."""
    last, *others = (part.strip() for part in name.split(","))
    if len(others) > 1 and re.fullmatch(r"(?:jr|sr|i{2,3}|iv)\.?", others[0], re.IGNORECASE):
        others = [*others[1:2], others[0], *others[2:]]
    return " ".join(filter(None, (*others[:1], last, *others[1:])))
