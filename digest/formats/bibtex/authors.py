"""The authors of a BibTeX entry: between "and", and as tools write them that know nothing of it."""

from __future__ import annotations

import re

from digest.formats.bibtex.escapes import unescaped
from digest.formats.people import people, turned
from digest.tex import name_to_unicode

__all__ = ["authors"]

# BibLaTeX's extended format: "family=Haan, given=Nella, prefix=de, useprefix=true".
_EXTENDED = re.compile(r"\s*(?:family|given|prefix|suffix)(?:-i)?\s*=", re.IGNORECASE)
_PART = re.compile(r"\s*([\w-]+)\s*=\s*(\{[^{}]*\}|\"[^\"]*\"|[^,]*)(?:,|\Z)")


def authors(written: str) -> tuple[str, ...]:
    """The people of an author field, in order. A name in braces is that of a group, and stays as it is."""
    several = _between_ands(unescaped(written))
    found = [name for one in several for name in _names(one)]
    return turned(tuple(found)) if len(found) > 1 else tuple(found)


def _names(one: str) -> tuple[str, ...]:
    if _EXTENDED.match(one):
        part = {name.lower(): value.strip(' {}"') for name, value in _PART.findall(one)}
        whole = (part.get(name, "") for name in ("given", "prefix", "family", "suffix"))
        return (name_to_unicode(" ".join(filter(None, whole))),)
    name = name_to_unicode(one)
    # A comma in the braces of a group is part of its name: {Google, Inc.}.
    if _is_braced(one):
        return (name,) if any(map(str.isalpha, name)) else ()
    return people(name, last_first=True)


def _between_ands(names: str) -> list[str]:
    r"""The names between "and"; one in braces is that of a group, and may have one of its own.

    >>> _between_ands("Moor, Ada and {Sand and Silt Group}")
    ['Moor, Ada', '{Sand and Silt Group}']
    """
    # One space between words, before and behind: a run of them would be read again from each of its places.
    names = f" {' '.join(names.split())} "
    found: list[str] = []
    depth = begin = 0
    for place in re.finditer(r"\\.|[{}]| and(?= )", names, re.IGNORECASE):
        sign = place[0]
        if sign in "{}":
            depth = max(0, depth + (1 if sign == "{" else -1))
        elif sign[0] != "\\" and depth == 0:
            found.append(names[begin : place.start()])
            begin = place.end()
    return [name for name in (part.strip() for part in (*found, names[begin:])) if name]


def _is_braced(name: str) -> bool:
    """Whether braces enclose all of a name: ``{Google, Inc.}``, and not ``{Moor}, {Ada}``."""
    depth = 0
    for place in re.finditer(r"\\.|[{}]", name):
        if place[0] in "{}":
            depth += 1 if place[0] == "{" else -1
        if depth <= 0:
            return name.startswith("{") and place.end() == len(name)
    return False
