"""The configuration: settings, and how they are read."""

from digest.config.load import load
from digest.config.options import check_options
from digest.config.problems import problems
from digest.config.settings import ProfileSettings, Settings, SourceSettings

__all__ = [
    "ProfileSettings",
    "Settings",
    "SourceSettings",
    "check_options",
    "load",
    "problems",
]
