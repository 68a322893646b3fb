"""The mail output as a whole: its options, its session, and what it reports."""

from __future__ import annotations

import email
import email.policy
import ssl
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from digest.errors import DeliveryError, PermanentDeliveryError
from digest.model import DeliveryState, OutputContext, Verdict
from digest.outputs.mail import MailOutput
from digest.outputs.mail.files import mail_file
from digest.plugins import check_output, make_output
from tests.golden import sample
from tests.mailserver import PASSWORD, Mailbox, running

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digest.pipeline.protocols import Output


def context(folder: Path = Path("out"), templates: Path | None = None) -> OutputContext:
    return OutputContext(
        title="Daily Papers",
        base_url="https://papers.example",
        language="en",
        folder=folder,
        templates=templates,
        unsubscribe_url=lambda address: f"https://papers.example/unsubscribe/{address}",
    )


def send(output: Output) -> DeliveryState:
    with output.session() as session:
        return session.send(sample.edition(), sample.READER)


def test_files_are_what_is_made_without_options(tmp_path: Path) -> None:
    assert send(make_output("mail", {}, context(tmp_path))) is DeliveryState.WRITTEN
    file = mail_file(tmp_path / "mail", sample.DAY, "ada@example.org", ".eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["From"] == "Daily Papers <digest@localhost>"
    assert mail["List-Unsubscribe"] == "<https://papers.example/unsubscribe/ada@example.org>"
    assert mail["Subject"].startswith("Lantern: Speculative Decoding")


def test_a_mail_goes_to_the_server_of_the_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERS_PASSWORD", PASSWORD)
    authority, mailbox = trustme.CA(), Mailbox()
    certificate = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(certificate)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with running(mailbox, tls_context=certificate, authenticator=mailbox.login, auth_required=True) as port:
        options: Mapping[str, Any] = {
            "kind": "smtp",
            "sender": "Daily Papers <digest@papers.example>",
            "port": port,
            "username": "digest",
            "password_env": "PAPERS_PASSWORD",
            "ca_file": str(tmp_path / "ca.pem"),
        }
        assert send(make_output("mail", options, context(tmp_path))) is DeliveryState.SENT
        finding = next(iter(MailOutput(context(), **{**options, "ca_file": tmp_path / "ca.pem"}).check()))
    assert (mailbox.taken[0][:2], mailbox.logins[0]) == (("digest@papers.example", "ada@example.org"), "digest")
    assert (finding.what, finding.verdict) == ("mail server", Verdict.GOOD)


def test_a_missing_password_blames_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAPERS_PASSWORD", raising=False)
    output = MailOutput(context(), kind="smtp", username="digest", password_env="PAPERS_PASSWORD")
    with pytest.raises(DeliveryError, match=r"mail\.password_env: the password of digest is missing") as caught:
        send(output)
    assert type(caught.value) is DeliveryError


@pytest.mark.parametrize("content", [None, b"no key"])
def test_a_key_that_cannot_be_read_blames_nobody(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key.pem").write_bytes(content)
    output = MailOutput(
        context(tmp_path), dkim_domain="papers.example", dkim_selector="a", dkim_key=tmp_path / "key.pem"
    )
    with pytest.raises(DeliveryError, match="cannot be read") as caught:
        send(output)
    assert type(caught.value) is DeliveryError


def test_a_broken_template_blames_nobody(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "digest.txt").write_text("{{ nobody.knows }}")
    with pytest.raises(DeliveryError, match=r"no mail can be made: .*mail/digest\.txt, line 1") as caught:
        send(MailOutput(context(tmp_path, templates=tmp_path)))
    assert type(caught.value) is DeliveryError


def test_an_address_that_cannot_be_written_costs_its_own_mail(tmp_path: Path) -> None:
    with MailOutput(context(tmp_path)).session() as session:
        with pytest.raises(PermanentDeliveryError):
            session.send(sample.edition(), replace(sample.READER, address="größe@example.org"))
        assert session.send(sample.edition(), sample.READER) is DeliveryState.WRITTEN


def test_everything_that_is_wrong_with_the_options_is_said_at_once() -> None:
    options = {"kind": "pigeon", "port": 0, "tiemout": 3, "username": "digest", "dkim_domain": "papers.example"}
    assert list(check_output("mail", options)) == [
        "mail.kind: must be 'files' or 'smtp', not 'pigeon'",
        "mail.port: must be at least 1, not 0",
        "mail.tiemout: there is no such setting; did you mean 'timeout'?",
        "mail: username and password_env go together; password_env names an environment variable",
        "mail: dkim_domain, dkim_selector and dkim_key go together",
    ]


def test_an_address_is_kept_with_its_domain_in_lower_case() -> None:
    assert MailOutput.check_address("Ada@Example.ORG") == "Ada@example.org"
    with pytest.raises(ValueError, match="not a mail address"):
        MailOutput.check_address("ada")
