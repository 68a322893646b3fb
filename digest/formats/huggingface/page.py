"""A Daily Papers page of Hugging Face that was saved as HTML.

The page carries its papers as JSON, for the script that draws them:

    <div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props="{&quot;dailyPapers&quot;:[{&quot;…">

with the records that the API gives. Where that is missing, the cards tell title and id: ``<h3><a href="/papers/ID">``.
"""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING, Any, TypeAlias

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from digest.errors import DumpError
from digest.formats.decode import decode
from digest.formats.huggingface.api import to_paper
from digest.formats.ids import arxiv_id, arxiv_links
from digest.formats.json.fields import day, first, papers
from digest.formats.json.stream import parse
from digest.model import Paper, Reject
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from typing import BinaryIO

    from digest.dump import DumpAbout

__all__ = ["HuggingFacePage"]

#: an element of lxml, which comes without types
_Element: TypeAlias = Any

_MOST_BYTES = 64 * 2**20
_HTML = re.compile(
    r"\s*(?:<!--(?:(?!-->).){0,2000}-->\s*){0,5}<(?:!doctype\s+html|html|head|body|main|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_TARGET = re.compile(r"""\bdata-target\s*=\s*["']?DailyPapers\b""")
_TITLE = re.compile(r"<title[^>]{0,200}>\s*Daily Papers\b[^<]{0,200}Hugging Face", re.IGNORECASE)
_CARD = re.compile(r"""<h3\b[^>]{0,500}>\s*<a\b[^>]{0,500}\bhref=["']?(?:https://huggingface\.co)?/papers/""")
_PROPS = re.compile(r"""\bdata-props\s*=\s*(?P<quote>["'])""")
_END = re.compile(r"</html\s*>", re.IGNORECASE)
_DATES = ("date", "dateString", "dailyDate", "currentDate")
_CARDS = "//h3//a[starts-with(@href, '/papers/') or starts-with(@href, 'https://huggingface.co/papers/')]"


class HuggingFacePage:
    """The format of a Daily Papers page saved as HTML."""

    name = "huggingface-page"
    description = "a Daily Papers page saved as HTML"
    generic = False

    def recognises(self, head: bytes) -> bool:
        """Whether it is HTML with the page's title, the element that holds its papers, or a card."""
        try:
            text = decode(head).text
        except DumpError:
            return False
        return bool(_HTML.match(text) and (_TARGET.search(text) or _TITLE.search(text) or _CARD.search(text)))

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield the papers and rejects in their order; a page that was cut yields what stands whole.

        Raise DumpError for what is no such page, for one without papers, and for one of more than 64 MiB.
        """
        raw = stream.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            raise DumpError(f"it is larger than {_MOST_BYTES // 2**20} MiB, as no page of papers is")
        text = decode(raw).text.lstrip("\ufeff")
        if not _HTML.match(text):
            raise DumpError("it is no HTML page")
        page = _parsed(text)
        props = page.xpath("//*[@data-target='DailyPapers']/@data-props")
        if props:
            yield from _from_props(props[0], about.as_of)
        elif _TARGET.search(text) and (cut := _cut_props(text)):
            yield from _from_props(cut, about.as_of)
        else:
            yield from _from_cards(page, text, about.as_of)


def _parsed(text: str) -> _Element:
    parser = HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise DumpError(f"it is HTML that cannot be read: {error}") from error


# ---------------------------------------------------------------------------------------------- the page's JSON


def _from_props(props: str, as_of: date | None) -> Iterator[Paper | Reject]:
    listed = _day(props) or as_of
    stream = io.BytesIO(props.encode("utf-8", "replace"))
    for record in papers(stream, lambda record: to_paper(record, listed)):
        # Its lines are none of the page's: all the JSON stands on one of those.
        yield record if isinstance(record, Paper) else Reject(None, record.reason, record.excerpt, record.cut)


def _day(props: str) -> date | None:
    """The page's day, for the records that do not say theirs."""
    try:
        members = parse(props.encode("utf-8", "replace"))
    except ValueError:
        return None
    return day(first(members, *_DATES)) if isinstance(members, dict) else None


def _cut_props(text: str) -> str | None:
    """The JSON of a page that ends within it: the parser gives no attribute that has no end."""
    target = _TARGET.search(text)
    begin = _PROPS.search(text, target.start()) if target else None
    return html.unescape(text[begin.end() :]) if begin and begin["quote"] not in text[begin.end() :] else None


# -------------------------------------------------------------------------------------------------- the cards


def _from_cards(page: _Element, text: str, as_of: date | None) -> Iterator[Paper | Reject]:
    cards = [(clean(card.text_content()), card) for card in page.xpath(_CARDS)]
    cut = not _END.search(text, max(len(text) - 1000, 0))
    # The last title of a page that ends in it would be taken for a whole one.
    last = cards.pop() if cards and cut and text.rfind("</a") < text.rfind("/papers/") else None
    found = False
    for title, card in cards:
        identifier = arxiv_id(f"https://huggingface.co/papers/{card.get('href').rpartition('/')[2]}")
        if title and identifier:
            found = True
            yield Paper(
                title=title,
                listed=as_of,
                version=identifier[1],
                links=arxiv_links(identifier[0]),
                arxiv_id=identifier[0],
            )
        else:
            yield Reject(
                card.sourceline, "the card has no title" if not title else "the card has no arXiv id", title[:80]
            )
    if not found and not last:
        raise DumpError("it is an HTML page, but no paper of a Daily Papers page is in it")
    if cut:
        yield Reject(text.count("\n") + 1, "the page ends in the middle", last[0][:80] if last else "", cut=True)
