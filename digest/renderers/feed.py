"""Public feeds: RSS 2.0 and Atom 1.0 (RFC 4287) with feedgen, JSON Feed 1.1, and a list of all feeds in OPML 2.0."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from feedgen.feed import FeedGenerator

from digest.errors import RenderError
from digest.model import OutputFile
from digest.renderers.environment import render
from digest.renderers.feed_items import make_feed
from digest.renderers.json_feed import json_feed
from digest.renderers.view import tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import jinja2
    from feedgen.entry import FeedEntry

    from digest.model import Publication
    from digest.renderers.feed_items import Feed, Item
    from digest.renderers.view import SiteInfo

__all__ = ["FeedRenderer"]


class FeedRenderer:
    """Makes the files in ``feeds/``."""

    def __init__(self, *, environment: jinja2.Environment, site: SiteInfo) -> None:
        self._environment = environment
        self._site = site

    def render(self, publication: Publication) -> Iterator[OutputFile]:
        """Yield each profile's feed in three formats, and the list. Raise RenderError if one can't be made."""
        feeds: list[Feed] = []
        for profile in publication.profiles:
            editions = publication.feeds.get(profile.name, ())
            feed = make_feed(profile, editions, environment=self._environment, site=self._site)
            yield OutputFile(f"feeds/{profile.name}.rss.xml", rss(feed))
            yield OutputFile(f"feeds/{profile.name}.atom.xml", atom(feed))
            yield OutputFile(f"feeds/{profile.name}.json", json_feed(feed))
            feeds.append(feed)
        listed = render(self._environment, "feed/subscriptions.xml", title=tidy(self._site.title), feeds=feeds)
        yield OutputFile("feeds/subscriptions.opml", listed.encode())


def rss(feed: Feed) -> bytes:
    """RSS 2.0, with the authors in Dublin Core and the body in ``content:encoded``."""
    made = _generator(feed, f"{feed.url}.rss.xml", "application/rss+xml")
    made.title(_rss_text(feed.title))
    made.description(_rss_text(feed.description))
    made.docs("https://www.rssboard.org/rss-specification")
    made.load_extension("dc", atom=False, rss=True)
    for item in feed.items:
        entry = _entry(made, item)
        entry.title(_rss_text(item.title))
        # The only element that is HTML according to the specification.
        entry.description(html.escape(item.summary, quote=False), isSummary=True)
        entry.dc.dc_creator(list(item.authors))
    return _written(made.rss_str)


def atom(feed: Feed) -> bytes:
    """Atom 1.0. An entry without authors gets the author of the feed."""
    made = _generator(feed, f"{feed.url}.atom.xml", "application/atom+xml")
    made.title(feed.title)
    made.subtitle(feed.description)
    made.author(name=feed.author)
    for item in feed.items:
        entry = _entry(made, item)
        entry.title(item.title)
        entry.summary(item.summary)
        entry.author([{"name": name} for name in item.authors])
    return _written(made.atom_str)


def _generator(feed: Feed, url: str, media: str) -> FeedGenerator:
    made = FeedGenerator()
    made.id(feed.id)
    # feedgen uses the last link as the channel's link.
    made.link(
        [{"href": url, "rel": "self", "type": media}, {"href": feed.home, "rel": "alternate", "type": "text/html"}]
    )
    made.language(feed.language)
    # The default of both is the current time, which would change the feed on every run.
    made.updated(feed.updated)
    made.lastBuildDate(feed.updated)
    made.generator("digest")
    return made


def _entry(made: FeedGenerator, item: Item) -> FeedEntry:
    # By default feedgen adds an entry at the top, with the current time.
    entry = made.add_entry(order="append")
    entry.guid(item.id, permalink=False)
    entry.published(item.at)
    entry.updated(item.at)
    entry.content(item.html, type="html")
    if item.url:
        # Only one link: feedgen drops the rel and type of an entry's links, so all of them would be alternates.
        entry.link(href=item.url)
    entry.category([{"term": category} for category in item.categories])
    return entry


def _written(write: Callable[..., bytes]) -> bytes:
    try:
        return write(pretty=True)
    except ValueError as error:
        raise RenderError(f"a feed cannot be written: {error}") from error


def _rss_text(text: str) -> str:
    """Escape a title if it needs it. RSS does not say whether titles are text or HTML, so feed readers guess.

    All of them show a title as it is if nothing in it looks like markup ("R&D", "a < b"). Anything else is escaped once
    more. Most feed readers then show the original title, and no reader takes it for markup.
    """
    mistakable = re.search(r"<[A-Za-z/!?]", text) or html.unescape(text) != text
    return html.escape(text, quote=False) if mistakable else text
