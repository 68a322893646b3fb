r"""Texts of BibTeX that a tool has escaped once too often, or that are HTML in TeX's clothes.

\$\textbackslash mathcal\{O\}\$                 Zotero, of $\mathcal{O}$
$\less$i$\greater$Helix$\less$/i$\greater$      Mendeley, of <i>Helix</i>
{\&}amp\mathsemicolon, \&amp;, {$<$}            Crossref and others, of &amp; and <
"""

from __future__ import annotations

import re

from digest.formats.markup import plain

__all__ = ["unescaped"]

# Zotero balances an escaped brace with one that is not seen.
_BALANCE = re.compile(r"\\vphantom\{\\[{}]\}")
_BACKSLASH = re.compile(r"\{\\textbackslash(?:\{\})?\}|\\textbackslash(?:\{\}| (?=[A-Za-z])|(?=[\\{}$]))")
_ESCAPED = re.compile(r"\\([{}$_])|\\\^\{\}|\{\\textasciicircum(?:\{\})?\}|\\textasciicircum(?:\{\}| )?")
_LESS = re.compile(r"\{?\$\s*(?:\\less|<|\\lt)\s*\$\}?|\{?\\textless(?:\{\}|\})?|\\ensuremath\{<\}")
_GREATER = re.compile(r"\{?\$\s*(?:\\greater|>|\\gt)\s*\$\}?|\{?\\textgreater(?:\{\}|\})?|\\ensuremath\{>\}")
_REFERENCE = re.compile(r"(?:\\&|\{\\&\})(#?[A-Za-z0-9]{1,31})(?:;|\$?\\mathsemicolon\b\$?)")


def unescaped(text: str) -> str:
    """A text as its author wrote it: TeX's signs are TeX again, and HTML is plain text."""
    if "\\textbackslash" in text and "\\$" in text:
        text = _BACKSLASH.sub(r"\\", _BALANCE.sub("", text))
        text = _ESCAPED.sub(lambda found: found[1] or "^", text)
    if "<" in text or "\\less" in text or "\\textless" in text or "\\lt" in text:
        text = _LESS.sub("<", text)
        text = _GREATER.sub(">", text)
    if "&" in text:
        text = _REFERENCE.sub(r"&\1;", text)
    return plain(text) if "<" in text or "&" in text else text
