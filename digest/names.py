"""Whether two ways to write a person's name can mean one person. Pure.

A name is read in every order that people write it in: "Yann LeCun", "LeCun, Yann", "LeCun Yann", "Y. LeCun". Hyphens
hold a name together: Wei-Wei is not Wei, though Xiao-Ming is Xiaoming. Initials stand for names that begin with them, a
name that one of the two leaves out does not count, and two that contradict each other don't match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from digest.tex import has_tex, name_to_unicode
from digest.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Name", "anchors", "can_be", "read_name"]

#: no person has more; what is longer is a list of people that nobody took apart
_MOST_UNITS = 10
#: what can begin a family name of several units
_PARTICLES = frozenset({
    *("van", "von", "der", "den", "de", "del", "della", "delle", "di", "da", "dos", "das", "do", "du", "la", "le"),
    *("les", "los", "el", "al", "ter", "ten", "te", "zu", "zum", "zur", "af", "av", "bin", "ibn", "ben", "abu"),
    *("st", "san", "santa", "saint", "mac", "mc"),
})  # fmt: skip
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "dr", "prof"})
# An apostrophe within a name is left out: O'Brien is OBrien.
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ`´‘](?=\w)")
_UNIT = re.compile(r"[^\W\d_]+\.?(?:[-‐‑–]\s?[^\W\d_]+\.?)*")
_PART = re.compile(r"[^\W\d_]+")
#: two or three capitals together: the initials of given names
_CAPITALS = re.compile(r"[A-Z]{2,3}")
_DIGRAPH = re.compile(r"([aou])e|a(?=a)")
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """One name of a person: its parts, which hyphens join, folded."""

    parts: tuple[str, ...]
    #: whether it is written in two or three capitals, and may be as many initials
    capitals: bool = False

    @property
    def joined(self) -> str:
        """The name without hyphens."""
        return "".join(self.parts)

    @property
    def initials(self) -> tuple[str, ...]:
        """Its initials, where it has nothing else; else nothing."""
        if self.capitals:
            return tuple(self.joined)
        return self.parts if all(len(part) == 1 for part in self.parts) else ()


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it was written: its units in order, and which of them the family name is, where a comma tells."""

    units: tuple[Unit, ...]
    #: how many units before the comma; 0 where there is no comma
    family: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """The units as texts, the family name last; read in a row they are this name."""
        units = self.units[self.family :] + self.units[: self.family]
        return tuple(unit.joined.upper() if unit.capitals else "-".join(unit.parts) for unit in units)

    def orders(self) -> Iterator[tuple[tuple[Unit, ...], str, bool]]:
        """Every way to tell the given names from the family name, which is joined.

        With each whether the family name is first though no comma says so.
        """
        if self.family:
            yield self.units[self.family :], _joined(self.units[: self.family]), False
            return
        lengths = range(1, len(self.units))
        for length in lengths:
            yield self.units[:-length], _joined(self.units[-length:]), False
        for length in lengths:
            yield self.units[length:], _joined(self.units[:length]), True


@lru_cache(maxsize=1 << 14)
def read_name(text: str) -> Name:
    """Read a name; one without letters has no units. Titles, "Jr." and numbers are left out, and are no name alone."""
    before, *after = (name_to_unicode(text) if has_tex(text) else text).split(",")
    units, rest = _units(before), [unit for part in after for unit in _units(part)]
    if not units or not rest:
        return Name((*units, *rest)[:_MOST_UNITS])
    return Name((*units, *rest)[:_MOST_UNITS], family=min(len(units), _MOST_UNITS))


