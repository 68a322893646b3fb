"""The Jinja environment for all mails, pages and feeds."""

from __future__ import annotations

import re
import textwrap
import traceback
from typing import TYPE_CHECKING

import jinja2

from digest.errors import RenderError
from digest.renderers.view import safe_url
from digest.renderers.wording import plural
from digest.resources import templates_folder

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

__all__ = ["environment", "long_date", "month", "plain_date", "render", "short_date", "wrap"]

# Not strftime, which uses the language of the system.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def environment(
    overrides: Path | None = None, *, loader: type[jinja2.FileSystemLoader] = jinja2.FileSystemLoader
) -> jinja2.Environment:
    """Make the environment. A file in ``overrides`` replaces the built-in template with the same name.

    Values are escaped as HTML, except in ``*.txt`` and ``*.css``. Unknown names are errors. An output can pass its own
    ``loader``.
    """
    folders = [templates_folder()] if overrides is None else [overrides, templates_folder()]
    made = jinja2.Environment(
        loader=loader(folders),
        autoescape=jinja2.select_autoescape((), disabled_extensions=("txt", "css"), default=True),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters.update(
        safe_url=safe_url,
        plural=plural,
        short_date=short_date,
        long_date=long_date,
        plain_date=plain_date,
        wrap=wrap,
    )
    return made


def render(environment: jinja2.Environment, name: str, **context: object) -> str:
    """Render a template. If that fails, raise RenderError with the file and line."""
    try:
        return environment.get_template(name).render(context)
    except jinja2.TemplateNotFound as error:
        raise RenderError(f"the template {error.name} is missing") from error
    except jinja2.TemplateSyntaxError as error:
        raise RenderError(f"{error.filename or error.name}, line {error.lineno}: {error.message}") from error
    except (jinja2.TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise RenderError(f"{_place(error) or name}: {error}") from error


def short_date(day: date) -> str:
    """``Fri 21 Nov``."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def long_date(day: date) -> str:
    """``Fri 21 Nov 2025``."""
    return f"{short_date(day)} {day.year}"


def plain_date(day: date) -> str:
    """``21 Nov 2025``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def month(day: date) -> str:
    """``November 2025``."""
    return f"{_MONTH_NAMES[day.month - 1]} {day.year}"


def wrap(text: str, indent: int = 0, width: int = 72) -> str:
    """Wrap a text at ``width`` characters and indent all lines but the first. URLs are never broken."""
    return textwrap.fill(
        text,
        width,
        subsequent_indent=" " * indent,
        break_long_words="://" not in text,
        break_on_hyphens=False,
    )


def _place(error: BaseException) -> str:
    """The file and line of the innermost template in a traceback. Jinja puts them into its frames."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if re.search(r"\.(html|txt|css|xml)$", frame.filename):
            return f"{frame.filename}, line {frame.lineno}"
    return ""
