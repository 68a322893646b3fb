"""Receipts as sentences, for readers of mails and pages: what was read, and what went wrong. Pure.

Operators see the receipts themselves; these sentences say what matters to a reader who waits for papers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.model import Status
from digest.renderers.excerpt import shorten
from digest.renderers.view import tidy
from digest.renderers.wording import plural, public_source, without_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digest.model import Receipt

__all__ = ["receipt_sentences"]

#: characters
_NAME, _REASON = 80, 300
#: files that are named in one sentence
_FILES = 3


def receipt_sentences(receipts: Iterable[Receipt]) -> tuple[str, ...]:
    """For each source what was read, and a sentence for each thing that went wrong. None contains a path."""
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
    return shorten(tidy(_bounded(text, limit)), limit)


def _bounded(text: str, limit: int) -> str:
    """The beginning of a text, so that one of a megabyte costs no more than a short one."""
    return text[: 4 * limit]


def _counts(receipts: Sequence[Receipt]) -> str:
    total = sum((r.counts for r in receipts[1:]), start=receipts[0].counts)
    words = [f"{total.new:,} new"]
    if total.revised:
        words.append(f"{total.revised:,} revised")
    words += [f"{total.seen:,} seen", f"{total.rejected:,} rejected" if total.rejected else "nothing rejected"]
    return ", ".join(words)


def _reason(receipt: Receipt) -> str:
    """What went wrong. The list of formats that were expected is for operators, and is left out."""
    sentence = receipt.reason.partition("; expected ")[0]
    for name in filter(None, (receipt.dump, receipt.source)):
        sentence = sentence.replace(name, public_source(name))
    return _short(without_places(_bounded(sentence, _REASON)), _REASON).rstrip(".")


def _trouble(source: str, status: Status, reason: str, receipts: Sequence[Receipt]) -> str:
    """One sentence for the receipts of a source that have the same reason, with the names of their files."""
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
    """The name of a dump that is a file in a folder; empty if it was fetched: then the source's name is enough."""
    name = receipt.dump
    return "" if name in {None, "-", receipt.source} or "://" in name else _short(public_source(name), _NAME)