def _units(text: str) -> tuple[Unit, ...]:
    text = _APOSTROPHES.sub("", text)
    found = list(islice(_UNIT.finditer(text), 2 * _MOST_UNITS))
    pairs = [
        (one[0], Unit(tuple(map(_folded, _PART.findall(one[0]))), capitals=bool(_CAPITALS.fullmatch(one[0]))))
        for one in found
    ]
    kept = [(written, unit) for written, unit in pairs if unit.joined not in _SUFFIXES]
    # A name that is in capitals throughout has no initials by that.
    if len(kept) > 1 and all(
        written.isupper() and (unit.capitals or len(unit.joined) > _SHORT) for written, unit in kept
    ):
        return tuple(Unit(unit.parts) for _, unit in kept)
    return tuple(unit for _, unit in kept)


def _folded(part: str) -> str:
    """ä and ae, ö and oe, ü and ue, å and aa are one."""
    plain = fold(part)
    return _DIGRAPH.sub(r"\1", plain) if len(plain) > _SHORT else plain


def _joined(units: Sequence[Unit]) -> str:
    return "".join(unit.joined for unit in units)


def anchors(name: Name) -> set[str]:
    """What a name has in common with every name that can be the same: look for candidates by it."""
    if len(name.units) == 1:
        return {name.units[0].joined}
    return {family for _, family, _ in name.orders()} | {_joined(name.units)} | {unit.joined for unit in name.units}


def can_be(wanted: Name, written: Name) -> bool:
    """Whether somebody whose name is ``written`` can be the one who is ``wanted``.

    One wanted name alone is any name of the other: "Schoelkopf", or a family name with what belongs to it ("van den
    Oord"). More are compared as given names and family name.
    """
    if not wanted.units or not written.units:
        return False
    whole = _joined(wanted.units)
    if len(wanted.units) == 1:
        return (
            whole == _joined(written.units)
            or any(unit.joined == whole for unit in written.units)
            or _is_family(whole, written)
        )
    if wanted.units[0].joined in _PARTICLES and not wanted.family and _is_family(whole, written):
        return True
    return any(
        family == other and (not (turned and turned_too) or len(names) == len(others)) and _given(names, others)
        for names, family, turned in wanted.orders()
        for others, other, turned_too in written.orders()
    )


def _is_family(joined: str, name: Name) -> bool:
    return any(family == joined for _, family, _ in name.orders())


def _given(some: Sequence[Unit], others: Sequence[Unit]) -> bool:
    """Whether two rows of given names can be one person's; a name that one leaves out does not count."""
    if not some or not others or _joined(some) == _joined(others):
        return True
    for one, other in ((some, others), (others, some)):
        initials = [letter for unit in one for letter in unit.initials]
        if initials and all(unit.initials for unit in one):
            parts = [part for unit in other for part in unit.parts]
            if len(initials) > 1 and _begin(initials, parts):
                return True
    shorter, longer = (some, others) if len(some) <= len(others) else (others, some)
    if all(_one(first, second) for first, second in zip(shorter, longer, strict=False)):
        return True
    # Robert Oppenheimer is J. Robert Oppenheimer, but E. Hinton is not G. E. Hinton.
    rest = iter(longer)
    return not any(unit.initials for unit in shorter) and all(
        any(unit.joined == other.joined for other in rest) for unit in shorter
    )


def _begin(initials: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether names begin with some initials, as far as both go."""
    return len(parts) > 1 and all(part.startswith(letter) for letter, part in zip(initials, parts, strict=False))


def _one(one: Unit, other: Unit) -> bool:
    """Whether two given names can be one: equal, or the initials of one those of the other."""
    if one.joined == other.joined:
        return True
    return _abbreviates(one.initials, other) or _abbreviates(other.initials, one)


def _abbreviates(initials: Sequence[str], unit: Unit) -> bool:
    """Whether initials stand for a name: J. and J.-P. for Jean-Pierre, X. and X.-M. for Xiaoming."""
    if not initials or not unit.joined.startswith(initials[0]):
        return False
    if len(initials) == 1:
        return True
    if len(unit.parts) > 1 or unit.initials:
        own = unit.initials or tuple(part[0] for part in unit.parts)
        return all(first == second for first, second in zip(initials, own, strict=False))
    rest = iter(unit.joined[1:])
    return all(letter in rest for letter in initials[1:])
