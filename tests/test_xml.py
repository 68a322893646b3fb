"""XML is read record by record: safely, in bounded memory, and past what is spoilt."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import DumpError
from digest.formats.excerpt import xml_excerpt
from digest.formats.xml.document import ATOM, root_of, text_at
from digest.formats.xml.records import Record, records
from digest.model import Reject

if TYPE_CHECKING:
    from collections.abc import Callable

FEED, ENTRY, TITLE = f"{ATOM}feed", f"{ATOM}entry", f"{ATOM}title"
OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n<title>Fen News</title>\n'
)
ENTRIES = [f"<entry>\n<title>Snail {letter}</title>\n</entry>\n" for letter in "ABCD"]
DOCUMENT = OPENING + "".join(ENTRIES) + "</feed>\n"


def read(raw: bytes | str) -> list[tuple[int, str] | Reject]:
    """The lines and titles of the entries, and the rejects."""
    raw = raw.encode() if isinstance(raw, str) else raw
    found = records(io.BytesIO(raw), (FEED, ENTRY))
    return [record if isinstance(record, Reject) else (record.line, text_at(record.element, TITLE)) for record in found]


WHOLE: list[tuple[int, str] | Reject] = [(4, "Snail A"), (7, "Snail B"), (10, "Snail C"), (13, "Snail D")]


def test_records_come_with_their_lines() -> None:
    assert read(DOCUMENT) == WHOLE


@pytest.mark.parametrize(
    "raw",
    [
        codecs.BOM_UTF8 + DOCUMENT.encode(),
        DOCUMENT.replace("UTF-8", "UTF-16").encode("utf-16"),
        codecs.BOM_UTF16_BE + DOCUMENT.encode("utf-16-be"),
        DOCUMENT.replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        b" \r\n".strip(b"\n") + DOCUMENT.encode(),
        DOCUMENT.replace("<entry>", "<!-- <feed> --><?php ?><entry>").encode(),
        DOCUMENT.replace("<feed xmlns=", "<a:feed xmlns:a=")
        .replace("<title", "<a:title")
        .replace("<entry", "<a:entry")
        .replace("</", "</a:")
        .encode(),
    ],
)
def test_how_it_was_saved_makes_no_difference(raw: bytes) -> None:
    assert read(raw) == WHOLE


@pytest.mark.parametrize("size", [1, 7, 64])
def test_the_pieces_in_which_it_comes_make_no_difference(size: int) -> None:
    class Slow(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            return super().read(size)

    found = list(records(Slow(DOCUMENT.encode()), (FEED, ENTRY)))
    assert [record.line for record in found] == [4, 7, 10, 13]


def test_a_record_that_is_not_well_formed_costs_itself_only() -> None:
    [first, reject, third, fourth] = read(DOCUMENT.replace("Snail B</title>", "Snail B</tit>"))
    assert [first, third, fourth] == [WHOLE[0], WHOLE[2], WHOLE[3]]
    assert isinstance(reject, Reject)
    assert (reject.line, reject.excerpt, reject.cut) == (7, "Snail B", False)
    assert "title and tit" in reject.reason


def test_the_first_record_may_be_the_spoilt_one() -> None:
    assert read(DOCUMENT.replace("Snail A</title>", "Snail A</tit>"))[1:] == WHOLE[1:]


def test_letters_of_another_encoding_and_stray_controls_are_mended() -> None:
    raw = DOCUMENT.encode().replace(b"Snail B", b"Caf\xe9\x0b B")
    assert read(raw) == [WHOLE[0], (7, "Café B"), *WHOLE[2:]]


def test_where_another_encoding_is_declared_controls_are_taken_out_too() -> None:
    raw = DOCUMENT.replace("UTF-8", "ISO-8859-1").encode().replace(b"Snail B", b"Caf\xe9\x0b B")
    assert read(raw) == [WHOLE[0], (7, "Café B"), *WHOLE[2:]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "gb18030", "koi8-r", "windows-1251"])
def test_other_encodings_are_read(encoding: str) -> None:
    """UTF-16 is known without its mark too."""
    raw = DOCUMENT.replace("UTF-8", encoding).replace("Snail B", "Снег").encode(encoding)
    assert read(raw) == [WHOLE[0], (7, "Снег"), *WHOLE[2:]]


@given(st.integers(0, len(DOCUMENT) - 9))
def test_a_document_that_is_cut_gives_what_stands_whole_and_says_so(cut: int) -> None:
    raw = DOCUMENT[:cut]
    try:
        found = read(raw)
    except DumpError:
        assert cut < len(OPENING)
        return
    whole = raw.count("</entry>")
    assert found[:whole] == WHOLE[:whole]
    [reject] = found[whole:]
    assert isinstance(reject, Reject)
    assert reject.cut


def test_what_stands_after_the_end_is_a_reject() -> None:
    *found, reject = read(DOCUMENT + "<p>Sponsored")
    assert found == WHOLE
    assert isinstance(reject, Reject)
    assert not reject.cut


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "ends before its first element"),
        (b"<?xml version='1.0'?>", "ends before its first element"),
        (b"<html><entry></entry></html>", "<html> for <feed>"),
        (b"<feed><entry/></feed>", "<feed> for <feed>"),
        (b'{"a": 1}', "not well-formed"),
        (b"\x1f\x8b\x08\x00", "not well-formed"),
        (b"<?xml version='1.0' encoding='fenland'?><feed/>", "not well-formed"),
    ],
)
def test_what_is_no_such_document_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(DumpError, match=reason):
        read(raw)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE feed [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE feed [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE feed [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
        '<!DOCTYPE feed [<!ENTITY l9 "not a single character">]>',
        '<!DOCTYPE feed [<!ENTITY l0 "ha"> %l0;]>',
        "<!DOCTYPE feed [<!ENTITY l9 'ha'",
    ],
)
def test_bombs_and_foreign_entities_are_refused(doctype: str) -> None:
    raw = DOCUMENT.replace("<feed", f"{doctype}<feed").replace("Snail A", "&l9;")
    with pytest.raises(DumpError):
        read(raw)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: codecs.BOM_UTF16_LE * 2 + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE * 2 + text.encode("utf-16-be"),
        lambda text: codecs.BOM_UTF8 * 2 + text.encode(),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-7"),
        lambda text: text.encode("utf-32"),
    ],
)
def test_no_encoding_hides_a_bomb(encode: Callable[[str], bytes]) -> None:
    bomb = f'<?xml version="1.0" encoding="utf-7"?><!DOCTYPE feed [<!ENTITY l0 "ha">{LAUGHS}]>'
    raw = encode(bomb + DOCUMENT.partition("\n")[2].replace("Snail A", "&l9;"))
    with pytest.raises(DumpError):
        read(raw)


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE feed [\n<!ENTITY nbsp "&#160;">\n<!ENTITY eacute "&#233;"><!ENTITY snail \'&#x1f40c;\'>]>',
        '<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE feed PUBLIC "-//Fen//DTD RSS 0.91//EN" "http://127.0.0.1:9/" [<!-- > --><!ENTITY amp "&#38;#38;">]>',
        "<!DOCTYPE feed [<!ELEMENT feed ANY><!ATTLIST feed a CDATA #IMPLIED>]>",
    ],
)
def test_a_type_that_names_characters_only_is_read(doctype: str) -> None:
    raw = DOCUMENT.replace("<feed", f"{doctype}<feed").replace("Snail B", "Caf&eacute;&nbsp;B")
    lines = doctype.count("\n")
    assert read(raw)[1] == (7 + lines, "Café B")


def test_entities_of_the_document_come_before_htmls() -> None:
    raw = DOCUMENT.replace("<feed", '<!DOCTYPE feed [<!ENTITY snail "&#x1f40c;"><!ENTITY lt2 "&#60;">]><feed')
    assert read(raw.replace("Snail B", "&snail; &lt2;b"))[1] == (7, "🐌 <b")


@pytest.mark.parametrize(
    "junk",
    [
        "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/feed.php</b> on line <b>3</b><br />\n",
        "PHP Notice:  Undefined index: a in /srv/feed.php on line 3\n" * 100,
        "\n\n",
        "stray\n",
    ],
)
def test_what_a_server_writes_before_the_document_is_passed_over(junk: str) -> None:
    lines = junk.count("\n")
    assert read(junk + DOCUMENT)[:2] == [(4 + lines, "Snail A"), (7 + lines, "Snail B")]


@pytest.mark.parametrize(
    ("text", "title"),
    [("R&D", "R&D"), ("&", "&"), ("a & b; c", "a & b; c"), ("A&B and AT&T.", "A&B and AT&T."), ("&snail;", "&snail;"),
     ("&eacute;&Nscr;", "é𝒩"), ("&ltfoo;", "&ltfoo;"), ("<![CDATA[&nbsp;<&]]>", "&nbsp;<&"), ("&amp;nbsp;", "&nbsp;")],
)  # fmt: skip
def test_what_is_no_reference_is_text(text: str, title: str) -> None:
    assert read(DOCUMENT.replace("Snail B", text)) == [WHOLE[0], (7, title), *WHOLE[2:]]


def test_an_end_in_cdata_is_text() -> None:
    assert read(DOCUMENT.replace("Snail B", "<![CDATA[B </entry> x]]>"))[1] == (7, "B </entry> x")


def test_cdata_without_end_costs_its_record() -> None:
    [first, reject, *others] = read(DOCUMENT.replace("Snail B", "<![CDATA[B"))
    assert [first, *others] == [WHOLE[0], *WHOLE[2:]]
    assert isinstance(reject, Reject)


def test_a_record_without_end_costs_itself() -> None:
    found = read(DOCUMENT.replace("Snail B</title>\n</entry>", "Snail B</title>\n"))
    assert [one for one in found if not isinstance(one, Reject)] == [WHOLE[0], *WHOLE[2:]]
    assert [(one.line, one.reason) for one in found if isinstance(one, Reject)] == [(7, "its end is missing")]


def test_the_usual_prefixes_need_not_be_declared() -> None:
    raw = DOCUMENT.replace("<title>Snail B", "<dc:creator>Moor</dc:creator><title>Snail B")
    assert read(raw) == WHOLE


def test_a_bomb_in_an_attribute_is_refused() -> None:
    raw = DOCUMENT.replace("<feed", f'<!DOCTYPE feed [<!ENTITY l0 "ha">{LAUGHS}]><feed a="&l9;"')
    with pytest.raises(DumpError):
        read(raw)


@pytest.mark.parametrize("text", ["&#0;", "]]>", "<a:b c='1' c='2'/>"])
def test_what_no_xml_may_have_costs_its_record(text: str) -> None:
    [first, reject, *others] = read(DOCUMENT.replace("Snail B", text))
    assert [first, *others] == [WHOLE[0], *WHOLE[2:]]
    assert isinstance(reject, Reject)
    assert (reject.line, reject.cut) == (7, False)


def test_depth_is_bounded() -> None:
    [_, reject, *others] = read(DOCUMENT.replace("Snail B", "<b>" * 5000 + "</b>" * 5000))
    assert isinstance(reject, Reject)
    assert "depth" in reject.reason
    assert others == WHOLE[2:]


def test_a_record_without_end_is_refused() -> None:
    with pytest.raises(DumpError, match="8 MiB"):
        read(OPENING + "<entry><title>" + "a" * 9 * 2**20)


def test_only_what_stands_at_the_path_is_a_record() -> None:
    nested = DOCUMENT.replace("Snail B</title>", "Snail B</title><x><entry><title>no</title></entry></x>")
    assert read(nested)[0] == WHOLE[0]
    assert all(record[1] != "no" for record in read(nested) if isinstance(record, tuple))


def test_the_root_may_be_asked_for_and_comes_last() -> None:
    found = list(records(io.BytesIO(DOCUMENT.encode()), (FEED, ENTRY), (FEED,)))
    assert all(isinstance(record, Record) for record in found)
    assert [record.element.tag for record in found if isinstance(record, Record)] == [ENTRY] * 4 + [FEED]


def test_what_was_read_is_forgotten() -> None:
    kept = []
    for record in records(io.BytesIO((OPENING + ENTRIES[0] * 20_000 + "</feed>").encode()), (FEED, ENTRY), (FEED,)):
        assert isinstance(record, Record)
        parent = record.element.getparent()
        kept.append(len(record.element if parent is None else parent))
    assert len(kept) == 20_001
    assert max(kept) <= 2


def test_the_root_of_a_beginning() -> None:
    root = root_of(DOCUMENT[:-40].encode())
    assert root is not None
    assert (root.tag, text_at(root, TITLE)) == (FEED, "Fen News")
    assert root_of(b"Snails count the moon.") is None
    assert root_of(b"") is None


def test_the_first_path_with_text_counts() -> None:
    root = root_of(b"<a><b> </b><c> one\n two </c></a>")
    assert root is not None
    assert text_at(root, "b", "c") == "one two"
    assert text_at(root, "d") == ""


def test_an_excerpt_has_no_tags() -> None:
    assert xml_excerpt(b"<a><b>Fen  land</b>\n<c x='1'/>" + b"x" * 100) == "Fen land " + "x" * 71
