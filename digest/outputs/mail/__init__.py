"""Mail: its templates, its messages, and how they are sent."""

from digest.outputs.mail.output import MailOutput

__all__ = ["MailOutput"]
