"""Changes and scores become an edition: what one reader gets on one date. Pure."""

from digest.edition.edit import News, edit, message_id, told

__all__ = ["News", "edit", "message_id", "told"]
