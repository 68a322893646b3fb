"""JSON comes value by value: with its lines, in bounded memory, up to where it breaks."""

from __future__ import annotations

import io
import json
import tracemalloc
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import DumpError
from digest.formats.json.stream import Located, parse, values
from digest.model import Reject

if TYPE_CHECKING:
    from collections.abc import Iterable


def read(raw: bytes | str) -> list[Located | Reject]:
    return list(values(io.BytesIO(raw.encode() if isinstance(raw, str) else raw)))


class Made:
    """A stream that is made while it is read: each read gives one piece."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = filter(None, pieces)

    def read(self, size: int) -> bytes:
        return next(self._pieces, b"")


def made(pieces: Iterable[bytes]) -> list[Located | Reject]:
    return list(values(cast("BinaryIO", Made(pieces))))


# orjson reads integers of more than 64 bits as floats.
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.lists(_json), st.sampled_from([None, 1]), st.sampled_from([(",", ":"), (" ,\n", " : ")]), st.booleans())
def test_any_array_gives_its_elements(
    elements: list[Any], indent: int | None, signs: tuple[str, str], plain: bool
) -> None:
    raw = json.dumps(elements, indent=indent, separators=signs, ensure_ascii=plain)
    # A surrogate is no text that could be sent.
    assert [it.value for it in read(raw.encode("utf-8", "replace")) if isinstance(it, Located)] == json.loads(
        raw.encode("utf-8", "replace")
    )


@given(st.lists(st.dictionaries(st.text(), _json, max_size=3), min_size=2, max_size=5))
def test_any_objects_on_lines_are_given(objects: list[Any]) -> None:
    raw = "\n".join(json.dumps(it) for it in objects)
    assert [it.value for it in read(raw) if isinstance(it, Located)] == objects


def test_each_value_has_its_line() -> None:
    assert read('[\n\n{"a":\n1}, 2,\n"x"\n\n,null]') == [
        Located(3, {"a": 1}),
        Located(4, 2),
        Located(5, "x"),
        Located(7, None),
    ]
    assert read('{"a": 1}\n\n{"a": 2}\n') == [Located(1, {"a": 1}), Located(3, {"a": 2})]
    assert read('{\n"total": 2,\n"papers": [\n{"a": 1},\n{"a": 2}],\n"more": {}}') == [
        Located(4, {"a": 1}),
        Located(5, {"a": 2}),
    ]


def test_an_object_without_a_list_is_a_record() -> None:
    assert read('{"a": 1,\n"papers": 3}') == [Located(1, {"a": 1, "papers": 3})]


@pytest.mark.parametrize("size", range(1, 40))
def test_values_that_lie_across_reads_are_whole(size: int) -> None:
    raw = b'[{"a": "\\u00e9\xc3\xa9\\\\"}, -12.5e3, true, null, "x", [1, {"b": []}]]'
    whole = made(raw[at : at + size] for at in range(0, len(raw), size))
    assert [it.value for it in whole if isinstance(it, Located)] == json.loads(raw)


@pytest.mark.parametrize(
    ("begin", "record", "number"),
    [(b"[", b'{"a": "%s"},\n' % (b"x" * 2000), 20_000), (b"", b'{"a": "%s"}\n' % (b"x" * 2000), 20_000)],
)
def test_memory_is_bounded(begin: bytes, record: bytes, number: int) -> None:
    stream = cast("BinaryIO", Made(chain([begin], repeat(record, number))))
    tracemalloc.start()
    try:
        assert sum(isinstance(it, Located) for it in values(stream)) >= number
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": NaN}', {"a": pytest.approx(float("nan"), nan_ok=True)}),
        (b'"\\ud83d"', "\ud83d"),
        (b'"caf\xe9"', "café"),
    ],
)
def test_what_is_nearly_json_is_taken(raw: bytes, value: Any) -> None:
    assert parse(raw) == value


@pytest.mark.parametrize("raw", [b"", b"{", b"x", b"[1] 2", b"[" * 100_000, b"1" * 5000, b"\0", b'{"a": \0}'])
def test_what_is_no_json_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(raw)


@pytest.mark.parametrize("raw", ["", " ", "x", '"text"', "1", "<html>", "[", "\ufeff", "nan"])
def test_what_does_not_begin_as_a_listing_is_an_error_or_cut(raw: str) -> None:
    try:
        records = read(raw)
    except DumpError:
        return
    assert raw == "["
    assert [isinstance(it, Reject) and it.cut for it in records] == [True]


def test_after_a_fault_in_an_array_nothing_is_guessed() -> None:
    first, reject = read('[{"a": 1},\n{"a" 2},\n{"a": 3}]')
    assert first == Located(1, {"a": 1})
    assert isinstance(reject, Reject)
    assert (reject.line, reject.cut, reject.excerpt) == (2, True, '{"a" 2}, {"a": 3}]')
