"""Values of BibTeX: in braces or quotes, names of strings, and several of them joined with ``#``."""

from __future__ import annotations

import re

from digest.errors import DumpError

__all__ = ["Strings", "split_outside", "value"]

#: characters of a value; @string lets one line stand for many, and each for many more
_LONGEST = 1 << 20
#: characters that all the names of a library may stand for, wherever they are used: as many as it may have itself
_MOST_OF_NAMES = 64 << 20
#: the months have names in every style, and are kept as these: in ``"17~" # nov`` the name says which is the day
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Strings:
    """What names stand for: the months, and those that ``@string`` defines."""

    def __init__(self) -> None:
        self._meanings = {name: name for name in _MONTHS}
        self._room = _MOST_OF_NAMES

    def define(self, name: str, meaning: str) -> None:
        """Take a name in; the first meaning holds."""
        self._meanings.setdefault(name.lower(), meaning)

    def meaning(self, name: str) -> str:
        """What a name stands for; itself, where nobody defined it. DumpError where it was all too much."""
        found = self._meanings.get(name.lower())
        if found is None:
            return name
        # A value has an end, but a few KB have room for hundreds of values of such a length.
        self._room -= len(found)
        if self._room < 0:
            raise DumpError(f"its names (@string) stand for more than {_MOST_OF_NAMES >> 20} million characters")
        return found


def value(written: str, names: Strings) -> str:
    """What a value means: ``{braces}`` and ``"quotes"`` taken off, names of strings replaced, joined at each ``#``."""
    parts: list[str] = []
    room = _LONGEST
    for part in split_outside(written, "#"):
        # Cut while they are put together: a line of names can stand for more than there is memory.
        parts.append(_part(part.strip(), names)[:room])
        room -= len(parts[-1])
        if room <= 0:
            break
    return "".join(parts)


def _part(part: str, names: Strings) -> str:
    if len(part) >= 2 and part[0] + part[-1] in ("{}", '""'):
        return part[1:-1]
    return names.meaning(part)


def split_outside(written: str, separator: str) -> list[str]:
    """The parts of a value between a sign that stands in no braces and no quotes."""
    if separator not in written:
        return [written]
    parts: list[str] = []
    depth = begin = 0
    quoted = False
    for place in re.finditer(r'\\.|[{}"#=]', written, re.DOTALL):
        sign = place[0]
        if sign == '"' and depth == 0:
            quoted = not quoted
        elif sign in "{}":
            depth = max(0, depth + (1 if sign == "{" else -1))
        elif sign == separator and depth == 0 and not quoted:
            parts.append(written[begin : place.start()])
            begin = place.end()
    return [*parts, written[begin:]]
