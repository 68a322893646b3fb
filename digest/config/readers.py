"""Who reads: the public feeds and the subscribers that the settings name, and those beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.address import output_name
from digest.model import Profile, Reader, ReaderKind, feed_id, subscriber_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digest.config.settings import Settings, SubscriberSettings

__all__ = ["OWN_PROFILE", "mail_reader", "readers"]

#: the name of the profile that a subscriber's own keywords make
OWN_PROFILE = "own"


def mail_reader(subscriber: SubscriberSettings, profiles: Mapping[str, Profile], timezone: str) -> Reader:
    """A subscriber as a reader; profiles that exist no more are passed over."""
    own: tuple[Profile, ...] = ()
    if subscriber.keywords:
        own = (Profile(name=OWN_PROFILE, title="Your keywords", keywords=subscriber.keywords),)
    return Reader(
        id=subscriber_id(subscriber.address),
        kind=ReaderKind.SUBSCRIBER,
        profiles=(*(profiles[name] for name in subscriber.profiles if name in profiles), *own),
        timezone=subscriber.timezone or timezone,
        address=subscriber.address,
        output=output_name(subscriber.address),
        send_at=subscriber.send_at,
        days=subscriber.days,
        send_empty=subscriber.send_empty,
    )


def readers(
    settings: Settings, subscribers: Iterable[SubscriberSettings], profiles: Iterable[Profile] | None = None
) -> tuple[Reader, ...]:
    """The feeds, then everybody who has subscribed: in the configuration, or in the ``subscribers`` beside it.

    ``profiles`` stand in the place of those of the configuration.
    """
    if profiles is None:
        profiles = [one.profile() for one in settings.profile]
    by_name = {one.name: one for one in profiles}
    zone = settings.digest.timezone
    feeds = [
        Reader(id=feed_id(name), kind=ReaderKind.FEED, profiles=(profile,), timezone=zone)
        for name, profile in by_name.items()
    ]
    everybody = {one.address: one for one in (*subscribers, *settings.subscriber)}
    return (*feeds, *(mail_reader(one, by_name, zone) for one in everybody.values()))
