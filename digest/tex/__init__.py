r"""Convert the TeX in titles and abstracts to Unicode. Pure.

    N\"ollenburg, M{\aa}ns   Nöllenburg, Måns        $\ell_p$ norms in $\mathbb{R}^d$   ℓₚ norms in ℝᵈ
    $10^{-3}$, CO$_2$        10⁻³, CO₂               $\mathcal{O}(n \log n)$            O(n log n)
    \emph{not} \$5           not $5                  $\mathcal{L}_{CE}$, $2^{O(n)}$     L_CE, 2^(O(n))

What Unicode does not have stays readable:

- Sub- and superscripts without Unicode letters keep their sign: ``x_max``, ``ℝ^(n×d)``.
- ``\frac{a+b}{c}`` becomes (a+b)/c.
- Letters lose their fonts, except ℝ ℕ ℤ ℚ ℂ ℙ ℍ: the others are missing from the fonts of mail clients.
- An unknown macro keeps its name (``$\KL{p}$`` becomes KL(p), ``\ours`` becomes ours). If it formats running text, only
  the text is kept (``\hl{text}`` becomes text).

Not changed are backslashes within words (``C:\new``), braces that belong to no macro, ``x_1`` outside of mathematics,
and dollars that are no mathematics (``$5 and $10``).

We don't use pylatexenc 2.11, the usual library, because it is made for whole documents. It drops everything after a
percent sign ("100% of it" becomes "100") and every dollar ("costs $5 and $10" becomes "costs 5 and10"). It drops
unknown macros and has no sub- and superscripts. It raises IndexError on ``\href`` and RecursionError on a thousand
braces, and it takes fifty times as long (4 ms for an abstract).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.tex.reading import convert

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["has_tex", "name_to_unicode", "to_unicode"]

_NAME = str.maketrans({"{": None, "}": None, "~": " "})
_MOST_ROUNDS = 4
_SIGNS = "\\${}^_~`"
# A long text of which more than one in ten characters is a sign of TeX was written by nobody. To read a million of
# them takes seconds.
_LONG, _MOST_SIGNS = 20_000, 1 / 10


def to_unicode(text: str) -> str:
    """Convert a title or an abstract. Converting the result again changes nothing.

    White space is left to ``digest.text.clean``, which is called later. It takes linear time, and the result is never
    much longer than twice the text.
    """
    return _settled(text, convert) if has_tex(text) and not _is_noise(text) else text


def name_to_unicode(text: str) -> str:
    """Convert an author's name. Unlike ``to_unicode``, it removes all braces, and ``~`` is always a space."""
    return (
        _settled(text, lambda name: convert(name).translate(_NAME)) if has_tex(text) and not _is_noise(text) else text
    )


def has_tex(text: str) -> bool:
    """Whether a text may contain TeX: whether it has any of TeX's special characters."""
    # Separate searches run at the speed of memory; a character class takes twenty times as long.
    return (
        "\\" in text
        or "$" in text
        or "{" in text
        or "^" in text
        or "_" in text
        or "~" in text
        or "`" in text
        or "--" in text
    )


def _is_noise(text: str) -> bool:
    """Whether a text is mostly signs of TeX."""
    return len(text) > _LONG and sum(map(text.count, _SIGNS)) > len(text) * _MOST_SIGNS


def _settled(text: str, once: Callable[[str], str]) -> str:
    r"""Convert until nothing changes: ``\$x_1\$`` becomes $x_1$, then x₁. If it never settles, return the text."""
    before = text
    for _ in range(_MOST_ROUNDS):
        after = once(before)
        if after == before or not has_tex(after):
            return after
        before = after
    return text
