"""A folder with a configuration and an inbox, and the app over it: the whole program, but for the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from digest.app import App, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from digest.model import Edition, Paper

CONFIG = """
[digest]
title = "Tide Tables"
base_url = "https://papers.example"
timezone = "UTC"
[store]
url = "sqlite:///{folder}/out/digest.db"
[output]
path = "{folder}/out"
[[source]]
name = "inbox"
kind = "files"
path = "{folder}/inbox"
[[profile]]
name = "decoding"
title = "Faster decoding"
keywords = ["decoding ^2", "draft model"]
[[subscriber]]
address = "ada@example.org"
profiles = ["decoding"]
send_at = "08:00"
days = "daily"
[mail]
sender = "Tide Tables <digest@papers.example>"
"""


def page(papers: Iterable[Paper], *, head: str = "new\nSubscribe\nDaily Papers\nNov 20\n") -> str:
    """The papers as a page copied as text."""
    return head + "".join(f"{paper.title}\n{paper.abstract}\n" for paper in papers)


@dataclass
class World:
    """``now`` can be set; ``app`` is made anew for each use, as each command makes its own."""

    folder: Path
    now: datetime = datetime(2026, 11, 20, 9, tzinfo=UTC)
    config: str = CONFIG
    _apps: list[App] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "inbox").mkdir()
        self.configure()

    @property
    def path(self) -> Path:
        return self.folder / "digest.toml"

    def configure(self, more: str = "") -> None:
        """Write the configuration, with ``more`` at its end."""
        self.path.write_text(self.config.format(folder=self.folder) + more, encoding="utf-8")

    def template(self, name: str, text: str) -> None:
        """Put a template of our own in the place of a built-in one."""
        path = self.folder / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written = self.path.read_text(encoding="utf-8")
        self.path.write_text(written.replace("[output]\n", f'[output]\ntemplates = "{self.folder}/templates"\n'))

    def dump(self, name: str, papers: Iterable[Paper]) -> Path:
        """Put a dump into the inbox."""
        path = self.folder / "inbox" / name
        path.write_text(page(papers), encoding="utf-8")
        return path

    @property
    def app(self) -> App:
        app = App(settings=load_settings(self.path), clock=lambda: self.now)
        self._apps.append(app)
        return app

    def close(self) -> None:
        for app in self._apps:
            app.close()


def published(app: App, **arguments: Any) -> list[Edition]:
    """What ``App.publish`` makes, as it is in the history."""
    made = app.publish(**arguments).editions
    return [edition for one in made for edition in app.store.editions(reader=one.reader, day=one.date)]
