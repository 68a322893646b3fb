"""The configuration: settings, how they are read, and the readers that they name."""

from digest.config.checks import check_address
from digest.config.load import load
from digest.config.options import check_options
from digest.config.problems import problems
from digest.config.readers import OWN_PROFILE, mail_reader, readers
from digest.config.settings import ProfileSettings, Settings, SourceSettings, SubscriberSettings
from digest.config.values import parse_days

__all__ = [
    "OWN_PROFILE",
    "ProfileSettings",
    "Settings",
    "SourceSettings",
    "SubscriberSettings",
    "check_address",
    "check_options",
    "load",
    "mail_reader",
    "parse_days",
    "problems",
    "readers",
]
