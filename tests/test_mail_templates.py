"""Templates of mail come with their styles inlined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from digest.errors import RenderError
from digest.outputs.mail.templates import mail_environment
from digest.renderers.environment import render

if TYPE_CHECKING:
    from pathlib import Path


def test_mail_templates_come_inlined(tmp_path: Path) -> None:
    """A name that is missing under mail/ is the shared one, with styles; on pages it has none."""
    (tmp_path / "shared.html").write_text('<p class="abstract">{{ text }}</p>')
    own = mail_environment(tmp_path)
    assert 'style="margin: 0 0 6px;' in render(own, "mail/shared.html", text="x")
    assert render(own, "shared.html", text="x") == '<p class="abstract">x</p>'


def test_a_syntax_error_is_told_with_file_and_line(tmp_path: Path) -> None:
    """Although styles are inlined before Jinja reads the template."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "x.html").write_text('<p\nclass="a">\n{% if %}</p>')
    with pytest.raises(RenderError, match=r"x\.html, line 3: "):
        render(mail_environment(tmp_path), "mail/x.html")


def test_a_table_that_cannot_be_inlined_is_told(tmp_path: Path) -> None:
    """The message says what to write."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "x.html").write_text("<table><tr><td>x</td></tr></table>")
    with pytest.raises(RenderError, match="<tbody>"):
        render(mail_environment(tmp_path), "mail/x.html")
