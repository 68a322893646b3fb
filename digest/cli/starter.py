"""A configuration for somebody who begins: the sample, with their own sources, keywords and address in it. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["PROFILE", "Wishes", "configuration", "split_list"]

#: the profile of one's own keywords
PROFILE = "my-papers"
#: a setting that is off, or a line that goes on with one
_OFF = re.compile(r"^#(?=[^\s#])", re.MULTILINE)
_ON = re.compile(r"^(?=[\[a-z ])", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What somebody answered. What is empty stays as in the sample."""

    #: arXiv's categories
    arxiv: tuple[str, ...] = ()
    huggingface: bool = False
    keywords: tuple[str, ...] = ()
    #: whom to write to
    address: str | None = None
    #: an IANA name
    timezone: str | None = None

    @property
    def real(self) -> bool:
        """Whether papers come from somewhere, so that no sample is needed."""
        return bool(self.arxiv or self.huggingface)


def configuration(sample: str, wishes: Wishes) -> str:
    """The sample with somebody's wishes. Its paragraphs are known by a line that is in them; the others stay."""
    return "\n\n".join(_paragraphs(sample.split("\n\n"), wishes))


def _paragraphs(sample: Iterable[str], wishes: Wishes) -> Iterator[str]:
    for paragraph in sample:
        lines = paragraph.splitlines()
        if "[digest]" in lines:
            yield _with(paragraph, title="Daily Papers" if wishes.real else None, timezone=wishes.timezone)
        elif 'name = "sample"' in lines:
            if not wishes.real:
                yield paragraph
        elif '#name = "arxiv"' in lines and wishes.arxiv:
            yield _with(_OFF.sub("", paragraph), query=" OR ".join(f"cat:{one}" for one in wishes.arxiv))
        elif '#name = "daily-papers"' in lines and wishes.huggingface:
            yield _OFF.sub("", paragraph)
        elif "[[profile]]" in lines and wishes.keywords:
            if 'name = "quantum"' not in lines:
                mine = _with(paragraph, name=PROFILE, title="My papers")
                yield re.sub(r"(?ms)^keywords = \[$.*?^\]$", lambda _: _keywords(wishes.keywords), mine)
        elif "[[subscriber]]" in lines or 'send_at = "08:00"' in lines:
            yield _subscriber(paragraph, wishes)
        else:
            yield paragraph


def _subscriber(paragraph: str, wishes: Wishes) -> str:
    """Their address and profile in the place of the sample's; off where there is no address and papers are real."""
    if wishes.keywords:
        paragraph = re.sub(r"(?m)^profiles = .*$", f'profiles = ["{PROFILE}"]', paragraph)
    if wishes.address is None:
        return _ON.sub("#", paragraph) if wishes.real else paragraph
    return _with(paragraph, address=wishes.address, timezone=wishes.timezone)


def _with(paragraph: str, **settings: str | None) -> str:
    """Other values for settings that are texts; what follows them on their line is left out."""
    for name, value in settings.items():
        if value is not None:
            line = f"{name} = {_quoted(value)}"
            paragraph = re.sub(rf'(?m)^{name} = ".*$', lambda _, line=line: line, paragraph)  # type: ignore[misc]
    return paragraph


def _keywords(keywords: Iterable[str]) -> str:
    return "\n".join(["keywords = [", *(f"    {_quoted(one)}," for one in keywords), "]"])


def _quoted(text: str) -> str:
    """A TOML text: what JSON writes, but for the one control character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def split_list(text: str) -> tuple[str, ...]:
    """Split at commas, but not at those within quotes; ``cs.CL, cs.LG`` is two."""
    parts = re.findall(r'(?:"[^"]*"|[^,"]|")+', text)
    return tuple(part.strip() for part in parts if part.strip())
