"""The errors of digest.

    DigestError
    ├── ConfigError            the configuration or the command line is wrong; carries every problem at once
    ├── KeywordError           a keyword is not in the language; carries the place in it
    ├── SourceError            a source gave nothing
    │   ├── FetchError         it could not be reached or answered with an error
    │   └── DumpError          it answered, but not with what a format can read
    ├── RenderError            a template or a feed could not be made
    ├── StoreError             the history can't be read or written; stops the run
    │   └── NoHistoryError     there is none yet, and this command makes none
    └── DeliveryError          an output as a whole does not work (no server, wrong login); its editions wait
        ├── TemporaryDeliveryError   this edition was not taken now and may be later
        └── PermanentDeliveryError   this edition was refused for good

Every message is a sentence that a person can act on. Errors of libraries are mapped into this tree where they are met,
with the original as ``__cause__``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "ConfigError",
    "DeliveryError",
    "DigestError",
    "DumpError",
    "FetchError",
    "KeywordError",
    "NoHistoryError",
    "PermanentDeliveryError",
    "RenderError",
    "SourceError",
    "StoreError",
    "TemporaryDeliveryError",
    "shown",
    "suggestion",
]


_LONGEST_SHOWN = 60


def shown(value: object) -> str:
    """A wrong value for a message, as the file has it and cut if it is long."""
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "a table"
        case list() | tuple():
            return "a list"
        case str():
            return repr(value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…")
        case _:
            return str(value)


class DigestError(Exception):
    """Anything that digest expects may go wrong; ``str()`` is a sentence for a person."""


class ConfigError(DigestError):
    """The configuration is wrong. ``problems`` has one sentence each, beginning with its dotted path."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class KeywordError(DigestError):
    """A keyword can't be read. ``position`` counts characters of ``keyword`` from 0."""

    def __init__(self, keyword: str, position: int, reason: str) -> None:
        self.keyword = keyword
        self.position = position
        self.reason = reason
        super().__init__(f"{reason}, at character {position + 1} of {keyword!r}")

    def pointer(self) -> str:
        """Two lines: the keyword, and a caret under the place."""
        return f"{self.keyword}\n{' ' * self.position}^"


class SourceError(DigestError):
    """A source gave nothing; the other sources go on."""


class FetchError(SourceError):
    """A source could not be reached or answered with an error."""


class DumpError(SourceError):
    """A dump is not what a format can read. ``line`` counts from 1; None where the whole dump is meant."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        self.reason = reason
        self.line = line
        super().__init__(reason if line is None else f"line {line}: {reason}")


class RenderError(DigestError):
    """A template or a feed could not be made."""


class StoreError(DigestError):
    """The history can't be read or written."""


class NoHistoryError(StoreError):
    """There is no history yet, and what only reads makes none."""


class DeliveryError(DigestError):
    """An output as a whole does not work; its editions stay in the outbox and no address is blamed."""


class TemporaryDeliveryError(DeliveryError):
    """This edition was not taken now and may be later."""


class PermanentDeliveryError(DeliveryError):
    """This message was refused for good."""


def suggestion(word: str, words: Iterable[str]) -> str:
    """`` did you mean …`` for a word that is close to one of those that exist, else nothing."""
    import difflib  # noqa: PLC0415 - only those who mistype something need it

    near = difflib.get_close_matches(word, list(words), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
