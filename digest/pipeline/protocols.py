"""The plug-ins: a plug-in is a class that fits one of these and an entry point that names it.

The entry-point groups are ``digest.sources``, ``digest.formats``, ``digest.rankers``, ``digest.renderers`` and
``digest.outputs``; the built-in kinds are found through them too. What a verb needs of the history is declared
beside the verb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import BinaryIO

    from digest.dump import Dump, DumpAbout
    from digest.model import (
        DeliveryState,
        Edition,
        KnownPaper,
        Miss,
        OutputFile,
        Paper,
        Profile,
        Publication,
        RankedPaper,
        Reader,
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


class Session(Protocol):
    """An open way to the readers of one output, such as a connection to a mail server."""

    def send(self, edition: Edition, reader: Reader) -> DeliveryState:
        """Bring an edition to its reader: SENT or WRITTEN.

        Raise TemporaryDeliveryError or PermanentDeliveryError if this edition did not get through, DeliveryError if
        none will.
        """
        ...


class Output(Protocol):
    """Brings editions to one kind of address. It owns the template, the transport and the connection.

    It is made as ``Output(context, **options)`` from an OutputContext and the table of its own name in the
    configuration. The keyword arguments are its options: their annotations say what a value may be, and those without
    a default must be there. It may also have

    - ``check_address(text) -> str``, a class method that returns an address in the form in which it is kept, and
      raises ValueError for one that it can't take;
    - ``check_options(options) -> Iterable[str]``, a class method that says what is wrong with the options together;
    - ``check() -> Iterable[Finding]`` for ``digest check``; without it, a session is opened and closed again.
    """

    def session(self) -> AbstractContextManager[Session]:
        """Open a session; raise DeliveryError if that is not possible."""
        ...
