"""Make a first configuration from the sample, with the user's sources, keywords and address. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["PROFILE", "Wishes", "configuration", "split_list"]

#: the name of the profile with the user's keywords
PROFILE = "my-papers"
#: the # of a setting that is off
_OFF = re.compile(r"^#(?=[^\s#])", re.MULTILINE)
_ON = re.compile(r"^(?=[\[a-z ])", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """The user's answers. Whatever is empty stays as in the sample."""

    #: arXiv categories
    arxiv: tuple[str, ...] = ()
    huggingface: bool = False
    keywords: tuple[str, ...] = ()
    #: the address that gets mail
    address: str | None = None
    #: an IANA time zone
    timezone: str | None = None

    @property
    def real(self) -> bool:
        """Whether there is a real source, so that no sample papers are needed."""
        return bool(self.arxiv or self.huggingface)


def configuration(sample: str, wishes: Wishes) -> str:
    """Put the user's wishes into the sample. Paragraphs are found by one of their lines; the others don't change."""
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
    """Replace the address and profile. Without an address, switch the subscriber off if there are real sources."""
    if wishes.keywords:
        paragraph = re.sub(r"(?m)^profiles = .*$", f'profiles = ["{PROFILE}"]', paragraph)
    if wishes.address is None:
        return _ON.sub("#", paragraph) if wishes.real else paragraph
    return _with(paragraph, address=wishes.address, timezone=wishes.timezone)


def _with(paragraph: str, **settings: str | None) -> str:
    """Replace the values of text settings, and the rest of their lines."""
    for name, value in settings.items():
        if value is not None:
            line = f"{name} = {_quoted(value)}"
            paragraph = re.sub(rf'(?m)^{name} = ".*$', lambda _, line=line: line, paragraph)  # type: ignore[misc]
    return paragraph


def _keywords(keywords: Iterable[str]) -> str:
    return "\n".join(["keywords = [", *(f"    {_quoted(one)}," for one in keywords), "]"])


def _quoted(text: str) -> str:
    """A TOML string. It is the same as in JSON, except for DEL, which JSON does not escape."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def split_list(text: str) -> tuple[str, ...]:
    """Split at commas outside of quotes: ``cs.CL, cs.LG`` gives two parts."""
    parts = re.findall(r'(?:"[^"]*"|[^,"]|")+', text)
    return tuple(part.strip() for part in parts if part.strip())
