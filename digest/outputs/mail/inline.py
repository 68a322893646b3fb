"""Writes CSS into ``style`` attributes, once for each template and not for each mail.

css-inline reads HTML, and a template is not quite HTML. So its Jinja tags are replaced with something that any HTML may
contain (comments between elements, private-use characters inside tags), and put back at the end.
"""

from __future__ import annotations

import re

import css_inline

__all__ = ["inline_styles"]

_STRING = r"\"[^\"]*\"|'[^']*'"
_JINJA = re.compile(
    rf"\{{#.*?#\}}|\{{%(?:{_STRING}|[^\"'])*?%\}}|\{{\{{(?:{_STRING}|[^\"'])*?\}}\}}",
    re.DOTALL,
)
_MARKUP = re.compile(r"<!--.*?-->|<title\b.*?</title>|<[a-zA-Z/!](?:\"[^\"]*\"|'[^']*'|[^\"'>])*>", re.DOTALL)
_PLACEHOLDER = re.compile("<!--\ue000(\\d+)\ue001-->|\ue000(\\d+)\ue001")


def inline_styles(source: str, css: str) -> str:
    """Return the source of a template with the rules of ``css`` inlined; its ``<style>`` elements stay as they are.

    A class that Jinja computes is not seen. Raise ValueError if a ``<table>`` has no ``<tbody>``: the HTML parser adds
    one, and a loop over rows would end up outside of it.
    """
    tags: list[str] = []

    def take_out(found: re.Match[str]) -> str:
        tags.append(found[0])
        return f"\ue000{len(tags) - 1}\ue001"

    html = _JINJA.sub(take_out, source)
    html = _between_elements(html)
    inliner = css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        load_remote_stylesheets=False,
        base_url=None,
        extra_css=css,
    )
    whole = html.lower().find("<!doctype") >= 0
    inlined: str = inliner.inline(html) if whole else inliner.inline_fragment(html, css)
    if inlined.count("<tbody") != html.count("<tbody"):
        raise ValueError("every <table> needs its <tbody> written out")
    return _PLACEHOLDER.sub(lambda found: tags[int(found[1] or found[2])], inlined)


def _between_elements(html: str) -> str:
    """Turn the placeholders outside of tags, comments and the title into comments, which are allowed anywhere."""
    parts: list[str] = []
    at = 0
    for markup in _MARKUP.finditer(html):
        parts += [_PLACEHOLDER.sub(r"<!--\g<0>-->", html[at : markup.start()]), markup[0]]
        at = markup.end()
    parts.append(_PLACEHOLDER.sub(r"<!--\g<0>-->", html[at:]))
    return "".join(parts)
