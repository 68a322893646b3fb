"""Everything is built here from the settings: the only place that knows which parts are plugged together."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from digest import __version__, config, plugins
from digest.errors import ConfigError, NoHistoryError
from digest.model import OutputContext
from digest.owner import has_ended, new_owner
from digest.pipeline.deliver import Deliver, Delivered
from digest.pipeline.ingest import Ingest
from digest.pipeline.publish import Publish, Published
from digest.pipeline.site import SiteWriter
from digest.pipeline.subscribers import Subscribers
from digest.pipeline.tuning import Tuning
from digest.schedule import local_date
from digest.site_folder import SiteFolder
from digest.store import copy_database, open_store
from digest.subscriptions import Known
from digest.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from digest.config import Settings
    from digest.dump import Dump
    from digest.model import Profile, Receipt, Standing
    from digest.outputs.mail import MailOutput
    from digest.pipeline.learning import Learning
    from digest.pipeline.progress import Progress
    from digest.pipeline.protocols import Format, Output, Ranker, Source
    from digest.rank.backtest import Backtest
    from digest.sources.http import HttpClient
    from digest.store import SqlStore

__all__ = ["App", "load_settings", "utc_now"]


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


def load_settings(path: Path) -> Settings:
    """Read the configuration; ConfigError with all that is wrong in it."""
    return config.load(
        path,
        source_options=plugins.source_options,
        check_source=plugins.check_source,
        outputs=plugins.address_checks(),
        check_output=plugins.check_output,
    )


# ---------------------------------------------------------------------------------------------------------- app


@dataclass(kw_only=True)
class App:
    """The three verbs over one configuration. ``clock`` gives the present instant in UTC.

    ``missing`` says what happens if there is no history yet: it is made, or that is an error, or an empty one in memory
    takes its place.
    """

    settings: Settings
    clock: Callable[[], datetime] = utc_now
    missing: Literal["make", "refuse", "ignore"] = "make"

    # -- parts

    @cached_property
    def store(self) -> SqlStore:
        """The history."""
        try:
            return open_store(self.settings.store.url, create=self.missing == "make")
        except NoHistoryError:
            if self.missing == "ignore":
                return open_store("sqlite://")
            raise

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The profiles of the configuration, with the weights that feedback gives them at this moment.

        Whatever ranks uses these; ``configured`` are what they are before.
        """
        return self.tuning.tuned(self.configured)

    @cached_property
    def configured(self) -> tuple[Profile, ...]:
        """The profiles as the configuration has them."""
        return tuple(one.profile() for one in self.settings.profile)

    @cached_property
    def tuning(self) -> Tuning:
        """The feedback that was given."""
        return Tuning(self.store, self.ranker)

    @cached_property
    def formats(self) -> tuple[Format, ...]:
        """Every format that is installed."""
        made = [point.load()() for point in plugins.kinds("formats").values()]
        # What reads anything of a kind is asked after those that know one listing.
        return tuple(sorted(made, key=lambda form: (form.generic, form.name)))

    @cached_property
    def ranker(self) -> Ranker:
        """The ranker: with the extra ``million`` the one that ranks for very many at once."""
        ranker: Ranker
        if find_spec("numba"):
            ranker = plugins.plugin("rankers", "many")(workers=os.cpu_count() or 1)
        else:
            ranker = plugins.plugin("rankers", "keywords")()
        return ranker

    @cached_property
    def learning(self) -> Learning:
        """How profiles are learned."""
        from digest.pipeline.learning import Learning  # noqa: PLC0415 - only one command learns

        return Learning(self.store, self.formats)

    @cached_property
    def publisher(self) -> Publish:
        """The second verb."""
        return Publish(
            store=self.store,
            ranker=self.ranker,
            timezone=self.settings.digest.timezone,
            lookback=self.settings.digest.lookback,
            domain=self.mail.domain,
        )

    @cached_property
    def site(self) -> SiteWriter:
        """What writes the feeds and pages."""
        return SiteWriter(
            store=self.store,
            renderers=lambda: [point.load()(**self._look) for point in plugins.kinds("renderers").values()],
            profiles=self.configured,
            folder=SiteFolder(self.settings.output.path),
            look=self._site_look,
        )

    @cached_property
    def outputs(self) -> dict[str, Output]:
        """Every output that is installed and has the options that it needs, by name."""
        digest, output = self.settings.digest, self.settings.output
        context = OutputContext(
            title=digest.title,
            base_url=digest.base_url,
            language=digest.language,
            folder=output.path,
            templates=output.templates,
            unsubscribe_url=self.unsubscribe_url,
        )
        options = self.settings.outputs
        made: dict[str, Output] = {}
        for name in plugins.kinds("outputs"):
            with suppress(ConfigError):  # one that nobody uses needs no table
                made[name] = plugins.make_output(name, options.get(name, {}), context)
        return made

    @property
    def mail(self) -> MailOutput:
        """The output of plain mail addresses, which is always there: the domain of its sender is in all Message-IDs."""
        return cast("MailOutput", self.outputs["mail"])

    @property
    def _site_look(self) -> str:
        from digest.renderers.look import look  # noqa: PLC0415 - as everything that is about rendering

        digest = self.settings.digest
        facts = [__version__, digest.title, digest.base_url, digest.language]
        facts += [f"{one.name} {one.title}" for one in self.configured]
        facts += map(repr, plugins.kinds("renderers").values())
        return look(facts, self.settings.output.templates)

    @cached_property
    def _look(self) -> dict[str, Any]:
        from digest.renderers.environment import environment  # noqa: PLC0415 - only those who render need jinja2
        from digest.renderers.view import SiteInfo  # noqa: PLC0415

        digest = self.settings.digest
        return {
            "environment": environment(self.settings.output.templates),
            "site": SiteInfo(title=digest.title, base_url=digest.base_url, language=digest.language),
        }

    @cached_property
    def unsubscribe_tokens(self) -> Tokens:
        """The tokens of unsubscribe links."""
        return Tokens([self.store.secret("unsubscribe", lambda: secrets.token_urlsafe(32))], "unsubscribe")

    def unsubscribe_url(self, address: str) -> str:
        """The link that ends an address's subscription."""
        return f"{self.settings.digest.base_url}/unsubscribe/{self.unsubscribe_tokens.make(address)}"

    @contextmanager
    def sources(self, only: Sequence[str] | None = None) -> Iterator[list[Source]]:
        """The sources of the configuration, or those named in ``only``, with one polite client between them."""
        wanted = [one for one in self.settings.source if only is None or one.name in only]
        with ExitStack() as opened:
            http: HttpClient | None = None
            if any(plugins.fetches(one.kind) for one in wanted):
                from digest.sources.http import HttpClient  # noqa: PLC0415 - takes longer than looking into a folder

                http = opened.enter_context(HttpClient(contact=self.settings.digest.base_url))
            yield [plugins.make_source(one.kind, one.name, one.options, http) for one in wanted]

    # -- subscribers

    @cached_property
    def known(self) -> Known:
        """What there is to subscribe to, and with."""
        profiles = [profile.name for profile in self.configured]
        checks = plugins.address_checks()
        outputs = {name: checks[name] for name in self.outputs}
        return Known(profiles=profiles, outputs=outputs, timezone=self.settings.digest.timezone)

    @cached_property
    def subscribers(self) -> Subscribers:
        """The subscribers of the history."""
        profiles = {profile.name: profile for profile in self.configured}
        return Subscribers(store=self.store, configured=self.settings.subscriber, profiles=profiles)

    # -- verbs

    def ingest(
        self,
        *,
        only: Sequence[str] | None = None,
        as_of: date | None = None,
        progress: Callable[[Progress], None] = lambda _progress: None,
    ) -> list[Receipt]:
        """Read every configured source, or those named in ``only``."""
        verb = self._ingest(lambda: self.formats, as_of, progress)
        with self.sources(only) as sources:
            return verb.sources(sources, seconds=self.settings.digest.source_seconds)

    def ingest_dumps(
        self,
        dumps: Iterable[tuple[str, Dump]],
        *,
        form: str | None = None,
        as_of: date | None = None,
        progress: Callable[[Progress], None] = lambda _progress: None,
    ) -> list[Receipt]:
        """Read dumps that were named one by one: pairs of a source's name and a dump, in the format ``form``."""
        formats = [one for one in self.formats if form in (None, one.name)]
        if not formats:
            names = ", ".join(sorted(one.name for one in self.formats))
            raise ConfigError([f"--format: there is no format {form!r}; there are {names}"])
        verb = self._ingest(lambda: formats, as_of, progress, forced=form is not None)
        return [verb.dump(source, dump) for source, dump in dumps]

    def _ingest(
        self,
        formats: Callable[[], Sequence[Format]],
        as_of: date | None,
        progress: Callable[[Progress], None],
        *,
        forced: bool = False,
    ) -> Ingest:
        return Ingest(
            self.store,
            formats,
            now=self.clock(),
            today=self.today(),
            as_of=as_of,
            trending=self.settings.digest.trending,
            progress=progress,
            forced=forced,
        )

    def publish(self, *, day: date | None = None, everyone: bool = False) -> Published:
        """Make the editions that are due."""
        self.subscribers.synchronise(self.clock())
        return self.publisher(self.profiles, now=self.clock(), day=day, everyone=everyone)

    def deliver(self, *, progress: Callable[[str], None] = lambda _reader: None) -> Delivered:
        """Empty the outbox."""
        self.subscribers.synchronise(self.clock())
        verb = Deliver(
            store=self.store,
            site=self.site,
            outputs=self.outputs,
            readers=self.subscribers.readers,
            owner=new_owner(),
            has_ended=has_ended,
            clock=self.clock,
            progress=progress,
        )
        return verb()

    def standing(self, profile: Profile, *, since: int | None) -> Standing:
        """What a profile would send of the newest changes, and what not."""
        return self.publisher.standing(profile, since=since, today=self.today())

    def backtest(self, profile: Profile, *, days: int) -> Backtest:
        """What a profile would have sent on each of the last ``days`` days, and how its keywords did."""
        from digest.pipeline.backtest import look_back  # noqa: PLC0415 - only one command looks back

        return look_back(self.store, self.ranker, profile, days=days, today=self.today())

    def today(self) -> date:
        """The date at this moment, where the readers are."""
        return local_date(self.settings.digest.timezone, self.clock())

    # -- life

    def close(self) -> None:
        """Give the history back."""
        if "store" in self.__dict__:
            self.store.close()

    @contextmanager
    def rehearsal(self) -> Iterator[App]:
        """An app over a copy of the history, which is thrown away: what is tried in it leaves no trace."""
        with tempfile.TemporaryDirectory(prefix="digest-") as folder:
            copy = copy_database(self.settings.store.url, Path(folder))
            settings = self.settings.model_copy(update={"store": self.settings.store.model_copy(update={"url": copy})})
            app = App(settings=settings, clock=self.clock)
            try:
                yield app
            finally:
                app.close()
