"""HTML that somebody else wrote, and text that may have some of it, as plain text."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import nh3

from digest.formats.mathml import math_text
from digest.tex.mathematics import script
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["lines", "plain"]

# A text is often escaped once more than its format asks for.
_MOST_ROUNDS = 3

#: what only dresses text: a tag of it is a tag wherever it is
_DRESSING = (
    "a|abbr|acronym|b|big|blockquote|br|center|cite|dd|del|dfn|div|dl|dt|em|figcaption|figure|font|h[1-6]|hr|i|img|inf"
    "|inline-formula|ins|italic|bold|li|ol|p|pre|q|roman|s|sans-serif|scp|sec|section|small|span|strike|strong|sub|sup"
    "|table|tbody|td|th|thead|tr|tt|u|ul|wbr|jats:[a-z-]+|tex-math|[a-z]{1,8}:tex-math|alternatives"
)
#: what a text may well talk about ("the <video> element"): a tag of it is one where it has its end or attributes
_OTHERS = (
    "address|article|aside|audio|body|button|code|details|embed|fieldset|footer|form|head|header|html|iframe|input|kbd"
    "|label|link|main|mark|math|meta|nav|noscript|object|param|picture|samp|script|select|source|style|summary|svg"
    "|template|textarea|tfoot|time|title|var|video|(?:mml|m):[a-z]+|m(?:i|n|o|sub|sup|row|text|frac|sqrt|subsup|over|under)"
)
# Nothing that is read over and over: a "<" ends what began at the one before.
_TAG = re.compile(rf"<(/?)({_DRESSING}|{_OTHERS})(?=[\s/>])([^<>]*)>|<(?!!--)", re.IGNORECASE)
_IS_DRESSING = re.compile(_DRESSING, re.IGNORECASE)
_BREAK = re.compile(
    r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|dd|dt|hr|section|jats:(?:p|title|sec))[\s/>])",
    re.IGNORECASE,
)
# Letters in another face; they may stand in what is raised or lowered.
_FACES = re.compile(
    r"</?(?:i|b|em|strong|span|font|italic|bold|roman|u|small|jats:(?:italic|bold|roman))(?:\s[^<>]*)?>", re.IGNORECASE
)
_RAISED = re.compile(r"<(?:jats:)?(sup|sub|inf)(?:\s[^<>]*)?>([^<>]{0,200})</(?:jats:)?\1\s*>", re.IGNORECASE)
_MATH = re.compile(r"<((?:[a-z]{1,8}:)?math)(?=[\s>])", re.IGNORECASE)
_TEX_MATH = re.compile(r"<((?:[a-z]{1,8}:)?tex-math)(?=[\s>])", re.IGNORECASE)
_HAS_TAG = re.compile(r"(?:<|&lt;)/?(?:p|br|div|li|h[1-6]|tr|td)\b", re.IGNORECASE)
# With its semicolon: "A&para" has no reference in it.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def plain(markup: str) -> str:
    """A text that may be HTML, also escaped twice, as plain text on one line.

    Scripts and styles go with what is in them; what is raised or lowered is so in Unicode where it has the letters
    (CO₂, 10⁻³), and MathML is read as mathematics. A ``<`` that begins no tag is text, and so is the name of an element
    that a text talks about: "p < 0.05", "Why <think> Helps", "Learning the <video> element".
    """
    return clean(_read(markup)) if "<" in markup or "&" in markup else clean(markup)


def lines(markup: str) -> list[str]:
    """The lines of a text that may be HTML: its paragraphs and line breaks, or its own lines where it has none."""
    text = _read(markup.replace("\r", " ").replace("\n", " ")) if _HAS_TAG.search(markup) else _read(markup)
    return [line for line in map(clean, text.split("\n")) if line]


def _read(text: str) -> str:
    """The text with a line end at each break."""
    for _ in range(_MOST_ROUNDS):
        if "<" in text:
            text = _without_tags(text)
        if "&" not in text:
            break
        before, text = text, _REFERENCE.sub(lambda found: html.unescape(found[0]), text)
        if text == before:
            break
    return text


def _without_tags(text: str) -> str:
    text = _replaced(text, _MATH, lambda formula: html.escape(math_text(_referenced(formula)), quote=False))
    tags = [(bool(end), name.lower()) for end, name, _ in _TAG.findall(text) if name]
    if not tags and "<!--" not in text:
        return text
    text = _replaced(text, _TEX_MATH, lambda _: " ") if "</alternatives" in text else text
    whole = {name for end, name in tags if not end} & {name for end, name in tags if end}

    def escaped(found: re.Match[str]) -> str:
        name = found[2]
        is_tag = name and (name.lower() in whole or "=" in found[3] or _IS_DRESSING.fullmatch(name))
        return found[0] if is_tag else f"&lt;{found[0][1:]}"

    text = _TAG.sub(escaped, text)
    text = _RAISED.sub(_script, _FACES.sub("", text))
    return nh3.clean(_BREAK.sub("\n<", text), tags=set()) if "<" in text else text


def _replaced(text: str, begin: re.Pattern[str], meaning: Callable[[str], str]) -> str:
    """A text with another text for each element that begins so and has an end."""
    parts: list[str] = []
    at = 0
    while found := begin.search(text, at):
        end = text.find(f"</{found[1]}", found.end())
        close = text.find(">", end) + 1 if end >= 0 else 0
        if not close:
            break
        parts += (text[at : found.start()], meaning(text[found.start() : close]))
        at = close
    return "".join((*parts, text[at:]))


def _referenced(markup: str) -> str:
    """HTML's names of characters as characters, XML's left as they are."""
    return _REFERENCE.sub(
        lambda found: (
            found[0] if found[0] in {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"} else html.unescape(found[0])
        ),
        markup,
    )


def _script(found: re.Match[str]) -> str:
    content = html.unescape(found[2]).replace("−", "-").replace("–", "-").strip()
    written = script(content, "^" if found[1].lower() == "sup" else "_") if content else ""
    return html.escape(written, quote=False)
