"""What ``digest profile learn`` answers: a table for the configuration, with the reason for each keyword."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from digest.cli.show_backtest import share
from digest.renderers.wording import names, plural, public_source
from digest.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digest.pipeline.learning import Liked
    from digest.rank.learn import Learned, Suggestion

__all__ = ["learned", "learned_json", "nothing", "remarks", "toml", "troubles"]

#: what is told of one kind of trouble; --json has all
_TOLD = 5
#: papers in a background that are too few to tell what is common
_FEW = 200
#: papers that are too few to learn from
_FEW_LIKED = 5
#: of the liked papers, how many have what they have in common
_IN_COMMON = 1 / 3
_MOST_IN_AN_EDITION = 20
#: dumps that the title names
_NAMED = 3


def learned_json(one: Learned, liked: Liked, name: str) -> dict[str, Any]:
    """What ``profile learn --json`` says."""
    return {
        "profile": {
            "name": name,
            "keywords": [word.keyword.text for word in one.keywords],
            "limit": _MOST_IN_AN_EDITION,
            "threshold": one.threshold.weight if one.threshold else None,
        },
        "keywords": [
            {
                "keyword": word.keyword.label,
                "weight": word.keyword.weight,
                "liked": word.liked,
                "share": word.share,
                "surprise": word.surprise,
            }
            for word in one.keywords
        ],
        "liked": one.liked,
        "left_out": len(liked.left_out),
        "background": one.background,
        "reached": one.threshold.reached if one.threshold else 0,
        "per_day": one.threshold.per_day if one.threshold else None,
        "titles_only": one.titles_only,
        "unknown": [name for _, name in liked.unknown],
        "rejects": [
            {"dump": clean(dump), "line": reject.line, "reason": reject.reason, "excerpt": reject.excerpt}
            for dump, reject in liked.rejects
        ],
        "failed": [{"dump": clean(dump), "reason": clean(reason)} for dump, reason in liked.failed],
    }


def troubles(liked: Liked) -> None:
    """What could not be read, on standard error."""
    kinds = (
        [reason if names(reason, dump) else f"{dump}: {reason}" for dump, reason in liked.failed],
        [f"{dump}: {name} is not known; `digest ingest` has not met it" for dump, name in liked.unknown],
        [
            f"{dump}: {f'line {one.line}: ' if one.line else ''}{one.reason}: {one.excerpt}"
            for dump, one in liked.rejects
        ],
    )
    for kind in kinds:
        for sentence in kind[:_TOLD]:
            _tell(sentence)
        if len(kind) > _TOLD:
            _tell(f"… and {len(kind) - _TOLD:,} more such; --json lists them all")


def remarks(one: Learned, liked: Liked) -> None:
    """How far it is to be trusted, on standard error."""
    if liked.left_out:
        all_of_them = len(liked.papers) + len(liked.left_out)
        _tell(f"of the {all_of_them:,} papers the newest {len(liked.papers):,} are learned from;")
        _tell("those without a day count as older than the others")
    if not one.background:
        _tell("nothing else has come in to compare with: these are the phrases that recur, all with one weight;")
        _tell("let some days come in with `digest ingest`, and learn again")
    elif one.background < _FEW:
        _tell(f"only {plural(one.background, 'paper')} came in to compare with: learn again when there are more")
    if one.liked < _FEW_LIKED:
        say = "says" if one.liked == 1 else "say"
        _tell(f"{plural(one.liked, 'paper')} of yours {say} little; name ten or more")
    most = max((word.liked for word in one.keywords), default=0)
    if one.liked >= _FEW_LIKED and 0 < most < _IN_COMMON * one.liked:
        _tell(f"yours have little in common: no keyword is in more than {most:,} of the {one.liked:,};")
        _tell("learn a profile of each subject, from papers of that subject alone")
    if one.titles_only:
        _tell("most of yours came without abstracts, and are not known: titles alone were compared")


def _tell(sentence: str) -> None:
    sys.stderr.write(f"digest: {clean(sentence)}\n")


def nothing(one: Learned) -> str:
    """Why there are no keywords."""
    if not one.liked:
        return "there is no paper in this to learn from"
    these = "this paper" if one.liked == 1 else f"these {one.liked:,} papers"
    if not one.background:
        return f"nothing recurs in {these}; name more, or let some days come in to compare with"
    others = f"apart from the {one.background:,} that came in"
    if one.liked == 1:
        return f"nothing sets {these} {others}; name more, or let more papers come in"
    return f"{these} have nothing in common that sets them {others}; name more of one subject"


def learned(one: Learned, liked: Liked, name: str) -> None:
    """The table, on standard output."""
    sys.stdout.write(toml(one, name, list(liked.dumps)))


def toml(one: Learned, name: str, dumps: Sequence[str]) -> str:
    """The table as it goes into the configuration; ``dumps`` are those that the liked papers came from."""
    return "".join(f"{line}\n" for line in _lines(one, name, dumps))


def _lines(one: Learned, name: str, dumps: Sequence[str]) -> Iterator[str]:
    yield ""
    compared = f", compared with {one.background:,} others" if one.background else ""
    yield f"# Learned from {plural(one.liked, 'paper')}{compared}. Change what you like."
    yield "# The greatest weights come first, and of equal ones what most of yours have."
    yield "[[profile]]"
    yield f"name = {_quoted(name)}"
    yield f"title = {_quoted(_title(dumps))}"
    yield "keywords = ["
    width = max(len(_quoted(word.keyword.text)) for word in one.keywords)
    for word in one.keywords:
        yield f"    {_quoted(word.keyword.text) + ',':<{width + 1}}  # {_why(word, one)}"
    yield "]"
    yield f"limit = {_MOST_IN_AN_EDITION}"
    if asked := one.threshold:
        per_day = "" if asked.per_day is None else f", and {_about(asked.per_day)} that come in"
        yield f"threshold = {asked.weight:<4g}  # {asked.reached:,} of your {one.liked:,} reach it{per_day}"


def _title(dumps: Sequence[str]) -> str:
    # A file's name can have characters that no feed, mail or TOML may hold.
    named = [clean(public_source(name)) or "a file" for name in dumps[:_NAMED]]
    more = f" and {len(dumps) - _NAMED:,} more" if len(dumps) > _NAMED else ""
    return f"Learned from {', '.join(named)}{more}"


def _why(word: Suggestion, one: Learned) -> str:
    compared = "" if word.share is None else f", {share(word.share)} of the others"
    return f"in {word.liked:,} of {one.liked:,} of yours{compared}"


def _about(number: float) -> str:
    if number < 0.05:
        return "hardly any"
    return f"about {number:.0f} a day of those" if number >= 1.5 else f"about {number:.1f} a day of those"


def _quoted(text: str) -> str:
    # A basic string of TOML escapes what JSON escapes, and U+007F, which no cleaned text has.
    return json.dumps(text, ensure_ascii=False)
