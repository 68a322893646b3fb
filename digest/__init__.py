"""The research papers that matter to you, once a day: in the inbox, the feed reader and on the web."""

__version__ = "0.1.0"
