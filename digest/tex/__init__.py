r"""TeX as titles and abstracts have it, said in Unicode. Pure.

    N\"ollenburg, M{\aa}ns   Nöllenburg, Måns        $\ell_p$ norms in $\mathbb{R}^d$   ℓₚ norms in ℝᵈ
    $10^{-3}$, CO$_2$        10⁻³, CO₂               $\mathcal{O}(n \log n)$            O(n log n)
    \emph{not} \$5           not $5                  $\mathcal{L}_{CE}$, $2^{O(n)}$     L_CE, 2^(O(n))

What Unicode cannot say stays readable: a script without letters of its own keeps its sign (``x_max``, ``ℝ^(n×d)``),
``\frac{a+b}{c}`` is (a+b)/c, letters lose their fonts (all but ℝ ℕ ℤ ℚ ℂ ℙ ℍ: the others are missing from the fonts
of mail clients), and a macro that nobody here knows keeps its name (``$\KL{p}$`` is KL(p), ``\ours`` is ours), unless
it dresses running text (``\hl{text}`` is text). Backslashes within words (``C:\new``), braces of no macro, ``x_1``
outside of mathematics and dollars around none (``$5 and $10``) stay as they are.

The tables are our own. pylatexenc 2.11, the library for this, reads documents, and titles and abstracts are none: it
drops what follows a percent sign ("100% of it" becomes "100") and every dollar ("costs $5 and $10" becomes "costs 5
and10"), leaves unknown macros out, has no sub- and superscripts, raises IndexError on ``\href`` and RecursionError on a
thousand braces, and takes fifty times as long (4 ms for an abstract).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.tex.reading import convert

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["has_tex", "name_to_unicode", "to_unicode"]

_NAME = str.maketrans({"{": None, "}": None, "~": " "})
_MOST_ROUNDS = 4


def to_unicode(text: str) -> str:
    """A title or an abstract without TeX. Text that has none comes back at once, and what was converted stays so.

    White space is left to ``digest.text.clean``, which comes afterwards. Takes time linear in the text, and never makes
    it much longer than twice its length.
    """
    return _settled(text, convert) if has_tex(text) else text


def name_to_unicode(text: str) -> str:
    """An author's name without TeX: as ``to_unicode``, and all braces are dressing, and ``~`` is always a space."""
    return _settled(text, lambda name: convert(name).translate(_NAME)) if has_tex(text) else text


def has_tex(text: str) -> bool:
    """Whether a text may have TeX in it: whether it has any of the signs that TeX is written with."""
    # One by one these are found at the speed of memory; a character class takes twenty times as long.
    return "\\" in text or "$" in text or "{" in text or "^" in text or "_" in text or "~" in text or "`" in text


def _settled(text: str, once: Callable[[str], str]) -> str:
    r"""Convert until nothing changes: ``\$x_1\$`` is $x_1$ is x₁. What does not settle is left as it was."""
    before = text
    for _ in range(_MOST_ROUNDS):
        after = once(before)
        if after == before or not has_tex(after):
            return after
        before = after
    return text
