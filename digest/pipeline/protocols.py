"""What the pipeline needs from others. A plug-in is a class that fits one of these and an entry point that names it.

The entry-point groups are ``digest.sources``, ``digest.formats``, ``digest.rankers``, ``digest.renderers`` and
``digest.deliverers``; the built-in kinds are found through them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from typing import BinaryIO

    from digest.diff import Outcome
    from digest.dump import Dump, DumpAbout
    from digest.model import (
        Change,
        DeliveryState,
        Edition,
        Feedback,
        KnownPaper,
        Message,
        Miss,
        OutputFile,
        Paper,
        Profile,
        Publication,
        RankedPaper,
        Reader,
        Receipt,
        Reject,
    )
    from digest.rank.weighing import Weighed
    from digest.rank.worth import Frequency, Hits


class Source(Protocol):
    """Where dumps come from."""

    name: str

    def dumps(self, seen: Mapping[str, str], *, now: datetime) -> Iterator[Dump]:
        """Yield the dumps that are new since ``seen``, a map from a dump's name to the validator it had when read.

        ``now`` is the present instant in UTC, for sources that ask for a date.

        Raise FetchError where nothing can be had; the other sources go on.
        """
        ...


class Format(Protocol):
    """How the bytes of a dump read. Pure: it opens nothing but the stream it is given."""

    name: str
    #: what a person would call it, for messages: "a Daily Papers page copied as text"
    description: str
    #: whether it reads any listing of a kind, such as any feed: these are asked after those that know one listing
    generic: bool

    def recognises(self, head: bytes) -> bool:
        """Whether a dump that begins with ``head`` (up to 64 KiB) is of this format."""
        ...

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]:
        """Yield each record as a paper, or as a reject with its line.

        Raise DumpError where this is no dump of the format. A dump that was cut short yields what stands whole and
        a reject with ``cut`` set.
        """
        ...


class Ranker(Protocol):
    """Which papers suit a profile, and why. Pure."""

    def match(self, papers: Sequence[KnownPaper], profiles: Sequence[Profile]) -> Hits:
        """Look for every distinct pattern of the profiles in every paper, once."""
        ...

    def patterns(self, profiles: Sequence[Profile]) -> set[str]:
        """The ids of what the profiles look for or exclude, and of the words of their phrases."""
        ...

    def counts(self, hits: Hits, *, after_seq: int = 0) -> Mapping[str, int]:
        """How many of the matched papers that came in after ``after_seq`` have each pattern."""
        ...

    def weigh(self, hits: Hits, frequencies: Mapping[str, Frequency]) -> Weighed:
        """Say what each match is worth to whoever looks for it."""
        ...

    def rank(self, weighed: Weighed, profile: Profile) -> list[RankedPaper]:
        """Score the matched papers for one profile, best first; papers that score 0 or are excluded are left out."""
        ...

    def best(
        self, weighed: Weighed, profiles: Sequence[Profile], among: Collection[str]
    ) -> Iterator[tuple[Profile, list[RankedPaper]]]:
        """Yield each profile, in any order, with those papers of some keys that can stand in an edition, best first.

        They are as many as the profile's limit at most, and none is below its threshold.
        """
        ...

    def near(self, weighed: Weighed, profile: Profile, among: Collection[str]) -> list[Miss]:
        """Say which of the papers of some keys just missed one profile, best first, and why."""
        ...


class Renderer(Protocol):
    """Makes public files, such as feeds and pages. Pure: the same publication gives the same bytes."""

    def render(self, publication: Publication) -> Iterator[OutputFile]:
        """Yield the files; raise RenderError where one can't be made."""
        ...


class MailRenderer(Protocol):
    """Makes a reader's mail. Pure."""

    def render(self, edition: Edition, reader: Reader) -> Message:
        """Raise MessageError where this one can't be made, RenderError where none can."""
        ...


class Post(Protocol):
    """An open way to the readers, such as a connection to a mail server."""

    def send(self, message: Message) -> DeliveryState:
        """Send or write one message: SENT or WRITTEN.

        Raise TemporaryDeliveryError or PermanentDeliveryError where this message did not get through, DeliveryError
        where none will.
        """
        ...


class Deliverer(Protocol):
    """How mail leaves."""

    def session(self) -> AbstractContextManager[Post]:
        """Open a way; raise DeliveryError where there is none."""
        ...


