"""The site: a page for each day that brought something, the newest as index, and an archive.

It works on any static host, and straight from disk.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from digest.model import OutputFile, feed_id
from digest.renderers.environment import month, render
from digest.renderers.receipts import receipt_sentences
from digest.renderers.view import entry_views, paper_view, tidy
from digest.renderers.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    import jinja2

    from digest.model import Day, Profile, Publication
    from digest.renderers.view import PaperView, SiteInfo

__all__ = ["PageRenderer", "profile_view"]

#: the formats of a feed: name, media type, ending
_FEEDS = (
    ("RSS", "application/rss+xml", "rss.xml"),
    ("Atom", "application/atom+xml", "atom.xml"),
    ("JSON Feed", "application/feed+json", "json"),
)


class FeedLink(NamedTuple):
    """A profile's feed in one format. ``href`` is relative to the page."""

    name: str
    type: str
    href: str


class ProfileView(NamedTuple):
    """A profile on a page, with the papers that it found that day."""

    title: str
    feeds: tuple[FeedLink, ...]
    papers: tuple[PaperView, ...] = ()
    #: how many papers it found, including those that are shown below another one
    number: int = 0


class Month(NamedTuple):
    """The days of one month that have a page, newest first."""

    title: str
    days: tuple[date, ...]


class Quiet(NamedTuple):
    """A day without new papers, and its receipts as sentences."""

    date: date
    receipt: tuple[str, ...]


class PageRenderer:
    """Makes the pages, and the style sheet that they share."""

    def __init__(self, *, environment: jinja2.Environment, site: SiteInfo) -> None:
        self._environment = environment
        self._site = site

    def render(self, publication: Publication) -> Iterator[OutputFile]:
        """Yield the style sheet, a page for each day, the index and the archive.

        Raise RenderError where a template fails.
        """
        yield OutputFile("style.css", render(self._environment, "web/style.css").encode())
        for day in publication.days:
            yield OutputFile(f"{day.date.isoformat()}.html", self._day(day, publication), day.date)
        yield OutputFile("index.html", self._index(publication))
        yield self._archive(publication)

    def _index(self, publication: Publication) -> bytes:
        """The newest day that has papers, after a line for each later day without any."""
        since = [
            Quiet(day.date, receipt_sentences(day.receipts) or ("No source was read.",)) for day in publication.since
        ]
        if publication.days:
            return self._day(publication.days[0], publication, since=since)
        return self._page("first", publication, heading="No papers yet", since=since)

    def _day(self, day: Day, publication: Publication, *, since: Sequence[Quiet] = ()) -> bytes:
        editions = {edition.reader: edition for edition in day.editions}
        profiles: list[ProfileView] = []
        found: dict[str, list[str]] = {}
        for profile in publication.profiles:
            edition = editions.get(feed_id(profile.name))
            entries = edition.entries if edition else ()
            shown = profile_view(profile)._replace(papers=tuple(entry_views(entries, {})), number=len(entries))
            profiles.append(shown)
            for entry in entries:
                found.setdefault(entry.paper.key, []).append(shown.title)
        number = len(day.papers) + day.more
        return self._page(
            "day",
            publication,
            heading=plural(number, "new paper") if number else "No new papers",
            day=day.date,
            canonical=f"{self._site.base_url}/{day.date.isoformat()}.html",
            older=max((other for other in publication.archive if other < day.date), default=None),
            newer=min((other for other in publication.archive if other > day.date), default=None),
            profiles=profiles,
            papers=[paper_view(paper, profile=", ".join(found.get(paper.key, ()))) for paper in day.papers],
            more=day.more,
            since=since,
            receipt=receipt_sentences(day.receipts),
        )

    def _archive(self, publication: Publication) -> OutputFile:
        months = [Month(title, tuple(days)) for title, days in groupby(publication.archive, key=month)]
        content = self._page("archive", publication, heading="All days", months=months)
        return OutputFile("archive.html", content)

    def _page(self, name: str, publication: Publication, **context: object) -> bytes:
        frame: dict[str, object] = {
            "site": self._site,
            "profiles": [profile_view(profile) for profile in publication.profiles],
            "canonical": "",
            "day": None,
            "older": None,
            "newer": None,
            "receipt": (),
            "since": (),
        }
        return render(self._environment, f"web/{name}.html", **(frame | context)).encode()


def profile_view(profile: Profile, feeds_folder: str = "feeds") -> ProfileView:
    """A profile and its feeds. ``feeds_folder`` is the relative way from the page to the feeds."""
    at = f"{feeds_folder}/{quote(profile.name, safe='')}"
    feeds = tuple(FeedLink(name, media_type, f"{at}.{ending}") for name, media_type, ending in _FEEDS)
    return ProfileView(tidy(profile.title), feeds)
