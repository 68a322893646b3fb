"""The configuration: settings, how they are read, and the readers that they name."""

from digest.config.load import load
from digest.config.problems import problems
from digest.config.readers import OWN_PROFILE, mail_reader, readers
from digest.config.settings import MailSettings, ProfileSettings, Settings, SourceSettings, SubscriberSettings
from digest.config.values import parse_days

__all__ = [
    "OWN_PROFILE",
    "MailSettings",
    "ProfileSettings",
    "Settings",
    "SourceSettings",
    "SubscriberSettings",
    "load",
    "mail_reader",
    "parse_days",
    "problems",
    "readers",
]
