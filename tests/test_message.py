"""A mail as bytes: what every server on its way and every mail program may rely on."""

from __future__ import annotations

import base64
import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import PermanentDeliveryError, RenderError
from digest.model import ChangeKind, Edition, Entry, KnownPaper, Match, Paper, Reader, ReaderKind
from digest.outputs.mail.body import MailBody
from digest.outputs.mail.message import DkimKey, MailRenderer, build_message
from digest.outputs.mail.templates import mail_environment
from digest.renderers.view import SiteInfo, tidy
from tests.papers import known, profile

if TYPE_CHECKING:
    from email.message import EmailMessage

SITE = SiteInfo(title="Daily Papers", base_url="https://papers.example")
SENDER = "Daily Papers <digest@papers.example>"
UNSUBSCRIBE = "https://papers.example/unsubscribe/" + "t0ken." * 40
BODY = MailBody(subject="Lantern and 2 more · Fri 20 Nov", html="<p>Größe</p>\n", text="Größe\n")
ENTRY = Entry(
    paper=known(),
    kind=ChangeKind.NEW,
    at=datetime(2026, 11, 20, 6, tzinfo=UTC),
    score=2.0,
    matches=(Match("decoding", "title", 1, 2.0),),
    profile="fast",
)
EDITION = Edition(
    reader="mail:ada@example.org",
    kind=ReaderKind.SUBSCRIBER,
    output="mail",
    date=date(2026, 11, 20),
    from_seq=0,
    to_seq=3,
    entries=(ENTRY,),
    considered=3,
    receipts=(),
    message_id="<20261120.0123456789abcdef0123456789abcdef@papers.example>",
    created_at=datetime(2026, 11, 20, 7, 0, 0, 123_456, tzinfo=UTC),
)
READER = Reader(
    id="mail:ada@example.org",
    kind=ReaderKind.SUBSCRIBER,
    profiles=(profile("decoding", name="fast", title="Fast models"),),
    timezone="Europe/London",
    address="ada@example.org",
)


def build(body: MailBody = BODY, **changes: Any) -> bytes:
    options = {"edition": EDITION, "address": "ada@example.org", "sender": SENDER, "site": SITE}
    return build_message(body, **{**options, **changes})


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def parts(content: bytes) -> list[str]:
    """What the parts hold, with the line ends of this system."""
    return [part.get_content().replace("\r\n", "\n") for part in parsed(content).iter_parts()]


def header(content: bytes, name: str) -> list[bytes]:
    """The raw lines of a header."""
    head = content.split(b"\r\n\r\n", 1)[0]
    return re.findall(rb"^" + name.encode() + rb":[^\r]*(?:\r\n[ \t][^\r]*)*", head, re.MULTILINE | re.IGNORECASE)


def assert_sendable(content: bytes) -> None:
    """RFC 5322 and RFC 5321: CRLF alone, lines of at most 998 characters, and nothing but ASCII."""
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


# ----------------------------------------------------------------------------------------------------------- headers


def test_the_headers() -> None:
    mail = parsed(build(unsubscribe_url=UNSUBSCRIBE))
    assert dict(mail.items()) == {
        "From": "Daily Papers <digest@papers.example>",
        "To": "ada@example.org",
        "Subject": "Lantern and 2 more · Fri 20 Nov",
        "Date": "Fri, 20 Nov 2026 07:00:00 +0000",
        "Message-ID": "<20261120.0123456789abcdef0123456789abcdef@papers.example>",
        "List-Id": '"Daily Papers" <daily-papers.papers.example>',
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{UNSUBSCRIBE}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }


def test_the_unsubscribe_headers_are_neither_folded_nor_encoded() -> None:
    content = build(unsubscribe_url=UNSUBSCRIBE)
    assert header(content, "List-Unsubscribe") == [f"List-Unsubscribe: <{UNSUBSCRIBE}>".encode()]
    assert header(content, "List-Unsubscribe-Post") == [b"List-Unsubscribe-Post: List-Unsubscribe=One-Click"]


def test_a_long_message_id_stays_in_one_piece() -> None:
    long = f"<20261120.0123456789abcdef@{'a-rather-long-label.' * 8}example>"
    assert header(build(edition=replace(EDITION, message_id=long)), "Message-ID") == [f"Message-ID: {long}".encode()]


