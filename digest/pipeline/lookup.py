"""Papers as people name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from digest.errors import DigestError
from digest.formats.ids import arxiv_id, doi

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from digest.model import KnownPaper

__all__ = ["PaperNames", "is_key", "known_paper", "known_papers"]

#: what the keys of papers without an id end with
_FINGERPRINT = re.compile("[0-9a-f]{16}")
_KINDS = ("arxiv:", "doi:", "title:", "text:")


class PaperNames(Protocol):
    """What a lookup needs of the history."""

    def papers_named(self, names: Collection[str]) -> dict[str, tuple[KnownPaper, ...]]:
        """Map keys and aliases that are known to their papers; a title may belong to several."""
        ...


def known_papers(store: PaperNames, names: Iterable[str]) -> dict[str, KnownPaper | None]:
    """The papers that somebody means by keys, arXiv ids or addresses, or DOIs; None for what is not known.

    Of a key that is made of a paper's texts the fingerprint alone will do.
    """
    meanings = {name: _meanings(name) for name in names}
    known = store.papers_named({one for of_name in meanings.values() for one in of_name})
    return {
        name: next((known[one][0] for one in of_name if known.get(one)), None) for name, of_name in meanings.items()
    }


def known_paper(store: PaperNames, name: str) -> KnownPaper:
    """The one paper that is meant; DigestError where none is known."""
    found = known_papers(store, [name])[name]
    if found is None:
        raise DigestError(f"no paper is known as {name!r}; `digest papers --json` has the keys of those that are")
    return found


def is_key(name: str) -> bool:
    """Whether a name looks like a paper's key, or like the fingerprint of one."""
    return name.startswith(_KINDS) or _FINGERPRINT.fullmatch(name) is not None


def _meanings(name: str) -> list[str]:
    """The aliases that a name may be, surest first."""
    meanings = [name.strip()]
    if found := arxiv_id(name):
        meanings.append(f"arxiv:{found[0].lower()}")
    if number := doi(name):
        meanings.append(f"doi:{number}")
    if _FINGERPRINT.fullmatch(meanings[0]):
        meanings += (f"title:{meanings[0]}", f"text:{meanings[0]}")
    return meanings
