"""The settings, as the configuration file names them. The commented sample, config/digest.toml, is their reference."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, StringConstraints

from digest.config.types import BaseUrl, Cron, Keywords, Slug, Timezone
from digest.model import ChangeKind, Profile, Subscriber

__all__ = ["ProfileSettings", "Settings", "SourceSettings"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DigestSettings(_Table):
    """``[digest]``: what it is called, where it is found, whose day it follows."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = "Daily Papers"
    base_url: BaseUrl = "http://localhost:8000"
    timezone: Timezone = "UTC"
    language: str = "en"
    #: days
    lookback: Annotated[int, Field(ge=1, le=366)] = 7
    #: how long a source may take to bring what it has
    source_seconds: Annotated[float, Field(gt=0)] = 900
    #: votes
    trending: Annotated[int, Field(ge=1)] = 100


class StoreSettings(_Table):
    """``[store]``: where the history is kept."""

    url: str = "sqlite:///out/digest.db"


class OutputSettings(_Table):
    """``[output]``: where feeds, mails and pages go, and whose templates they are made with."""

    path: Path = Path("out")
    templates: Path | None = None


class SourceSettings(BaseModel):
    """``[[source]]``: where dumps come from. What else stands in the table belongs to its kind."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: Slug
    kind: str
    schedule: Cron = "15 6 * * *"

    @property
    def options(self) -> dict[str, Any]:
        """What the kind's class is made with."""
        return dict(self.__pydantic_extra__ or {})


class ProfileSettings(_Table):
    """``[[profile]]``: what somebody wants to read about."""

    name: Slug
    title: str = ""
    keywords: Annotated[Keywords, Field(min_length=1)]
    limit: Annotated[int, Field(ge=1, le=500)] = 20
    threshold: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    changes: Annotated[tuple[ChangeKind, ...], Field(min_length=1)] = (ChangeKind.NEW, ChangeKind.TRENDING)
    group: bool = False

    def profile(self) -> Profile:
        """As the rest of the program knows it."""
        return Profile(
            name=self.name,
            title=self.title or self.name,
            keywords=self.keywords,
            limit=self.limit,
            threshold=self.threshold,
            changes=self.changes,
            group=self.group,
        )


class Settings(BaseModel):
    """The whole configuration. Each other table belongs to the output of its name."""

    model_config = ConfigDict(extra="allow", frozen=True)

    digest: DigestSettings = DigestSettings()
    store: StoreSettings = StoreSettings()
    output: OutputSettings = OutputSettings()
    source: tuple[SourceSettings, ...] = ()
    profile: tuple[ProfileSettings, ...] = ()
    #: ``[[subscriber]]``, as ``digest.subscriptions`` parses them
    subscriber: tuple[InstanceOf[Subscriber], ...] = ()

    @property
    def outputs(self) -> dict[str, dict[str, Any]]:
        """The options of the outputs that the configuration has a table for, by the output's name."""
        return dict(self.__pydantic_extra__ or {})
