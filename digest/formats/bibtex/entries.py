"""Entries as tools write them, made so that a reader of BibTeX sees them. Lines stay where they are.

@['JournalArticle', 'Conference']{Moor2026,     an odd type (Semantic Scholar)
@in-proceedings{Moor2026,
@article{ title = {Tides} }                     no key (EndNote)
"""

from __future__ import annotations

import re

__all__ = ["ENTRY", "KNOWN_ENTRY", "well_begun"]

_TYPES = (
    "article|artwork|audio|bibnote|book|bookinbook|booklet|collection|comment|commentary|conference|dataset|electronic"
    "|image|inbook|incollection|inproceedings|inreference|jurisdiction|legislation|letter|manual|mastersthesis|misc"
    "|movie|music|mvbook|mvcollection|online|patent|performance|periodical|phdthesis|preamble|preprint|proceedings"
    "|reference|report|review|set|software|standard|string|suppbook|techreport|thesis|unpublished|video|www|xdata"
)
KNOWN_ENTRY = re.compile(rf"^[ \t]*@(?:{_TYPES})[ \t]*[{{(]", re.IGNORECASE | re.MULTILINE)
#: an entry of any type, with a key and a field
ENTRY = re.compile(
    r"^[ \t]*@(?:[A-Za-z][\w:.+ \t-]{0,60}|\[[^\]\n]{0,200}\])[ \t]*\{\s{0,9}(?:[^\s,={}\"]{0,200}\s{0,9},\s{0,99})?"
    r"[A-Za-z][\w-]{0,40}\s{0,9}=\s{0,9}[{\"\w]",
    re.MULTILINE,
)
_ODD_TYPE = re.compile(
    r"^([ \t]*@)(?:\[[^\]\n]{0,200}\]|(?!\w{1,60}[ \t]*[{(])[^\s{}(),=@\"#%\\][^\n{}(),=@\"#%\\]{0,60})(?=[ \t]*\{)",
    re.MULTILINE,
)
_NO_KEY = re.compile(
    r"^([ \t]*@(?!string|preamble|comment)\w{1,60}[ \t]*[{(])(?=\s{0,99}[A-Za-z][\w-]{0,40}\s{0,9}=)",
    re.MULTILINE | re.IGNORECASE,
)


def well_begun(text: str) -> str:
    """A library in which each entry begins with a type in letters, and a key."""
    number = 0

    def with_key(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f"{found[1]}entry{number},"

    return _NO_KEY.sub(with_key, _ODD_TYPE.sub(r"\1misc", text))
