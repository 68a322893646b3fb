"""Read a text once, from left to right, and convert its TeX to Unicode."""

from __future__ import annotations

import re

from digest.tex.macros import accent, rule
from digest.tex.mathematics import is_math, is_tie, script
from digest.tex.symbols import ACCENTS, CONTROLS, FUNCTIONS

__all__ = ["convert"]

# Braces and arguments nested deeper than this are not converted.
_DEEPEST = 12
# No mathematics is longer than this. No search goes farther, which keeps the time linear.
_LONGEST_MATH = 2000

# Each pattern begins with a set of characters, and only then checks which one it was. So text without them is skipped
# at the speed of memory. Alternatives would all be tried at every character.
_SPECIAL = re.compile(r"[\\${^_~`'](?:(?<=\\)(?:([a-zA-Z]+)|(.))|(?<=\$)\$?|(?<=[{^_~])|(?<=`)`|(?<=')')", re.DOTALL)
_BRACE = re.compile(r"[{}\\](?:(?<=\\).)?", re.DOTALL)
_NOT_SPACE = re.compile(r"\S|\Z")
# Pages that strip backslashes leave the name of a macro, before a brace ("mathcal{O}") or a letter ("mathbb R").
_STRIPPED = re.compile(
    r"([^\\a-zA-Z])"
    r"(?=(?:math(?:cal|bb|bf|rm|sf|it|frak|scr)|boldsymbol)(?:\{| [A-Z](?![a-zA-Z]))"
    r"|(?:operatorname|text(?:bf|it|sc|rm|tt|superscript|subscript)?|emph)\{"
    r"|(?:wide)?(?:tilde|hat)\{|sqrt\{[^{}]*\}(?!\{)|frac\{[^{}]*\}\{[^{}]*\})"
)
# How these names begin or end. If each has a backslash before it, none was stripped. This test is faster than the
# pattern.
_STEMS = tuple(
    (name, f"\\{name}")
    for name in ("math", "text", "frac{", "sqrt{", "hat{", "tilde{", "emph{", "operatorname{", "boldsymbol")
)
# The American Physical Society writes each accent twice, for mathematics and for text.
_IF_MATH = re.compile(r"\\ifmmode\b.{0,200}?\\else\b\s*(.{0,200}?)\\fi(?:\{\}|(?![a-zA-Z]) ?)", re.DOTALL)
# Braces that protect capitals in BibTeX: "{B}ayesian", "{GPU}".
_CAPITALS = re.compile(r"[A-Z]+\}[a-z]|[A-Z][A-Za-z]+\}")
# A group that contains a macro or an accent: "{\aa}", "{Erd\H{o}s}".
_DASHES = re.compile(r"(?<![-!<])-{2,3}(?![->])")
_DRESSED = re.compile(r"""\\(?![{}$%&#_])|[^\\]*\\(?:["'`^~=.]|[cvuHrkoOlLij](?![a-zA-Z]))""")


def convert(text: str) -> str:
    """Convert a text once. The result may contain TeX again: ``\\$`` becomes a dollar."""
    if "--" in text:
        text = _DASHES.sub(_dash, text)
    if "\\ifmmode" in text:
        text = _IF_MATH.sub(r"\1", text)
    if any(name in text and text.count(name) > text.count(whole) for name, whole in _STEMS):
        text = _STRIPPED.sub(r"\1\\", f" {text}")[1:]
    return Stretch(text, _closing_braces(text) if "{" in text else {}, len(text)).read(0)


def _dash(found: re.Match[str]) -> str:
    """A dash; two hyphens before a word are an option of a program: " --verbose"."""
    if len(found[0]) == 3:
        return "—"
    text, begin, end = found.string, found.start(), found.end()
    is_option = (begin == 0 or not text[begin - 1].isalnum()) and text[end : end + 1].isalpha()
    is_operator = begin > 0 and text[begin - 1].isalnum() and text[end : end + 1] in {"", ";", ")"}
    return found[0] if is_option or is_operator else "–"


