"""JSON Feed, version 1.1 (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.renderers.feed_items import Feed, Item

__all__ = ["json_feed"]


def json_feed(feed: Feed) -> bytes:
    """Write a feed as JSON."""
    content = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": f"{feed.url}.json",
        "description": feed.description,
        "authors": [{"name": feed.author}],
        "language": feed.language,
        "items": [_item(item) for item in feed.items],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(item: Item) -> dict[str, Any]:
    written = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "summary": item.summary,
        "date_published": item.at.isoformat(),
        "date_modified": item.at.isoformat(),
        "authors": [{"name": name} for name in item.authors],
        "tags": list(item.categories),
    }
    # Leave out what is unknown: the format has no null.
    return {name: value for name, value in written.items() if value}
