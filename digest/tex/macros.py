"""Rules for known macros. Each rule gets the position after the macro's name."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from digest.tex.chemistry import chemistry
from digest.tex.mathematics import factor, script
from digest.tex.symbols import (
    ACCENTS,
    DOUBLE_STRUCK,
    LEFT_OUT,
    LETTERS,
    MATH_ACCENTS,
    OPERATORS,
    SHOWN,
    SILENT,
    SPACES,
    SYMBOLS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from digest.tex.reading import Stretch

    #: (the text, the meaning of the macro, the position after its name) -> its Unicode text, the position after it
    Rule = Callable[[Stretch, str, int], tuple[str, int]]

__all__ = ["accent", "rule"]

_ESCAPED = re.compile(r"\\([_%#&~$])")


def rule(name: str) -> tuple[Rule, str] | None:
    """The rule for a macro and its meaning; None if the macro is unknown."""
    return _RULES.get(name) or ((_shown, name) if name.startswith(("math", "text")) else None)


def _letter(stretch: Stretch, letter: str, at: int) -> tuple[str, int]:
    if stretch.text.startswith("{}", at):
        return letter, at + 2
    after = stretch.skip_space(at)
    return letter, after if stretch.next(after).isalpha() else at


def _symbol(stretch: Stretch, symbol: str, at: int) -> tuple[str, int]:
    if stretch.text.startswith("{}", at):
        return symbol, at + 2
    if stretch.math and (symbol.isalpha() or symbol in "∂∇∀∃"):
        after = stretch.skip_space(at)
        return symbol, after if stretch.next(after).isalpha() else at
    return symbol, at


def _operator(stretch: Stretch, operator: str, at: int) -> tuple[str, int]:
    """In mathematics, use the same space on both sides. The space after the name may only end the name."""
    if not stretch.math:
        return operator, at
    after = stretch.skip_space(at)
    following = stretch.next(after)
    return (f"{operator} " if stretch.before == " " and following and following not in "_^" else operator), after


def _silent(stretch: Stretch, name: str, at: int) -> tuple[str, int]:
    if name != "xspace":
        at = stretch.skip_space(at)
    return "", at + (name in {"left", "right"} and stretch.next(at) == ".")


def _left_out(stretch: Stretch, _name: str, at: int) -> tuple[str, int]:
    at += stretch.next(at) == "*"
    for _ in range(2):
        at = stretch.option(at)[1]
    return "", stretch.raw_argument(at)[1] if stretch.next(at) == "{" else at


def _shown(stretch: Stretch, name: str, at: int) -> tuple[str, int]:
    at += stretch.next(at) == "*"
    content, end = stretch.argument(at, math=stretch.math and name not in _TEXTS)
    gap = " " if name == "operatorname" and stretch.before.isalnum() and len(content) > 1 else ""
    return gap + content, end


def _double_struck(stretch: Stretch, _: str, at: int) -> tuple[str, int]:
    content, end = stretch.argument(at)
    return "".join(DOUBLE_STRUCK.get(letter, letter) for letter in content), end


# -- accents


def accent(stretch: Stretch, sign: str, at: int) -> tuple[str, int]:
    """An accent in text. If the result would not be a letter, the backslash only escapes the quote."""
    literal = f"\\{sign}" if sign.isalpha() else sign
    first = stretch.next(at)
    braced = first == "{"
    if not (
        braced
        or first.isalpha()
        or (first == "\\" and stretch.next(at + 1).isalpha())
        or (first == " " and sign.isalpha())
    ):
        return literal, at
    content, end = stretch.argument(at, math=False)
    if not content:
        return (literal if not braced or sign in "^~" else ""), max(end, at)
    accented = _accented(content, ACCENTS[sign])
    if not braced and len(accented) > len(content):
        return literal, at
    return accented, end


def _math_accent(stretch: Stretch, mark: str, at: int) -> tuple[str, int]:
    content, end = stretch.argument(at)
    return (_accented(content, mark) if len(content) == 1 else content), end


def _not(stretch: Stretch, _: str, at: int) -> tuple[str, int]:
    content, end = stretch.argument(at)
    return _operator(stretch, _accented(content, "\u0338"), end)


# -- macros with special arguments


def _fraction(stretch: Stretch, _: str, at: int) -> tuple[str, int]:
    above, at = stretch.argument(at)
    below, at = stretch.argument(at)
    before = " " if stretch.before.isalnum() else ""
    after = " " if stretch.next(at).isalnum() else ""
    return f"{before}{factor(above)}/{factor(below)}{after}", at


def _root(stretch: Stretch, _: str, at: int) -> tuple[str, int]:
    degree, at = stretch.option(at)
    content, at = stretch.argument(at)
    return f"{script(degree, '^') if degree else ''}√{factor(content)}", at


def _binomial(stretch: Stretch, _: str, at: int) -> tuple[str, int]:
    above, at = stretch.argument(at)
    below, at = stretch.argument(at)
    return f"({above} choose {below})", at


def _stacked(stretch: Stretch, sign: str, at: int) -> tuple[str, int]:
    mark, at = stretch.argument(at)
    content, at = stretch.argument(at)
    return content + (script(mark, sign) if mark.strip() else ""), at


def _raised(stretch: Stretch, sign: str, at: int) -> tuple[str, int]:
    content, at = stretch.argument(at, math=False)
    return script(content, sign) if content.strip() else "", at


def _between(stretch: Stretch, marks: str, at: int) -> tuple[str, int]:
    content, at = stretch.argument(at)
    return f"{marks[0]}{content}{marks[1]}", at


def _modulus(stretch: Stretch, _: str, at: int) -> tuple[str, int]:
    content, at = stretch.argument(at)
    return f"{'' if stretch.before == ' ' else ' '}(mod {content})", at


def _modulo(stretch: Stretch, word: str, at: int) -> tuple[str, int]:
    return f"{'' if stretch.before == ' ' else ' '}{word} ", stretch.skip_space(at)


def _address(stretch: Stretch, _: str, at: int) -> tuple[str, int]:
    content, at = stretch.raw_argument(at)
    return _ESCAPED.sub(r"\1", content), at


def _chemistry(stretch: Stretch, _: str, at: int) -> tuple[str, int]:
    content, at = stretch.raw_argument(at)
    return chemistry(content), at


def _second(stretch: Stretch, _: str, at: int) -> tuple[str, int]:
    return stretch.argument(stretch.raw_argument(at)[1])


def _footnote(stretch: Stretch, _: str, at: int) -> tuple[str, int]:
    content, at = stretch.argument(at, math=False)
    return f"{'' if stretch.before == ' ' else ' '}({content.strip()})" if content.strip() else "", at


def _accented(content: str, mark: str) -> str:
    """Add a combining mark to the first character. An i loses its dot."""
    first = {"ı": "i", "ȷ": "j"}.get(content[:1], content[:1])
    return unicodedata.normalize("NFC", first + mark) + content[1:]


#: macros whose argument is text, even in mathematics
_TEXTS = frozenset(
    [
        "text",
        "textrm",
        "textbf",
        "textit",
        "texttt",
        "textsc",
        "textsf",
        "textup",
        "textnormal",
        "mbox",
        "hbox",
        "fbox",
        "emph",
    ]
)

_RULES: dict[str, tuple[Rule, str]] = {
    **{name: (_symbol, symbol) for name, symbol in SYMBOLS.items()},
    **{name: (_operator, operator) for name, operator in OPERATORS.items()},
    **{name: (_letter, letter) for name, letter in LETTERS.items()},
    **{name: (accent, name) for name in ACCENTS if name.isalpha()},
    **{name: (_math_accent, mark) for name, mark in MATH_ACCENTS.items()},
    **dict.fromkeys(SPACES, (_symbol, " ")),
    **{name: (_silent, name) for name in SILENT},
    **{name: (_left_out, name) for name in LEFT_OUT},
    **{name: (_shown, name) for name in SHOWN},
    **{name: (_fraction, name) for name in ("frac", "tfrac", "dfrac", "cfrac", "nicefrac", "sfrac")},
    **{name: (_binomial, name) for name in ("binom", "tbinom", "dbinom")},
    **{name: (_address, name) for name in ("url", "path", "nolinkurl")},
    **{name: (_second, name) for name in ("href", "textcolor", "colorbox", "raisebox")},
    **dict.fromkeys(("overset", "stackrel"), (_stacked, "^")),
    "underset": (_stacked, "_"),
    "textsuperscript": (_raised, "^"),
    "textsubscript": (_raised, "_"),
    "sqrt": (_root, "sqrt"),
    "mathbb": (_double_struck, "mathbb"),
    "not": (_not, "not"),
    "abs": (_between, "||"),
    "norm": (_between, "‖‖"),
    "pmod": (_modulus, "mod"),
    "bmod": (_modulo, "mod"),
    "footnote": (_footnote, "footnote"),
    "ce": (_chemistry, "ce"),
    "cee": (_chemistry, "cee"),
}