@pytest.mark.parametrize("url", [None, "http://papers.example/u/1", "mailto:stop@papers.example"])
def test_one_click_needs_https(url: str | None) -> None:
    content = build(unsubscribe_url=url)
    assert not header(content, "List-Unsubscribe")
    assert not header(content, "List-Unsubscribe-Post")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"unsubscribe_url": "https://papers.example/u\r\nBcc: everybody@example.org"}, "List-Unsubscribe"),
        ({"unsubscribe_url": "https://papers.example/u\n"}, "List-Unsubscribe"),
        ({"unsubscribe_url": "https://papers.example/ü"}, "List-Unsubscribe"),
        ({"unsubscribe_url": "https://papers.example/" + "x" * 1000}, "List-Unsubscribe"),
        ({"edition": replace(EDITION, message_id="<a@b>\r\nBcc: everybody@example.org")}, "Message-ID"),
        ({"address": "ada@example.org\r\nBcc: everybody@example.org"}, "not a mail address"),
        ({"address": "ada@example.org, grace@example.org"}, "not a mail address"),
        ({"address": "größe@example.org"}, "only English letters"),
        ({"address": "ada"}, "not a mail address"),
        ({"address": "ada@" + "x" * 70 + ".example"}, "ada"),
        ({"edition": replace(EDITION, message_id=None)}, "Message-ID"),
    ],
)
def test_what_cannot_be_a_header_is_refused(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(PermanentDeliveryError, match=named):
        build(**changes)


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("digest@papers.example", "", "digest@papers.example"),
        ('"Papers, Daily" <digest@papers.example>', "Papers, Daily", "digest@papers.example"),
        ("Papers: \\ Daily <digest@papers.example>", "Papers: \\ Daily", "digest@papers.example"),
        ("Tägliche Aufsätze, <digest@papers.example>", "Tägliche Aufsätze,", "digest@papers.example"),
        ("Papiere <digest@bücher.example>", "Papiere", "digest@xn--bcher-kva.example"),
        ("Line\u2028break <digest@papers.example>", "Line break", "digest@papers.example"),
    ],
)
def test_senders(sender: str, name: str, address: str) -> None:
    content = build(sender=sender)
    assert_sendable(content)
    [found] = parsed(content)["From"].addresses
    assert (found.display_name, found.addr_spec) == (name, address)


@pytest.mark.parametrize(
    ("title", "host", "list_id"),
    [
        ('The "best" of it', "localhost:8000", r'"The \"best\" of it" <the-best-of-it.localhost>'),
        ("", "papers.example", "<digest.papers.example>"),
        ("a\nb", "papers.example", '"a b" <a-b.papers.example>'),
    ],
)
def test_list_ids(title: str, host: str, list_id: str) -> None:
    assert header(build(site=SiteInfo(title=title, base_url=f"https://{host}")), "List-Id") == [
        f"List-Id: {list_id}".encode()
    ]


def test_a_list_id_in_other_letters_keeps_its_identifier_plain() -> None:
    content = build(site=replace(SITE, title="Aufsätze für jeden Tag und noch ein langer Titel dazu"))
    assert_sendable(content)
    raw = b"".join(header(content, "List-Id"))
    assert raw.endswith(b"<aufs-tze-f-r-jeden-tag-und-noch-ein-langer-titel-dazu.papers.example>")


HOSTILE = [
    "a\nb", "a\r\nBcc: x@example.org", "\x0b\x0c\r", "\x1c\x1d\x1e", "\x85", "\u2028\u2029", "\ud800",
    "=?utf-8?q?hi?=", "", " ", "x" * 5000, "漢" * 500, "😀 · " * 200,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_title_does_not_stop_the_mail(text: str) -> None:
    content = build(
        MailBody(subject=text, html=text, text=text),
        sender=f"{text} <digest@papers.example>",
        site=replace(SITE, title=text),
    )
    assert_sendable(content)
    mail = parsed(content)
    assert not mail.defects
    assert tidy(mail["Subject"]) == mail["Subject"]
    assert tidy(text)[:100].strip() in mail["Subject"]
    assert mail["Bcc"] is None


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters() | st.sampled_from('  =?_é漢😀·,;<>"\\\n')))
def test_any_subject_comes_out_as_it_went_in(text: str) -> None:
    content = build(replace(BODY, subject=text), sender=f"{text} <digest@papers.example>")
    assert_sendable(content)
    if len(tidy(text)) <= 200:
        assert parsed(content)["Subject"] == tidy(text)


# -------------------------------------------------------------------------------------------------------------- body


def test_text_first_then_html() -> None:
    mail = parsed(build())
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert (text.get_content_charset(), html.get_content_charset()) == ("utf-8", "utf-8")
    assert parts(build()) == ["Größe\n", "<p>Größe</p>\n"]


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    content = build(MailBody(subject="x", html=text, text=text))
    assert_sendable(content)
    assert [part.rstrip("\n") for part in parts(content)] == [text.rstrip("\n")] * 2


def test_long_lines_are_broken_and_joined_again() -> None:
    content = build(replace(BODY, html="<p>" + "long " * 20_000 + "</p>", text="." * 5_000))
    assert_sendable(content)
    assert parts(content) == ["." * 5_000 + "\n", "<p>" + "long " * 20_000 + "</p>\n"]


def test_what_looks_like_a_boundary_is_none() -> None:
    marker = re.search(rb'boundary="([^"]+)"', build())
    assert marker
    text = f"before\n--{marker[1].decode()}\nafter\n"
    assert parts(build(replace(BODY, text=text))) == [text, BODY.html]


def test_the_same_edition_gives_the_same_bytes() -> None:
    assert build(unsubscribe_url=UNSUBSCRIBE) == build(unsubscribe_url=UNSUBSCRIBE)
    other = replace(EDITION, message_id="<other@papers.example>")
    assert build() != build(edition=other)


