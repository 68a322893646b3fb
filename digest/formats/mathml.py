"""MathML on one line of text: ``<msub><mi>k</mi><mn>1</mn></msub>`` is k₁ (www.w3.org/TR/mathml-core/)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from lxml import etree

from digest.tex.mathematics import factor, script
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["math_text"]

#: an element of lxml, which comes without types
_Element: TypeAlias = Any

# Deeper than any formula; what is nested deeper is written without its structure.
_DEEPEST = 40
_BEGIN = re.compile(r"<(/?)(?:[\w-]{1,12}:)?(m\w{1,20}|semantics|annotation(?:-xml)?|none)(?=[\s/>])", re.ASCII)
_INVISIBLE = dict.fromkeys(map(ord, "\u2061\u2062\u2063\u2064"))


def math_text(markup: str) -> str:
    """The text of one ``<math>`` element. Entities are those of XML; prefixes of names (``mml:``) don't matter."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(_BEGIN.sub(r"<\1\2", markup).encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        root = None
    return "" if root is None else clean(_text(root, 0)).translate(_INVISIBLE)


def _text(element: _Element, depth: int) -> str:
    name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    if name.startswith("annotation"):
        return ""
    if depth > _DEEPEST:
        return "".join(element.itertext())
    parts = [_text(child, depth + 1) for child in element if isinstance(child.tag, str)]
    if rule := _RULES.get(name):
        return rule(parts)
    # Spaces between elements are the source's, not the formula's.
    return (element.text or "").strip() + "".join(parts)


def _at(parts: list[str], number: int) -> str:
    return parts[number] if number < len(parts) else ""


def _scripts(parts: list[str], signs: str) -> str:
    written = (script(one, sign) for one, sign in zip(parts[1:], signs, strict=False) if one.strip())
    return _at(parts, 0) + "".join(written)


_RULES: dict[str, Callable[[list[str]], str]] = {
    "msub": lambda parts: _scripts(parts, "_"),
    "msup": lambda parts: _scripts(parts, "^"),
    "msubsup": lambda parts: _scripts(parts, "_^"),
    "munder": lambda parts: _scripts(parts, "_"),
    "munderover": lambda parts: _scripts(parts, "_^"),
    # An accent, mostly: it is left out, as it is in TeX where no letter has it.
    "mover": lambda parts: _at(parts, 0),
    "mfrac": lambda parts: f"{factor(_at(parts, 0))}/{factor(_at(parts, 1))}",
    "msqrt": lambda parts: f"√{factor(''.join(parts))}",
    "mroot": lambda parts: f"{script(_at(parts, 1), '^') if _at(parts, 1).strip() else ''}√{factor(_at(parts, 0))}",
    "mfenced": lambda parts: f"({', '.join(parts)})",
    "mspace": lambda _: " ",
    "mtr": lambda parts: f"{' '.join(parts)} ",
    "semantics": lambda parts: _at(parts, 0),
}
