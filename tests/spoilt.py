"""What becomes of dumps on their way: cut, flipped, mangled, in the wrong encoding. For the tests of all formats."""

from __future__ import annotations

import io
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Protocol

from hypothesis import strategies as st

from digest.dump import DumpAbout
from digest.errors import DumpError
from digest.model import Paper, Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


class Reads(Protocol):
    def recognises(self, head: bytes) -> bool: ...

    def read(self, stream: BinaryIO, about: DumpAbout) -> Iterator[Paper | Reject]: ...


def read(form: Reads, raw: bytes | str, about: DumpAbout | None = None) -> list[Paper | Reject]:
    raw = raw.encode() if isinstance(raw, str) else raw
    return list(form.read(io.BytesIO(raw), about or DumpAbout()))


def papers_of(records: list[Paper | Reject]) -> list[Paper]:
    return [record for record in records if isinstance(record, Paper)]


def rejects_of(records: list[Paper | Reject]) -> list[Reject]:
    return [record for record in records if isinstance(record, Reject)]


@st.composite
def flipped(draw: st.DrawFn, raw: bytes) -> bytes:
    """A dump with up to five bytes changed."""
    mangled = bytearray(raw)
    for place in draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=5)):
        mangled[place] = draw(st.integers(0, 255))
    return bytes(mangled)


def survive(form: Reads, raw: bytes) -> list[Paper | Reject]:
    """What a spoilt dump gives; nothing for one that is refused. Any error but DumpError fails the test."""
    form.recognises(raw[: 64 * 1024])
    try:
        return read(form, raw)
    except DumpError:
        return []


def assert_cuts_are_told(form: Reads, raw: bytes, cut: int) -> None:
    """A dump that is cut gives its first papers unchanged, and then says that it was cut, or is refused."""
    whole = papers_of(read(form, raw))
    form.recognises(raw[:cut])
    try:
        records = read(form, raw[:cut])
    except DumpError:
        return
    found = papers_of(records)
    assert found == whole[: len(found)]
    assert [reject.cut for reject in rejects_of(records)] == [True]


def assert_none_is_invented(records: list[Paper | Reject], whole: list[Paper]) -> None:
    """Each paper has an identity of one of the whole dump's, save for a letter or two, and no two share one."""
    found = papers_of(records)
    assert len(found) <= len(whole)
    for paper in found:
        assert any(
            _alike(paper.title, other.title) and (not paper.abstract or _alike(paper.abstract, other.abstract))
            for other in whole
        ), paper


def _alike(one: str, other: str) -> bool:
    """Whether two texts are one, of which some part was lost or garbled."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    kept = sum(block.size for block in matcher.get_matching_blocks() if block.size >= 4)
    return matcher.ratio() > 0.6 or 2 * kept >= len(one)
