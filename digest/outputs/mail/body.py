"""The subject, HTML and text of a mail. ``digest.outputs.mail.message`` makes a message of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digest.renderers.environment import render, short_date
from digest.renderers.excerpt import shorten
from digest.renderers.receipts import receipt_sentences
from digest.renderers.view import entry_views
from digest.renderers.wording import plural

if TYPE_CHECKING:
    from collections.abc import Iterable

    import jinja2

    from digest.model import Edition, Reader
    from digest.renderers.view import PaperView, SiteInfo

__all__ = ["MailBody", "render_mail"]

#: bytes of HTML; Gmail clips at 99.5 kB and more, and the unsubscribe link would go with the rest
_MOST = 98_000
#: entries that are shown in full; of the others, the title and why
_WHOLE = 8
#: similar entries that are listed below one, if there is no room for all
_OTHERS = 5
_SUBJECT = 120
_SENTENCES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBody:
    """The parts of a mail. The subject is one clean line."""

    subject: str
    html: str
    text: str


def render_mail(
    edition: Edition,
    reader: Reader,
    site: SiteInfo,
    unsubscribe_url: str | None,
    *,
    environment: jinja2.Environment,
) -> MailBody:
    """Make the mail of an edition. Raise RenderError if a template fails.

    The text has every paper with its links. The HTML stays under 100,000 bytes: what does not fit is counted, with a
    link to the site.
    """
    titles = {profile.name: profile.title for profile in reader.profiles} if len(reader.profiles) > 1 else {}
    papers = entry_views(edition.entries, titles)
    sentences = receipt_sentences(edition.receipts) or ("No source was read since your last digest.",)
    if len(sentences) > _SENTENCES:
        rest = len(sentences) - _SENTENCES
        sentences = (*sentences[:_SENTENCES], f"{plural(rest, 'more line')} in the log.")
    context = {
        "site": site,
        "subject": _subject(edition, papers),
        "preheader": _preheader(papers),
        "headline": _headline(edition),
        "day": edition.date,
        "reason": "" if papers else _why_empty(edition),
        "receipt": sentences,
        # Not the page of the day: the site may have none for the reader's date.
        "pages_url": f"{site.base_url}/",
        "unsubscribe_url": unsubscribe_url,
    }
    return MailBody(
        subject=str(context["subject"]),
        html=_fitting(environment, papers, context),
        text=render(environment, "mail/digest.txt", papers=papers, whole=papers[:_WHOLE], **context),
    )


def _fitting(environment: jinja2.Environment, papers: list[PaperView], context: dict[str, object]) -> str:
    """The HTML with as many papers as fit.

    Similar papers below another are dropped first, so that a large group pushes out no other paper.
    """
    html = _html(environment, papers, papers, context)
    if len(html.encode()) <= _MOST:
        return html
    for others in (_OTHERS, 0):
        shown = [_cut(paper, others) for paper in papers]
        while shown:
            html = _html(environment, papers, shown, context)
            size = len(html.encode())
            if size <= _MOST:
                return html
            del shown[min(len(shown) - 1, max(1, len(shown) * _MOST // size)) :]
    return _html(environment, papers, [], context)


def _html(
    environment: jinja2.Environment, papers: list[PaperView], shown: list[PaperView], context: dict[str, object]
) -> str:
    return render(
        environment,
        "mail/digest.html",
        whole=shown[:_WHOLE],
        tail=shown[_WHOLE:],
        more=_number(papers) - _number(shown),
        **context,
    )


def _cut(paper: PaperView, others: int) -> PaperView:
    """A paper with at most so many similar ones below it."""
    return replace(paper, others=paper.others[:others], more_others=len(paper.others[others:]))


def _number(papers: Iterable[PaperView]) -> int:
    """How many papers these are, with the similar ones below them."""
    return sum(1 + len(paper.others) for paper in papers)


def _subject(edition: Edition, papers: list[PaperView]) -> str:
    day = short_date(edition.date)
    if not papers:
        return f"Nothing new for you · {day}"
    more = f" and {_number(papers) - 1:,} more" if _number(papers) > 1 else ""
    ending = f"{more} · {day}"
    return shorten(papers[0].name, _SUBJECT - len(ending) - 1) + ending


def _headline(edition: Edition) -> str:
    number = len(edition.entries)
    if not number:
        return "Nothing new for you"
    verb = "is" if number == 1 else "are"
    return f"{number:,} of {plural(max(number, edition.considered), 'new paper')} {verb} for you"


def _why_empty(edition: Edition) -> str:
    if not edition.considered:
        return "No new papers came in since your last digest."
    if edition.considered == 1:
        return "One new paper came in. It does not match your keywords well enough."
    return f"{edition.considered:,} new papers came in. None of them matches your keywords well enough."


def _preheader(papers: list[PaperView]) -> str:
    """The line that an inbox shows after the subject. The subject names the first paper already."""
    if len(papers) > 1:
        return shorten(" · ".join(paper.name for paper in papers[1:4]), 160)
    return shorten("".join(piece.text for piece in papers[0].abstract), 160) if papers else ""