# --------------------------------------------------------------------------------------------------------- signature


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey, form: serialization.PrivateFormat) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def published(key: rsa.RSAPrivateKey) -> Any:
    """The answer of the domain name system."""
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    return lambda name, timeout=5: record if name == b"mail2026._domainkey.papers.example." else None


@pytest.fixture(scope="module")
def signing(private_key: rsa.RSAPrivateKey) -> DkimKey:
    return DkimKey("papers.example", "mail2026", pem(private_key, serialization.PrivateFormat.TraditionalOpenSSL))


def test_the_signature_holds(private_key: rsa.RSAPrivateKey, signing: DkimKey) -> None:
    content = build(unsubscribe_url=UNSUBSCRIBE, dkim=signing)
    assert_sendable(content)
    assert dkim.verify(content, dnsfunc=published(private_key))


def test_both_unsubscribe_headers_are_signed(signing: DkimKey) -> None:
    [signature] = header(build(unsubscribe_url=UNSUBSCRIBE, dkim=signing), "DKIM-Signature")
    fields = dict(part.strip().split(b"=", 1) for part in re.sub(rb"\s+", b"", signature).split(b";") if b"=" in part)
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"from", b"subject", b"date"} <= set(
        fields[b"h"].split(b":")
    )
    assert fields[b"c"] == b"relaxed/relaxed"
    assert fields[b"t"] == b"%d" % EDITION.created_at.timestamp()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"One-Click", b"Two-Clicks"),
        (b"papers.example/unsubscribe", b"papers.example/elsewhere"),
        (b"Gr=C3=B6=C3=9Fe", b"Hello"),
        (b"From: ", b"From: Somebody <else@papers.example>\r\nFrom: "),
    ],
)
def test_what_is_changed_on_the_way_shows(
    private_key: rsa.RSAPrivateKey, signing: DkimKey, old: bytes, new: bytes
) -> None:
    content = build(unsubscribe_url=UNSUBSCRIBE, dkim=signing)
    changed = content.replace(old, new)
    assert changed != content
    assert not dkim.verify(changed, dnsfunc=published(private_key))


def test_signed_twice_gives_the_same_bytes(signing: DkimKey) -> None:
    assert build(dkim=signing) == build(dkim=signing)


@pytest.mark.parametrize("form", [serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_keys_as_openssl_writes_them(
    private_key: rsa.RSAPrivateKey, form: serialization.PrivateFormat, line_end: bytes
) -> None:
    key = DkimKey("papers.example", "mail2026", pem(private_key, form).replace(b"\n", line_end))
    assert dkim.verify(build(dkim=key), dnsfunc=published(private_key))


@pytest.mark.parametrize("key", [b"", b"secret", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                                 b"-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n"])  # fmt: skip
def test_a_bad_key_is_told_before_the_first_mail(key: bytes) -> None:
    with pytest.raises(RenderError, match=r"the DKIM key for papers\.example cannot be read"):
        DkimKey("papers.example", "mail2026", key)


def test_a_key_does_not_show_in_logs(signing: DkimKey) -> None:
    assert "PRIVATE" not in repr(signing)


# -------------------------------------------------------------------------------------------------------- the whole


def renderer(**options: Any) -> MailRenderer:
    return MailRenderer(environment=mail_environment(), site=SITE, sender=SENDER, **options)


def test_an_edition_becomes_a_message() -> None:
    made = renderer(unsubscribe_url=lambda address: f"https://papers.example/unsubscribe/{address}").render(
        EDITION, READER
    )
    assert (made.date, made.address) == (EDITION.date, "ada@example.org")
    mail = parsed(made.content)
    assert mail["List-Unsubscribe"] == "<https://papers.example/unsubscribe/ada@example.org>"
    text, html = parts(made.content)
    assert ENTRY.paper.paper.title in text
    assert html.strip() == made.html.strip()


def test_a_paper_with_a_hostile_title_is_mailed() -> None:
    for title in HOSTILE:
        bad = KnownPaper(key="title:x", paper=Paper(title=title, abstract=title), aliases=())
        made = renderer().render(replace(EDITION, entries=(replace(ENTRY, paper=bad),)), READER)
        assert_sendable(made.content)


@pytest.mark.parametrize("sender", ["nobody", "Ünï <a b@papers.example>", "Papers <a@b@c>"])
def test_a_sender_that_cannot_be_is_no_subscribers_fault(sender: str) -> None:
    """It would go wrong for every mail."""
    with pytest.raises(RenderError, match="sender"):
        replace(renderer(), sender=sender).render(EDITION, READER)


def test_an_address_that_cannot_be_costs_its_own_mail() -> None:
    with pytest.raises(PermanentDeliveryError, match="not a mail address"):
        renderer().render(EDITION, replace(READER, address="ada"))


def test_a_reader_without_address_gets_no_mail() -> None:
    with pytest.raises(PermanentDeliveryError, match="no address"):
        renderer().render(EDITION, replace(READER, address=None))
