"""Names of people as listings write them: one or several in a text, with the family name first or last."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["in_order", "people", "split_names", "turned"]

#: characters of names that are read; the authors of the largest experiments need a tenth of this
_MOST = 1 << 20

_PARENTHESIS = re.compile(r"\([^()]*\)")
_BETWEEN_NAMES = re.compile(r"[,;:]\s*(?:(?:and|&)\s+)?|\s(?:and|&)\s+")
_AND = re.compile(r"[;,]?\s(?:and|&)\s")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)
_ET_AL = re.compile(r"\s*\b(?:et al\b\.?|and others)\s*\Z", re.IGNORECASE)
_NOBODY = frozenset(("others", "et al", "et al.", "...", "…"))
# dblp numbers people of one name: "Wei Wang 0001".
_NUMBER = re.compile(r"\s\d{4}\Z")
# "ada@fen.example (Ada Moor)" is how RSS 2.0 names an author.
_MAIL = re.compile(r"\A\s*[^\s@()]{1,200}@[^\s@()]{1,200}\s*(?:\((.*)\)\s*)?\Z", re.DOTALL)
_BRACKETED_MAIL = re.compile(r"\s*<[^<>@\s]{1,200}@[^<>@\s]{1,200}>")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s-]*){1,4}")
# What no given name ends with: PubMed's initials, dblp's number.
_ENDS_NAME = re.compile(r"\s(?:[A-Z]{1,3}|\d{4})\Z")
_LETTER = re.compile(r"[^\W\d_]")
_PARTICLES = frozenset(
    re.findall(
        r"\w+",
        "a af al ap bin d da das de degli dei del della den der des di dos du el ibn la las le lo los san ten ter van"
        " vande vom von zu zum zur",
    )
)
_ORGANISATION = re.compile(
    r"\b(?:team|group|collaboration|consortium|laborator(?:y|ies)|lab|institute|university|committee|network|society"
    r"|initiative|center|centre|department|project|inc|ltd|llc|gmbh)\b",
    re.IGNORECASE,
)


def split_names(text: str) -> tuple[str, ...]:
    """The authors of a string as arXiv writes it: "Ada Moor (Fen College, Ely), B. Reed and C. Sedge Jr."

    Affiliations in parentheses are no part of a name.
    """
    return _joined(_BETWEEN_NAMES.split(_without_affiliations(clean(text[:_MOST]))))


def people(text: str, *, last_first: bool = False) -> tuple[str, ...]:
    """The people that one field names, whatever is between them, each with the family name last.

    "Ada Moor, B. Reed", "Moor, Ada; Reed, Bo", "Moor, A., Reed, B.", "Moor A, Reed B", "Moor, Ada, Reed, Bo".
    ``last_first`` is whether one comma always parts a family name from a given one, as in BibTeX and RIS; elsewhere
    "Ada Moor, Bo Reed" are two. "Research and Development Team" is one.
    """
    text = clean(text[:_MOST])
    if "@" in text and (mail := _MAIL.match(text)):
        text = mail[1] or ""
    text = _without_affiliations(_BRACKETED_MAIL.sub("", text))
    if ":" in text:  # "The Fen Collaboration: A. Moor, B. Reed"
        return tuple(name for part in text.split(":") for name in people(part, last_first=last_first))
    if ";" in text:
        parts = [part for one in text.split(";") for part in _listed(_ET_AL.sub("", one), last_first=True)]
        return turned(_joined(part.removeprefix("and ").removeprefix("& ") for part in parts))
    found = _joined(_listed(_ET_AL.sub("", text), last_first=last_first))
    # A single name may be that of "Bo XU".
    return found if last_first and len(found) == 1 else turned(found)


def in_order(name: str) -> str:
    """ "Moor, Ada" as "Ada Moor"; "Moor, Jr., Ada", as BibTeX has it, and "Moor, Ada, Jr." as "Ada Moor Jr."."""
    last, *others = (part.strip() for part in name.split(","))
    if len(others) > 1 and _SUFFIX.fullmatch(others[0]):
        others = [*others[1:2], others[0], *others[2:]]
    return " ".join(filter(None, (*others[:1], last, *others[1:])))


# ------------------------------------------------------------------------------------------- within one string


def _listed(text: str, *, last_first: bool) -> list[str]:
    """The names of a text without semicolons, in order."""
    text = text.strip().rstrip(":")
    if not _AND.search(text):
        return _between_commas(text, last_first=last_first)
    several = split_names(text)
    if _ORGANISATION.search(text) and "," not in text:
        return [text]
    parts = [part for part in (one.strip().strip(",") for one in _AND.split(text)) if part]
    if all(part.count(",") == 1 and not _is_list(part) for part in parts):
        return [in_order(part) for part in parts]
    if all(" " in name for name in several):
        return list(several)
    pairs = _pairs([part.strip() for part in re.split(",", _AND.sub(",", text)) if part.strip()])
    return pairs or [in_order(text) if "," in text and " and " not in text else text]


def _between_commas(text: str, *, last_first: bool) -> list[str]:
    parts: list[str] = []
    for part in (part.strip() for part in text.split(",")):
        # "Moor, Jr., Ada" and "Moor, Ada, Jr.": a suffix is part of the name before it.
        if parts and _SUFFIX.fullmatch(part):
            parts[-1] += f" {part}"
        elif part:
            parts.append(part)
    if len(parts) < 2:
        return parts
    if len(parts) == 2 and not (_is_list(text) and (not last_first or all(map(_ENDS_NAME.search, parts)))):
        return [in_order(text) if text.count(",") > 1 else f"{parts[1]} {parts[0]}"]
    if pairs := _pairs(parts):
        return pairs
    return parts if all(" " in part for part in parts) or len(parts) > 2 else [text]


def _is_list(text: str) -> bool:
    """Whether what is between the commas of a text are whole names: "Ada Moor, Bo Reed", "Moor A, Reed B"."""
    parts = [part.strip() for part in text.split(",") if not _SUFFIX.fullmatch(part.strip())]
    return all(len(part.split()) > 1 and not _INITIALS.fullmatch(part) for part in parts) and not _has_particle(
        parts[0]
    )


def _pairs(parts: list[str]) -> list[str]:
    """ "Moor", "A.", "Reed", "B. C." as "A. Moor", "B. C. Reed"; nothing where the parts cannot be read so."""
    if len(parts) % 2 or len(parts) < 2:
        return []
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    initials = all(_INITIALS.fullmatch(first) and first.isupper() for _, first in pairs)
    words = all(_is_family(last) and len(first.split()) <= 3 and not _is_family_only(first) for last, first in pairs)
    if initials or (words and len(pairs) > 1):
        return [_with_suffix(first, last) for last, first in pairs]
    return []


def _with_suffix(first: str, last: str) -> str:
    """A suffix comes after the family name, whichever part it was written behind."""
    *given, suffix = first.split()
    return f"{' '.join(given)} {last} {suffix}" if given and _SUFFIX.fullmatch(suffix) else f"{first} {last}"


def _is_family(part: str) -> bool:
    """Whether this may be a family name alone: one word, or one with particles or a suffix."""
    words = [word for word in part.split() if word.lower() not in _PARTICLES and not _SUFFIX.fullmatch(word)]
    return len(words) == 1 and not (_INITIALS.fullmatch(words[0]) and "." in words[0])


def _is_family_only(part: str) -> bool:
    return _has_particle([part]) and len(part.split()) > 1


def _has_particle(parts: list[str] | str) -> bool:
    first = parts[0] if isinstance(parts, list) else parts
    return first.split()[:1] != [] and first.split()[0] in _PARTICLES


def turned(names: tuple[str, ...]) -> tuple[str, ...]:
    """ "Moor A", as PubMed writes it, as "A Moor", where all names are written so."""
    split = [name.rpartition(" ") for name in names]
    if all(
        last and len(first) <= 3 and first.isalpha() and first.isupper() and not _is_initials(last)
        for last, _, first in split
    ):
        return tuple(f"{first} {last}" for last, _, first in split)
    return names


def _is_initials(text: str) -> bool:
    return _INITIALS.fullmatch(text) is not None and (text.isupper() or "." in text)


# ------------------------------------------------------------------------------------------------- each name


def _without_affiliations(text: str) -> str:
    # arXiv nests them twice: "((1) Fen College, (2) Heath Institute (Ely))".
    for _ in range(4):
        if "(" not in text:
            break
        text = _PARENTHESIS.sub("", text)
    return text


def _joined(parts: Iterable[str]) -> tuple[str, ...]:
    """The names, cleaned; a suffix joins the name before it, and what has no letter is no name."""
    found: list[str] = []
    for part in parts:
        name = _NUMBER.sub("", _ET_AL.sub("", clean(part))).strip(" :,")
        if found and _SUFFIX.fullmatch(name):
            found[-1] += f" {name}"
        elif _LETTER.search(name) and name.lower() not in _NOBODY:
            found.append(name)
    return tuple(found)