def _closing_braces(text: str) -> dict[int, int]:
    """Map the position of each opening brace to that of its closing brace."""
    opened: list[int] = []
    closing = {}
    for found in _BRACE.finditer(text):
        if found[0] == "{":
            opened.append(found.start())
        elif found[0] == "}" and opened:
            closing[opened.pop()] = found.start()
    return closing


class Stretch:
    """A part of a text, in mathematics or not. Methods that read return Unicode text and the position after it."""

    __slots__ = ("_closing", "_depth", "_end", "_out", "math", "text")

    def __init__(self, text: str, closing: dict[int, int], end: int, *, math: bool = False, depth: int = 0) -> None:
        self.text = text
        self._closing = closing
        self._end = end
        self.math = math
        self._depth = depth
        self._out: list[str] = []

    def read(self, at: int) -> str:
        """Convert the whole part."""
        text, end, out = self.text, self._end, self._out
        quoted = False
        while found := _SPECIAL.search(text, at, end):
            start, special = found.start(), found[0]
            if start > at:
                self._take(at, start)
            match special[0]:
                case "\\":
                    piece, at = self.macro(start)
                    self._close_gap(piece, at)
                case "$":
                    piece, at = self._dollar(special, start)
                case "{":
                    piece, at = self._group(start)
                case "^" | "_":
                    piece, at = self._script(special, start)
                case "~":
                    tie = self.math or is_tie(text[max(0, start - 2) : start], text[start + 1 : start + 2])
                    piece, at = " " if tie else "~", start + 1
                case "`":
                    piece, at, quoted = "“", start + 2, True
                case _:
                    piece, at = "″" if self.math else "”" if quoted else special, start + 2
            if piece:
                out.append(piece)
        self._take(at, end)
        return "".join(out)

    def _take(self, begin: int, end: int) -> None:
        """Text without TeX."""
        piece = self.text[begin:end]
        self._out.append(piece.replace("'", "′") if self.math else piece)

    @property
    def before(self) -> str:
        """The last character of the output so far."""
        return self._out[-1][-1:] if self._out else ""

    def next(self, at: int) -> str:
        return self.text[at] if at < self._end else ""

    def skip_space(self, at: int) -> int:
        found = _NOT_SPACE.search(self.text, at, self._end)
        return found.start() if found else self._end

    def _close_gap(self, piece: str, at: int) -> None:
        """If a macro gave no text, remove one of the spaces around it."""
        if not piece and self.before == " " and self.next(at) in " .,;:)":
            self._out[-1] = self._out[-1][:-1]

    def _inside(self, begin: int, end: int, *, math: bool) -> str:
        if self._depth >= _DEEPEST:
            return self.text[begin:end]
        return Stretch(self.text, self._closing, end, math=math, depth=self._depth + 1).read(begin)

    def argument(self, at: int, *, math: bool | None = None) -> tuple[str, int]:
        """The argument at this position: a group, a macro or a character."""
        math = self.math if math is None else math
        at = self.skip_space(at)
        first = self.next(at)
        if first == "{" and (close := self._closing.get(at, self._end)) < self._end:
            return self._inside(at + 1, close, math=math), close + 1
        if first == "\\" and self._depth < _DEEPEST:
            return Stretch(self.text, self._closing, self._end, math=math, depth=self._depth + 1).macro(at)
        return ("", at) if first in "}$" else (first, at + 1)

    def raw_argument(self, at: int) -> tuple[str, int]:
        """The content of a group, not converted."""
        at = self.skip_space(at)
        close = self._closing.get(at, self._end)
        return (self.text[at + 1 : close], close + 1) if close < self._end else ("", at)

    def option(self, at: int) -> tuple[str, int]:
        """The argument in brackets, if there is one."""
        close = self.text.find("]", at, min(self._end, at + 100)) if self.next(at) == "[" else -1
        return (self._inside(at + 1, close, math=self.math), close + 1) if close >= 0 else ("", at)

    # -- groups, scripts, dollars

    def _group(self, at: int) -> tuple[str, int]:
        close = self._closing.get(at, self._end)
        if close >= self._end:
            return "{", at + 1
        if self._depth >= _DEEPEST:
            return self.text[at : close + 1], close + 1
        inside = self._inside(at + 1, close, math=self.math)
        dressing = self.math or _DRESSED.match(self.text, at + 1, close) or _CAPITALS.match(self.text, at + 1)
        return inside if dressing else f"{{{inside}}}", close + 1

    def _script(self, sign: str, at: int) -> tuple[str, int]:
        r"""``^`` or ``_``. Outside of mathematics only ``^{`` and ``^\`` are sure to be TeX, and not ``[^{``."""
        after = self.next(at + 1)
        if not self.math and (after not in {"{", "\\"} or self.before == "["):
            return sign, at + 1
        content, end = self.argument(at + 1, math=True)
        if not content.strip():
            return ("" if end > at + 2 else sign), max(end, at + 1)
        written = script(content, sign)
        if len(written) > 2 and written[0] == sign and written[-1].isalnum() and self.next(end).isalnum():
            written = f"{sign}({written[1:]})"
        return written, end

    def _dollar(self, sign: str, at: int) -> tuple[str, int]:
        begin = at + len(sign)
        if self.math:
            return "", begin
        close = self._find(sign, begin)
        after = close + len(sign)
        if close < 0 or not is_math(self.text[begin:close], self.next(after)):
            # The second of two dollars may still begin mathematics.
            return "$", at + 1
        return self._inside(begin, close, math=True).strip(), after

    def _find(self, mark: str, at: int) -> int:
        """The next position of a mark without a backslash before it; -1 if it is not near."""
        limit = min(self._end, at + _LONGEST_MATH)
        place = self.text.find(mark, at, limit)
        while place >= 0:
            first = place
            while first > at and self.text[first - 1] == "\\":
                first -= 1
            if (place - first) % 2 == 0:
                break
            place = self.text.find(mark, place + 1, limit)
        return place

    # -- macros

    def macro(self, at: int) -> tuple[str, int]:
        """A backslash and everything that belongs to it."""
        found = _SPECIAL.match(self.text, at, self._end)
        if not found:
            return "\\", at + 1
        name, sign = found.groups()
        after = found.end()
        if name is None:
            return self._control(sign, after)
        if self.math and len(name) == 1:
            return self._unknown(name, after)
        if known := rule(name):
            follow, meaning = known
            return follow(self, meaning, after)
        return self._unknown(name, after)

    def _control(self, sign: str, at: int) -> tuple[str, int]:
        """A backslash before anything but a letter."""
        if sign in CONTROLS:
            return CONTROLS[sign], at
        if sign in ACCENTS:
            return accent(self, sign, at)
        if sign in "([" and not self.math:
            close = self._find("\\)" if sign == "(" else "\\]", at)
            if close >= 0:
                return self._inside(at, close, math=True).strip(), close + 2
        return (sign if self.math else f"\\{sign}"), at

    def _with_arguments(self, name: str, at: int) -> tuple[str, int]:
        while self.next(at) == "{" and self._closing.get(at, self._end) < self._end:
            content, at = self.argument(at)
            name += f"({content})"
        return name, at

    def _unknown(self, name: str, at: int) -> tuple[str, int]:
        """A macro that is the name of a function, or unknown."""
        source = self.text
        gap = " " if self.before.isalnum() and len(name) > 1 else ""
        if source.startswith("{}", at):
            return gap + name, at + 2
        if self.next(at) == "{" and name not in FUNCTIONS:
            return self._with_arguments(gap + name, at) if self.math else self.argument(at)
        if name in FUNCTIONS:
            return f"{gap}{name}" + (" " if self.next(at).isalnum() or self.next(at) == "{" else ""), at
        start = at - len(name) - 1
        if self.math:
            return gap + name, at
        within = start > 0 and (source[start - 1].isalnum() or source[start - 1] in "\\:._/")
        return f"\\{name}" if within or self.next(at).isdigit() else name, at