class Recording(Protocol):
    """A transaction in which one dump's papers, changes and receipt are written together."""

    def known(self, aliases: Collection[str]) -> dict[str, tuple[KnownPaper, ...]]:
        """Map each alias that is known to the papers that have it; a title may belong to several."""
        ...

    def apply(self, outcomes: Sequence[Outcome], *, source: str, at: datetime, day: date) -> None:
        """Write papers, aliases and changes."""
        ...

    def mark(self, source: str, dump: str, validator: str, at: datetime) -> None:
        """Write under a dump's name how far it was read, or which version of it."""
        ...

    def receipt(self, receipt: Receipt, validator: str | None) -> None:
        """Write the receipt, and under the dump's name the validator that tells it from its next version."""
        ...


class Store(Protocol):
    """The history."""

    def recording(self) -> AbstractContextManager[Recording]:
        """Begin a transaction for one dump: committed at the end, rolled back on any exception."""
        ...

    def validators(self, source: str) -> dict[str, str]:
        """The validators of the dumps of a source that were read, by the dump's name."""
        ...

    def last_seq(self) -> int:
        """The number of the newest change, 0 where there is none."""
        ...

    def changes(self, since: int, *, until: int | None = None, from_day: date | None = None) -> list[Change]:
        """The changes with since < seq <= until, oldest first, of dumps taken on ``from_day`` or later."""
        ...

    def recent_papers(self, limit: int, *, before: int | None = None) -> list[KnownPaper]:
        """The ``limit`` papers that came in last, or last before a change, as a background for rarity."""
        ...

    def papers_named(self, names: Collection[str]) -> dict[str, tuple[KnownPaper, ...]]:
        """Map keys and aliases that are known to their papers; a title may belong to several."""
        ...

    def feedback(self, profiles: Collection[str]) -> list[Feedback]:
        """What was said for some profiles, given by their names, and not taken back; oldest first."""
        ...

    def add_feedback(self, given: Feedback) -> None:
        """Append to the log of feedback."""
        ...

    def undo_feedback(self, profile: str) -> Feedback | None:
        """Take back what was said last for a profile, and return it; None where nothing was said."""
        ...

    def receipts(self, since: datetime | None) -> list[Receipt]:
        """The receipts written after an instant, oldest first."""
        ...

    def past_receipts(self, source: str, limit: int) -> list[Receipt]:
        """The last receipts of a source in which papers were read, newest first."""
        ...

    def frequencies(self, patterns: Collection[str]) -> dict[str, Frequency]:
        """How many papers have each pattern, as far as it was counted."""
        ...

    def save_frequencies(self, frequencies: Mapping[str, Frequency]) -> None:
        """Keep the counts."""
        ...

    def newest_editions(self, readers: Collection[str]) -> dict[str, Edition]:
        """Each reader's edition of the latest date, without its entries."""
        ...

    def cursors(self, readers: Collection[str]) -> dict[str, int]:
        """How far each reader has got in the change log: the last change of an edition that was sent or empty."""
        ...

    def save_editions(self, editions: Sequence[Edition]) -> list[Edition]:
        """Write editions; return those that were written.

        One that exists for its reader and date is left alone, but for a feed's that grew: that is replaced.
        """
        ...

    def outbox(self, *, now: datetime | None = None) -> list[Edition]:
        """The editions that wait or are deferred, with entries; with ``now``, those that may be tried by then."""
        ...

    def editions(self, *, reader: str | None = None, day: date | None = None, limit: int = 100) -> list[Edition]:
        """Editions with entries, newest date first."""
        ...

    def days(self, limit: int) -> list[date]:
        """The dates on which papers came in or a feed has an edition, newest first."""
        ...

    def changes_of_day(self, day: date, limit: int) -> tuple[list[KnownPaper], int]:
        """The papers that were NEW on a day, most upvotes first, and how many there are in all."""
        ...

    def update_edition(self, edition: Edition) -> None:
        """Write an edition's state, attempts, first and next attempt, error and sent_at."""
        ...

    def delivering(self) -> AbstractContextManager[bool]:
        """Hold the right to deliver; gives False where another process has it."""
        ...

    def is_subscribed(self, address: str) -> bool:
        """Whether mail may still go to an address: looked at again just before sending."""
        ...
