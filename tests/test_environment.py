"""Templates: what is escaped, what a user overrides, and how mistakes are told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from digest.errors import RenderError
from digest.renderers.environment import environment, long_date, month, plain_date, render, short_date, wrap

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "expected"),
    [("x.html", "&lt;b&gt;"), ("x.xml", "&lt;b&gt;"), ("x.html.j2", "&lt;b&gt;"), ("x.txt", "<b>")],
)
def test_everything_but_text_is_escaped(tmp_path: Path, name: str, expected: str) -> None:
    """Whatever a template is called, only text is left as it is."""
    (tmp_path / name).write_text("{{ title }}")
    assert render(environment(tmp_path), name, title="<b>") == expected


def test_a_user_overrides_one_file(tmp_path: Path) -> None:
    """Other files stay the built-in ones and use the one that was replaced."""
    (tmp_path / "colours.css").write_text(
        '{% set light = {"ground": "#fff", "ink": "#123456", "soft": "#555", "accent": "#00f", "tint": "#eef",'
        ' "mark": "#eef", "line": "#ccc"} %}{% set dark = light %}'
    )
    assert "#123456" in render(environment(tmp_path), "web/style.css")
    assert "#123456" not in render(environment(), "web/style.css")


def test_an_unknown_name_is_told_with_file_and_line(tmp_path: Path) -> None:
    """A typing mistake in a template does not become a hole in the page."""
    (tmp_path / "x.html").write_text("<p>\n\n{{ titel }}</p>")
    with pytest.raises(RenderError, match=r"x\.html, line 3: 'titel' is undefined"):
        render(environment(tmp_path), "x.html", title="x")


def test_a_syntax_error_is_told_with_file_and_line(tmp_path: Path) -> None:
    """So that it can be found."""
    (tmp_path / "x.html").write_text('<p\nclass="a">\n{% if %}</p>')
    with pytest.raises(RenderError, match=r"x\.html, line 3: "):
        render(environment(tmp_path), "x.html")


def test_a_missing_template_is_told() -> None:
    """With its name."""
    with pytest.raises(RenderError, match=r"no/such\.html is missing"):
        render(environment(), "no/such.html")


def test_what_a_template_computes_may_fail(tmp_path: Path) -> None:
    """Not only Jinja's own errors are the template's."""
    (tmp_path / "x.txt").write_text("\n{{ 1 / n }}")
    with pytest.raises(RenderError, match=r"x\.txt, line 2: division by zero"):
        render(environment(tmp_path), "x.txt", n=0)


def test_dates_are_in_the_pages_language() -> None:
    """They don't follow the locale of whoever runs the program."""
    day = date(2025, 11, 21)
    assert (short_date(day), long_date(day), plain_date(day), month(day)) == (
        "Fri 21 Nov",
        "Fri 21 Nov 2025",
        "21 Nov 2025",
        "November 2025",
    )


def test_text_is_wrapped_and_urls_are_not() -> None:
    """72 columns, but a URL that is broken is no link."""
    assert max(map(len, wrap("word " * 60, 3).splitlines())) <= 72
    assert max(map(len, wrap("語" * 200).splitlines())) == 72
    url = "https://papers.example/" + "x" * 100
    assert url in wrap(f"see {url} for more")
