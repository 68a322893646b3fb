"""Receipts in sentences, for readers of mails and pages: what was read, and what was not fine. Pure.

Whoever runs the program has the receipts as they are; here is what matters to somebody who waits for papers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.model import Status
from digest.renderers.excerpt import shorten
from digest.renderers.view import tidy
from digest.renderers.words import plural, public_source, without_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digest.model import Receipt

__all__ = ["receipt_sentences"]

#: characters
_NAME, _REASON = 80, 300
#: files that are named in one sentence
_FILES = 3


def receipt_sentences(receipts: Iterable[Receipt]) -> tuple[str, ...]:
    """What was read, source by source, and a sentence for each thing that was not fine; no path stands in them."""
    by_source: dict[str, list[Receipt]] = {}
    for receipt in receipts:
        by_source.setdefault(receipt.source, []).append(receipt)
    sentences: list[str] = []
    for name, found in by_source.items():
        source = _short(public_source(name), _NAME)
        read = [r for r in found if r.dump is not None and r.status is not Status.FAILED]
        if read:
            sentences.append(f"Read {plural(len({r.dump for r in read}), 'dump')} from {source}: {_counts(read)}.")
        troubles: dict[tuple[Status, str], list[Receipt]] = {}
        for receipt in found:
            if receipt.status is not Status.FINE:
                troubles.setdefault((receipt.status, _reason(receipt)), []).append(receipt)
        sentences += [_trouble(source, status, reason, of_it) for (status, reason), of_it in troubles.items()]
    return tuple(sentences)


def _short(text: str, limit: int) -> str:
    # What is far too long is cut before it costs anything.
    return shorten(tidy(text[: 4 * limit]), limit)


def _counts(receipts: Sequence[Receipt]) -> str:
    total = sum((r.counts for r in receipts[1:]), start=receipts[0].counts)
    words = [f"{total.new:,} new"]
    if total.revised:
        words.append(f"{total.revised:,} revised")
    words += [f"{total.seen:,} seen", f"{total.rejected:,} rejected" if total.rejected else "nothing rejected"]
    return ", ".join(words)


def _reason(receipt: Receipt) -> str:
    """Why a source or dump did as it did. What else it could have been is for whoever reads the receipts of a run."""
    told = receipt.reason.partition("; expected ")[0]
    for name in filter(None, (receipt.dump, receipt.source)):
        told = told.replace(name, public_source(name))
    return _short(without_places(told), _REASON).rstrip(".")


def _trouble(source: str, status: Status, reason: str, receipts: Sequence[Receipt]) -> str:
    """A sentence for some receipts of a source, with the names of the files that it is about."""
    files = list(dict.fromkeys(filter(None, map(_file, receipts))))
    many = len(files) > 1
    subject = source
    if len(files) > _FILES:
        subject = f"{plural(len(files), 'dump')} in {source}"
    elif files:
        subject = f"{' and '.join(filter(None, (', '.join(files[:-1]), files[-1])))} in {source}"
    verb = "failed" if status is Status.FAILED else f"{'were' if many else 'was'} {status}"
    sentence = f"{subject} {verb}: {reason}" if reason else f"{subject} {verb}"
    return sentence if sentence.endswith(("?", "!")) else f"{sentence}."


def _file(receipt: Receipt) -> str:
    """The name of a dump that is a file of a folder; of what was fetched, the source's name says all."""
    name = receipt.dump
    return "" if name in {None, "-", receipt.source} or "://" in name else _short(public_source(name), _NAME)
