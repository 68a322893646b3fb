"""Feeds that are not well formed, made safe for a lenient parser.

feedparser makes sense of nearly anything. Where the end of one entry and the beginning of the next are lost, it makes
one paper of both, and where a title is not closed, a title of all that follows. So entries of which this can be feared
are taken out before. What only has a stray character or an unknown entity stays.
"""

from __future__ import annotations

import re

from digest.formats.excerpt import xml_excerpt
from digest.model import Reject

__all__ = ["entry_lines", "repaired"]

_ENTRY = re.compile(rb"<(/?)(?:\w+:)?(?:item|entry)(?=[\s>/])")
_TELLING = re.compile(rb"<(/?)(title|id|guid|link|description|summary)(?:>|\s[^<>]{0,999}(?<!/)>)")
_ONCE = {b"title", b"id", b"guid"}
_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)


def entry_lines(raw: bytes) -> list[int]:
    """The lines on which the entries of a feed begin, from 1."""
    lines, line, at = [], 1, 0
    for mark in _ENTRY.finditer(raw):
        if not mark[1]:
            line, at = line + raw.count(b"\n", at, mark.start()), mark.start()
            lines.append(line)
    return lines


def repaired(raw: bytes) -> tuple[bytes, list[Reject]]:
    """A feed that is not well formed without the entries of which feedparser would mix two, and rejects for those.

    Lines are left where they were.
    """
    kept: list[bytes] = []
    rejects: list[Reject] = []
    at, line, inside = 0, 1, False

    def take(until: int, reason: str | None = None, *, cut: bool = False) -> None:
        """Keep what comes before a place, or leave it out for a reason."""
        nonlocal at, line
        passed = raw[at:until]
        lines = passed.count(b"\n")
        if reason is None:
            kept.append(passed)
        else:
            kept.append(b"\n" * lines)
            rejects.append(Reject(line, reason, xml_excerpt(passed), cut=cut))
        at, line = until, line + lines

    for mark in _ENTRY.finditer(raw):
        if not mark[1]:
            take(mark.start(), "its end is missing" if inside else None)
            inside = True
            continue
        end = raw.find(b">", mark.end()) + 1 or len(raw)
        if inside:
            take(end, None if _in_one_piece(raw[at:end]) else "its elements run into one another")
        else:
            take(mark.start())
            take(end, "its beginning is missing")
        inside = False
    if inside:
        take(len(raw), "the feed ends in it", cut=True)
    elif not _END.search(raw, at):
        take(len(raw))
        rejects.append(Reject(line, "the feed ends before it is complete", cut=True))
    return b"".join([*kept, raw[at:]]), rejects


def _in_one_piece(entry: bytes) -> bool:
    """Whether the elements that tell what a paper is are closed, and there once."""
    found = [(name, bool(end)) for end, name in _TELLING.findall(entry)]
    names = {name for name, _ in found}
    # Atom's <source> has a title and an id of its own.
    once = set() if b"<source" in entry else names & _ONCE
    return all(found.count((name, False)) == found.count((name, True)) for name in names) and all(
        found.count((name, False)) == 1 for name in once
    )
