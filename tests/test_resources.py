"""The files that are not code."""

from __future__ import annotations

from digest import resources


def test_templates_are_found() -> None:
    """Wherever the package stands, its templates are found."""
    assert (resources.templates_folder() / "mail" / "digest.html").is_file()


def test_the_sample_folder_is_not_the_code_of_the_same_name() -> None:
    """``digest/config`` holds modules; the sample configuration is in ``config``."""
    folder = resources.sample_folder()
    assert folder.name == "config"
    assert (folder / "digest.toml").is_file() or folder.parent == resources.templates_folder().parent
