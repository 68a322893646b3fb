"""The site: a page a day, the newest of them as index, and an archive; for any static host, or straight from disk."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from digest.model import OutputFile
from digest.renderers.environment import month, render
from digest.renderers.view import entry_view, paper_view, plural, receipt_sentences, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import jinja2

    from digest.model import Day, Profile, Publication
    from digest.renderers.view import PaperView, Site

__all__ = ["PageRenderer"]

#: how feeds stand beside the site: name, media type, ending
_FEEDS = (
    ("RSS", "application/rss+xml", "rss.xml"),
    ("Atom", "application/atom+xml", "atom.xml"),
    ("JSON Feed", "application/feed+json", "json"),
)


class FeedLink(NamedTuple):
    """One format of a profile's feed, from a page's place."""

    name: str
    type: str
    href: str


class ProfileView(NamedTuple):
    """A profile on a page, with what it found that day."""

    title: str
    feeds: tuple[FeedLink, ...]
    papers: tuple[PaperView, ...] = ()


class Month(NamedTuple):
    """The days of one month that have a page, newest first."""

    title: str
    days: tuple[date, ...]


class PageRenderer:
    """Renders everything below ``site/``."""

    def __init__(self, *, environment: jinja2.Environment, site: Site) -> None:
        self._environment = environment
        self._site = site

    def render(self, publication: Publication) -> Iterator[OutputFile]:
        """Yield the style sheet, a page for each day, the index and the archive.

        Raise RenderError where a template fails.
        """
        yield OutputFile("site/style.css", render(self._environment, "web/style.css").encode())
        newest: bytes | None = None
        for day in publication.days:
            content = self._day(day, publication)
            newest = newest or content
            yield OutputFile(f"site/{day.date.isoformat()}.html", content)
        yield OutputFile("site/index.html", newest or self._page("first", publication, heading="No papers yet"))
        yield self._archive(publication)

    def _day(self, day: Day, publication: Publication) -> bytes:
        editions = {edition.reader: edition for edition in day.editions}
        profiles: list[ProfileView] = []
        found: dict[str, list[str]] = {}
        for profile in publication.profiles:
            edition = editions.get(f"feed:{profile.name}")
            entries = edition.entries if edition else ()
            shown = _profile(profile)._replace(papers=tuple(entry_view(entry, {}) for entry in entries))
            profiles.append(shown)
            for entry in entries:
                found.setdefault(entry.paper.key, []).append(shown.title)
        number = len(day.papers) + day.more
        return self._page(
            "day",
            publication,
            heading=plural(number, "new paper") if number else "No new papers",
            day=day.date,
            canonical=f"{self._site.base_url}/site/{day.date.isoformat()}.html",
            older=max((other for other in publication.archive if other < day.date), default=None),
            newer=min((other for other in publication.archive if other > day.date), default=None),
            profiles=profiles,
            papers=[paper_view(paper, profile=", ".join(found.get(paper.key, ()))) for paper in day.papers],
            more=day.more,
            receipt=receipt_sentences(day.receipts),
        )

    def _archive(self, publication: Publication) -> OutputFile:
        months = [Month(title, tuple(days)) for title, days in groupby(publication.archive, key=month)]
        content = self._page("archive", publication, heading="All days", months=months)
        return OutputFile("site/archive.html", content)

    def _page(self, name: str, publication: Publication, **context: object) -> bytes:
        frame: dict[str, object] = {
            "site": self._site,
            "profiles": [_profile(profile) for profile in publication.profiles],
            "canonical": "",
            "day": None,
            "older": None,
            "newer": None,
            "receipt": (),
        }
        return render(self._environment, f"web/{name}.html", **(frame | context)).encode()


def _profile(profile: Profile) -> ProfileView:
    at = f"../feeds/{quote(profile.name, safe='')}"
    feeds = tuple(FeedLink(name, media_type, f"{at}.{ending}") for name, media_type, ending in _FEEDS)
    return ProfileView(tidy(profile.title), feeds)
