"""Values of BibTeX: in braces or quotes, names of strings, and several of them joined with ``#``."""

from __future__ import annotations

import re

from digest.errors import DumpError

__all__ = ["Strings", "split_outside", "value"]

#: characters of a value: one @string can expand to many others, and each of those to many more
_LONGEST = 1 << 20
#: characters that all names of a library may expand to, together: as many as the file itself may have
_MOST_OF_NAMES = 64 << 20
#: the months have names in every style, and are kept as these: in ``"17~" # nov`` the name says which is the day
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Strings:
    """The values of names: the months, and what ``@string`` defines."""

    def __init__(self) -> None:
        self._meanings = {name: name for name in _MONTHS}
        self._room = _MOST_OF_NAMES

    def define(self, name: str, meaning: str) -> None:
        """Take a name in; the first meaning holds."""
        self._meanings.setdefault(name.lower(), meaning)

    def meaning(self, name: str) -> str:
        """The value of a name, or the name if it is not defined. DumpError if all values are too long together."""
        found = self._meanings.get(name.lower())
        if found is None:
            return name
        # A value has an end, but a few KB have room for hundreds of values of such a length.
        self._room -= len(found)
        if self._room < 0:
            raise DumpError(f"its @string names expand to more than {_MOST_OF_NAMES >> 20} million characters")
        return found


def value(written: str, names: Strings) -> str:
    """What a value means: ``{braces}`` and ``"quotes"`` taken off, names of strings replaced, joined at each ``#``."""
    parts: list[str] = []
    room = _LONGEST
    for part in split_outside(written, "#"):
        # Cut while it is put together: a line of names can expand to more than there is memory.
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
    """The parts of a value, split at a sign outside braces and quotes."""
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
