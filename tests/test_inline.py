"""CSS goes into style attributes and Jinja tags stay what they are."""

from __future__ import annotations

import jinja2
import pytest

from digest.outputs.mail.inline import inline_styles

CSS = ".a { color: red; } td { padding: 0 4px; }"


def _filled(source: str, **context: object) -> str:
    return jinja2.Environment(autoescape=True).from_string(inline_styles(source, CSS)).render(context)


def test_tags_survive_in_text_and_attributes() -> None:
    """Tags come back to the letter, quotes and comparisons included."""
    source = (
        """{% if n > 1 and m != "%}" %}<p class="a" title="{{ t['x'] }}">{{ "<b>" }} &amp; {{ n }}</p>{% endif %}"""
    )
    inlined = inline_styles(source, CSS)
    assert '{% if n > 1 and m != "%}" %}<p class="a"' in inlined
    assert "title=\"{{ t['x'] }}\"" in inlined
    assert 'style="color: red;"' in inlined
    assert _filled(source, n=2, m="", t={"x": '"'}).endswith(">&lt;b&gt; &amp; 2</p>")


def test_a_loop_over_rows_stays_in_its_table() -> None:
    """HTML would throw text out of a table; a stand-in stays."""
    source = "<table><tbody>{% for n in rows %}<tr><td>{{ n }}</td></tr>{% endfor %}</tbody></table>"
    assert _filled(source, rows=[1, 2]) == (
        '<table><tbody><tr><td style="padding: 0 4px;">1</td></tr>'
        '<tr><td style="padding: 0 4px;">2</td></tr></tbody></table>'
    )


def test_a_table_without_tbody_is_refused() -> None:
    """A parser would put the loop outside of the <tbody> that it adds."""
    with pytest.raises(ValueError, match="<tbody> written out"):
        inline_styles("<table>{% for n in rows %}<tr><td>x</td></tr>{% endfor %}</table>", CSS)


def test_title_and_style_of_a_document_stay() -> None:
    """Neither element may hold comments, and the rules for dark mode must arrive."""
    source = "<!doctype html><html><head><title>{{ t }}</title><style>{% include 'x' %}p{}</style></head></html>"
    inlined = inline_styles(source, CSS)
    assert "<title>{{ t }}</title><style>{% include 'x' %}p{}</style>" in inlined


def test_comments_for_outlook_stay() -> None:
    """Conditional comments are how Outlook gets a width."""
    source = "<!--[if mso]><table width='{{ w }}'><![endif]--><p>x</p>"
    assert inline_styles(source, CSS).startswith(source[:50])
