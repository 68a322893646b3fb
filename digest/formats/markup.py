"""HTML that somebody else wrote, as plain text."""

from __future__ import annotations

import html
import re

import nh3

from digest.text import clean

__all__ = ["plain"]

_HTML_NAMES = (
    "a|abbr|address|article|aside|audio|b|big|blockquote|body|br|button|center|cite|code|dd|del|details|dfn|div|dl|dt|em"
    "|embed|fieldset|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li"
    "|link|main|mark|math|meta|nav|noscript|object|ol|p|param|picture|pre|q|s|samp|script|section|select|small|source"
    "|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|title|tr|tt|u|ul|var"
    "|video|wbr|m[a-z]{1,12}:[a-z]+|jats:[a-z-]+"
)
# A "<" that begins no tag of HTML is text: "p < 0.05", "Why <think> Helps".
_NO_TAG = re.compile(rf"<(?!/?(?:{_HTML_NAMES})(?=[\s/>])[^<>]*>|!--)", re.IGNORECASE)
_BREAK = re.compile(
    r"<(?=/?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|dd|dt|hr|section|jats:p)[\s/>])", re.IGNORECASE
)


def plain(markup: str) -> str:
    """A text that may be HTML, as plain text on one line. Scripts and styles go with what is in them."""
    if "<" in markup:
        markup = nh3.clean(_BREAK.sub(" <", _NO_TAG.sub("&lt;", markup)), tags=set())
    return clean(html.unescape(markup)) if "&" in markup else clean(markup)
