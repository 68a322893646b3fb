r"""Formulas of chemistry (mhchem): ``\ce{H2O}`` is H₂O, ``\ce{SO4^2-}`` is SO₄²⁻, ``\ce{^{14}C}`` is ¹⁴C."""

from __future__ import annotations

import re

from digest.tex.symbols import ABOVE, BELOW

__all__ = ["chemistry"]

_LONGEST = 2000  # characters of a formula
_ARROWS = {"<=>": "⇌", "<->": "↔", "->": "→", "<-": "←"}
_ARROW = re.compile(r"\s*(<=>|<->|->|<-)(?:\[[^\[\]]{0,100}\]){0,2}\s*")
_RAISED = re.compile(r"\^\{([^{}]{0,40})\}|\^([0-9]{0,3}[+-]|[0-9]{1,3})")
_LOWERED = re.compile(r"_\{([^{}]{0,40})\}|_([0-9]{1,3}|[a-zA-Z])")
# A number behind an element or a bracket counts atoms; one before a formula counts molecules.
_ATOMS = re.compile(r"(?<=[A-Za-z)\]])([0-9]{1,3})")
# A sign at the end of an ion is its charge: "Na+". One between spaces adds.
_CHARGE = re.compile(r"(?<=[A-Za-z)\]₀-₉])([+-])(?=\s|\Z)")
_MATH = re.compile(r"\$([^$]{0,100})\$")


def chemistry(formula: str) -> str:
    """The text of a formula; one of more than 2,000 characters comes back as it is."""
    if len(formula) > _LONGEST:
        return formula
    text = _MATH.sub(r"\1", formula)
    text = _RAISED.sub(lambda found: _written(found[1] or found[2] or "", ABOVE, "^"), text)
    text = _LOWERED.sub(lambda found: _written(found[1] or found[2] or "", BELOW, "_"), text)
    text = _ATOMS.sub(lambda found: found[1].translate(BELOW), text)
    text = _CHARGE.sub(lambda found: found[1].translate(ABOVE), text)
    return _ARROW.sub(lambda found: f" {_ARROWS[found[1]]} ", text).strip()


def _written(content: str, table: dict[int, int], sign: str) -> str:
    """What is raised or lowered, in letters of that kind where Unicode has all of them."""
    return content.translate(table) if all(ord(one) in table for one in content) else f"{sign}{content}"
