"""Repositories that speak OAI-PMH 2.0 (openarchives.org/OAI/openarchivesprotocol.html), such as arXiv.

    ?verb=ListRecords&metadataPrefix=arXiv&set=cs&from=2026-11-19      the first page
    ?verb=ListRecords&resumptionToken=…                                 the next one, until there is no token

After each page we remember the date up to which the harvest is complete, and the token of the next page. An interrupted
harvest continues with that page. If the token has expired, it starts again at that date.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

from digest.errors import DumpError, FetchError
from digest.formats.xml.document import root_of
from digest.formats.xml.records import records
from digest.model import Reject
from digest.sources.http import StatusError
from digest.sources.options import flag, text, web_address, whole
from digest.sources.redact import shown

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from digest.dump import Dump
    from digest.sources.http import Fetched, HttpClient

__all__ = ["OaiSource"]

_OAI = "{http://www.openarchives.org/OAI/2.0/}"
_ROOT, _LIST = f"{_OAI}OAI-PMH", f"{_OAI}ListRecords"
_ERROR, _TOKEN = f"{_OAI}error", f"{_OAI}resumptionToken"
_HEAD = 8 * 1024
_DAY = timedelta(days=1)
# A long harvest is split into periods. A completed period is never read again.
_PERIOD = timedelta(days=30)
_MOST_RESTARTS = 2
_TOKEN_REFUSED = frozenset({400, 404, 410, 422})
_REMEDIES = {
    "badArgument": "check url, set and since",
    "cannotDisseminateFormat": "set prefix to a format that it has; every repository has oai_dc",
    "noSetHierarchy": "it has no sets; remove set",
}


class OaiSource:
    """The records of a repository that are new or changed since the last harvest.

    ``set`` is one of the repository's sets, such as ``cs``, and ``prefix`` the metadata format. The first harvest
    starts at ``since``, or ``lookback`` days back.
    """

    def __init__(
        self,
        name: str,
        *,
        http: HttpClient,
        url: str = "https://oaipmh.arxiv.org/oai",
        set: str = "",  # noqa: A002 - the name of the option and of the protocol's parameter
        prefix: str = "arXiv",
        since: date | str | None = None,
        lookback: int = 14,
        allow_private: bool = False,
    ) -> None:
        self.name = name
        self._url = web_address("url", url)
        if "?" in self._url:
            raise ValueError(f"url is {shown(url)!r}; expected the repository's base URL, without a question mark")
        self._what = {"verb": "ListRecords", "metadataPrefix": text("prefix", prefix) or "oai_dc"}
        if text("set", set):
            self._what["set"] = set.strip()
        self._since = _date_option("since", since)
        self._lookback = whole("lookback", lookback, most=36_500)
        self._allow_private = flag("allow_private", allow_private)
        self._http = http

    def dumps(self, seen: Mapping[str, str], *, now: datetime) -> Iterator[Dump]:
        """Yield each page of the harvest as soon as it was fetched. All pages have the same name."""
        name = shown(self._address(self._what))
        today = now.date()
        progress = _Progress.read(seen.get(name)) or _Progress(self._since or today - _DAY * self._lookback)
        if not progress.token:
            progress = progress.period(today)
        while True:
            completed = yield from self._period(name, progress, today)
            if completed > today or progress.until is None:
                return
            progress = _Progress(completed).period(today)

    def _address(self, asked: Mapping[str, str]) -> str:
        """Build a URL. A space must be %20, not "+" (section 3.1.1.3)."""
        return f"{self._url}?{urlencode(asked, quote_via=quote, safe='')}"

    def _period(self, name: str, progress: _Progress, today: date) -> Generator[Dump, None, date]:
        """Harvest up to ``progress.until``. Return the start of the next period."""
        before = ""
        while True:
            fetched, page, progress = self._next(name, progress)
            asked = progress.asked or min(page.answered or today, today)
            completed = asked if progress.until is None else progress.until + _DAY
            if page.error == "noRecordsMatch":
                return completed
            if page.error:
                remedy = _REMEDIES.get(page.error, "the next run tries again")
                raise FetchError(
                    f"{name} answered with the error {page.error}: {page.message or 'no message'}; {remedy}"
                )
            if not page.whole:
                yield replace(fetched.dump(validator=progress.write()), name=name)
                raise FetchError(f"{name} sent an incomplete page; the next run continues from there")
            if page.token and page.token == progress.token and fetched.body.sha256 == before:
                raise FetchError(f"{name} sends the same page again and again; the next run continues from there")
            before = fetched.body.sha256
            progress = replace(progress, token=page.token, asked=asked)
            after = progress if page.token else _Progress(completed)
            yield replace(fetched.dump(validator=after.write()), name=name)
            if not page.token:
                return completed

    def _next(self, name: str, progress: _Progress) -> tuple[Fetched, _Page, _Progress]:
        """Fetch the next page, or the first page of the period again if the token has expired."""
        try:
            fetched, page = self._page(name, progress)
        except StatusError as error:
            if not progress.token or error.status not in _TOKEN_REFUSED:
                raise
        else:
            if not progress.token or page.error != "badResumptionToken":
                return fetched, page, progress
        if progress.restarts == _MOST_RESTARTS:
            raise FetchError(f"{name} rejects its own resumption tokens; the next run starts again")
        return self._next(name, replace(progress, token="", asked=None, restarts=progress.restarts + 1))

    def _page(self, name: str, progress: _Progress) -> tuple[Fetched, _Page]:
        if progress.token:
            asked = {"verb": "ListRecords", "resumptionToken": progress.token}
        else:
            asked = self._what | {"from": progress.start.isoformat()}
            asked |= {"until": progress.until.isoformat()} if progress.until else {}
        fetched = self._http.get(self._address(asked), allow_private=self._allow_private)
        if fetched is None:  # pragma: no cover - the request is not conditional
            raise FetchError(f"{name} answered 304 to a request that was not conditional")
        try:
            return fetched, _look(fetched)
        except DumpError as error:
            raise FetchError(f"{name} did not answer with OAI-PMH: {error}; check url") from error


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far a harvest is. All datestamps before ``start`` are complete; ``token`` is that of the next page."""

    start: date
    #: the last date of the period; None for up to now
    until: date | None = None
    token: str = ""
    #: the repository's date when the period was started
    asked: date | None = None
    #: how often the period was started again; not remembered
    restarts: int = 0

    def period(self, today: date) -> _Progress:
        """The period that begins at ``start``."""
        until = self.start + _PERIOD
        return replace(self, until=until if until < today else None)

    def write(self) -> str:
        """Write the progress as a validator."""
        known = {"from": self.start, "until": self.until, "token": self.token, "asked": self.asked}
        return json.dumps({name: str(value) for name, value in known.items() if value})

    @classmethod
    def read(cls, validator: str | None) -> _Progress | None:
        """Read the progress from a validator; None if there is none, or if it can't be read."""
        try:
            known = json.loads(validator or "")
            until, asked = known.get("until"), known.get("asked")
            return cls(
                date.fromisoformat(known["from"]),
                date.fromisoformat(until) if until else None,
                str(known.get("token", "")),
                date.fromisoformat(asked) if asked else None,
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


class _Page(NamedTuple):
    token: str = ""
    error: str = ""
    message: str = ""
    answered: date | None = None
    #: whether the page is complete; the token is at its end
    whole: bool = True


def _look(fetched: Fetched) -> _Page:
    """Read only what is needed for the next page. The format reads everything else."""
    with fetched.open() as stream:
        root = root_of(stream.read(_HEAD))
        stream.seek(0)
        answered = None if root is None else _day(root.findtext(f"{_OAI}responseDate"))
        page = _Page(answered=answered)
        for record in records(stream, (_ROOT, _LIST, f"{_OAI}record"), (_ROOT, _LIST, _TOKEN), (_ROOT, _ERROR)):
            page = page._replace(whole=not isinstance(record, Reject))
            if isinstance(record, Reject):
                continue
            if record.element.tag == _TOKEN:
                page = page._replace(token=(record.element.text or "").strip())
            elif record.element.tag == _ERROR:
                page = page._replace(error=record.element.get("code", "unknown"), message=record.element.text or "")
    return page


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat((written or "").strip()[:10])
    except ValueError:
        return None


def _date_option(name: str, value: object) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    found = _day(value) if isinstance(value, str) and len(value) == 10 else None
    if found is None:
        raise ValueError(f"{name} is {value!r}; expected a date such as 2026-11-01")
    return found
