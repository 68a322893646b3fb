"""The templates of mail, with their styles inlined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2

from digest.outputs.mail.inline import inline_styles
from digest.renderers.environment import environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["mail_environment"]


def mail_environment(overrides: Path | None = None) -> jinja2.Environment:
    """Build the environment of ``digest.renderers.environment`` for mail.

    The rules of ``mail/style.css`` are inlined into ``mail/*.html``. A template that is missing in ``mail/`` is taken
    from the folder above, so that mails and pages share their macros.
    """
    return environment(overrides, loader=_Loader)


class _Loader(jinja2.FileSystemLoader):
    """Finds templates file by file, and inlines the styles of those for mail."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        in_mail = template.startswith("mail/") and template.endswith(".html")
        try:
            source, filename, uptodate = super().get_source(environment, template)
        except jinja2.TemplateNotFound:
            if not in_mail:
                raise
            source, filename, uptodate = super().get_source(environment, template.removeprefix("mail/"))
        if in_mail:
            environment.parse(source, template, filename)  # so that an error is reported with the line of the file
            css = environment.get_template("mail/style.css").render()
            try:
                source = inline_styles(source, css)
            except ValueError as error:
                raise jinja2.TemplateSyntaxError(str(error), 1, template, filename) from error
        return source, filename, uptodate
