"""Find the files that are not code. In a checkout they are at the top level, in a wheel inside the package."""

from __future__ import annotations

from pathlib import Path

__all__ = ["sample_folder", "templates_folder"]

_PACKAGE = Path(__file__).resolve().parent


def templates_folder() -> Path:
    """The built-in templates."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def sample_folder() -> Path:
    """The sample configuration and papers: config/ in a checkout, sample/ in the package."""
    inside = _PACKAGE / "sample"
    return inside if inside.is_dir() else _PACKAGE.parent / "config"
