"""What readers think of the papers they got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = ["Direction", "Feedback"]


class Direction(StrEnum):
    """Whether somebody wants more or fewer papers like one."""

    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One entry in the feedback log."""

    #: the profile's name
    profile: str
    #: the paper's key
    key: str
    direction: Direction
    at: datetime
