"""The first words of a record that could not be read, so that a person can find it."""

from __future__ import annotations

import re

from digest.text import clean

__all__ = ["excerpt", "xml_excerpt"]

_LONGEST = 80  # characters
_TAG = re.compile(r"<[^<>]*>")


def excerpt(text: str) -> str:
    """The first 80 characters of a text, on one line."""
    return clean(text[:300])[:_LONGEST]


def xml_excerpt(raw: bytes) -> str:
    """The first 80 characters of the text of an XML record, without its tags."""
    return clean(_TAG.sub(" ", raw[:20_000].decode("utf-8", "replace")))[:_LONGEST]
