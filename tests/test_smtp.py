"""Mail handed to a real mail server on this machine, with encryption, a login, and faults on demand."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from digest.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from digest.model import DeliveryState
from digest.outputs.mail.message import Message
from digest.outputs.mail.smtp import SmtpTransport
from tests.mailserver import PASSWORD, Mailbox, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DAY = date(2026, 11, 20)
SENDER = "Daily Papers <digest@papers.example>"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    with running(mailbox) as number:
        yield number


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="module")
def certificate(authority: trustme.CA) -> ssl.SSLContext:
    """What the server shows: it is localhost."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    return context


def message(address: str = "ada@example.org", content: bytes = b"Subject: x\r\n\r\n.dotted\r\n") -> Message:
    return Message(date=DAY, address=address, content=content, html="")


def plain(port: int, **options: Any) -> SmtpTransport:
    return SmtpTransport(
        "127.0.0.1", port=port, tls="none", sender=SENDER, timeout=options.pop("timeout", 10), **options
    )


def outcomes(transport: SmtpTransport, *addresses: str) -> list[str]:
    """Send to each address in one session; the states, or the errors' names."""
    seen: list[str] = []
    with transport.connection() as connection:
        for address in addresses:
            try:
                seen.append(str(connection.send(message(address))))
            except DeliveryError as error:
                seen.append(type(error).__name__)
    return seen


# ------------------------------------------------------------------------------------------------------ what is fine


def test_the_server_gets_the_bytes(port: int, mailbox: Mailbox) -> None:
    with plain(port).connection() as connection:
        assert connection.send(message()) is DeliveryState.SENT
    assert mailbox.taken == [("digest@papers.example", "ada@example.org", b"Subject: x\r\n\r\n.dotted\r\n")]


def test_many_messages_go_through_one_connection(port: int, mailbox: Mailbox) -> None:
    assert outcomes(plain(port), *(f"reader{number}@example.org" for number in range(20))) == ["sent"] * 20
    assert mailbox.connections == 1


def test_encrypted_with_starttls_and_logged_in(mailbox: Mailbox, certificate: ssl.SSLContext, ca_file: Path) -> None:
    options: dict[str, Any] = {"tls_context": certificate, "require_starttls": True, "auth_required": True}
    with running(mailbox, authenticator=mailbox.login, **options) as port:
        transport = SmtpTransport(
            "localhost", port=port, sender=SENDER, username="digest", password=PASSWORD, ca_file=ca_file, timeout=10
        )
        assert outcomes(transport, "ada@example.org") == ["sent"]
    assert mailbox.logins == ["digest"]


def test_encrypted_from_the_start(mailbox: Mailbox, certificate: ssl.SSLContext, ca_file: Path) -> None:
    with running(mailbox, ssl_context=certificate) as port:
        transport = SmtpTransport("localhost", port=port, sender=SENDER, tls="tls", ca_file=ca_file, timeout=10)
        assert outcomes(transport, "ada@example.org") == ["sent"]


def test_from_a_worker_thread(port: int, mailbox: Mailbox) -> None:
    seen: list[str] = []
    worker = threading.Thread(target=lambda: seen.extend(outcomes(plain(port), "ada@example.org")))
    worker.start()
    worker.join()
    assert seen == ["sent"]


def test_a_domain_in_other_letters_is_written_in_ascii(port: int, mailbox: Mailbox) -> None:
    assert outcomes(plain(port), "ada@bücher.example") == ["sent"]
    assert mailbox.taken[0][1] == "ada@xn--bcher-kva.example"


# ------------------------------------------------------------------------------- what is about one message or address


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("RCPT", "450 4.2.1 mailbox busy", "TemporaryDeliveryError"),
        ("RCPT", "452 4.2.2 mailbox full", "TemporaryDeliveryError"),
        ("RCPT", "550 5.1.1 no such user", "PermanentDeliveryError"),
        ("RCPT", "421 4.3.2 closing", "TemporaryDeliveryError"),
        ("DATA", "451 4.3.0 local error", "TemporaryDeliveryError"),
        ("DATA", "421 4.3.2 closing", "TemporaryDeliveryError"),
        ("DATA", "554 5.6.0 not wanted", "PermanentDeliveryError"),
        ("MAIL", "451 4.3.0 local error", "TemporaryDeliveryError"),
    ],
)
def test_one_refusal_does_not_hold_up_the_others(
    port: int, mailbox: Mailbox, command: str, answer: str, outcome: str
) -> None:
    mailbox.answers[command].append(answer)
    assert outcomes(plain(port), "bad@example.org", "ada@example.org") == [outcome, "sent"]
    assert [taken[1] for taken in mailbox.taken] == ["ada@example.org"]


def test_the_error_names_the_address_and_repeats_the_server(port: int, mailbox: Mailbox) -> None:
    mailbox.answers["RCPT"].append("550 5.1.1 no such user")
    with plain(port).connection() as connection, pytest.raises(PermanentDeliveryError) as caught:
        connection.send(message("bad@example.org"))
    assert str(caught.value) == f"127.0.0.1:{port} refused the mail to bad@example.org: 550 5.1.1 no such user"


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_after_421_the_next_message_has_a_connection_of_its_own(port: int, mailbox: Mailbox, command: str) -> None:
    mailbox.answers[command].append("421 4.3.2 closing")
    assert outcomes(plain(port), "bad@example.org", "ada@example.org") == ["TemporaryDeliveryError", "sent"]
    assert mailbox.connections == 2


def test_a_server_that_takes_only_so_many_a_connection_gets_a_new_one(port: int, mailbox: Mailbox) -> None:
    """421 to MAIL: nothing has been said of this message yet, so it is not put off."""
    mailbox.answers["MAIL"] += ["yes", "421 4.7.0 too many messages in this connection"]
    assert outcomes(plain(port), "ada@example.org", "grace@example.org") == ["sent", "sent"]
    assert mailbox.connections == 2


def test_a_server_that_goes_on_saying_421_is_left_in_peace(port: int, mailbox: Mailbox) -> None:
    mailbox.answers["MAIL"] += ["421 4.3.2 closing"] * 2
    assert outcomes(plain(port), "ada@example.org", "grace@example.org") == ["TemporaryDeliveryError", "sent"]


def test_a_connection_lost_in_data_is_temporary(port: int, mailbox: Mailbox) -> None:
    mailbox.answers["IN DATA"].append("hang up")
    assert outcomes(plain(port), "ada@example.org", "grace@example.org") == ["TemporaryDeliveryError", "sent"]
    assert [taken[1] for taken in mailbox.taken] == ["grace@example.org"]


def test_a_connection_lost_after_the_final_dot_is_temporary(port: int, mailbox: Mailbox) -> None:
    """Whether the server took it is not known: the same bytes go again, and it has the same Message-ID to tell by."""
    mailbox.answers["DATA"].append("hang up")
    assert outcomes(plain(port), "ada@example.org", "ada@example.org") == ["TemporaryDeliveryError", "sent"]
    assert mailbox.taken[0] == mailbox.taken[1]


@pytest.mark.parametrize(
    "address", ["größe@example.org", "a\nb@example.org", "a b@example.org", "<a>@example.org", "example.org", "ada@"]
)
def test_an_address_that_cannot_be_written_is_refused(port: int, mailbox: Mailbox, address: str) -> None:
    assert outcomes(plain(port), address, "ada@example.org") == ["PermanentDeliveryError", "sent"]
    assert [taken[1] for taken in mailbox.taken] == ["ada@example.org"]


# --------------------------------------------------------------------------------------- what is about every message


def assert_nothing_is_sent(transport: SmtpTransport, *words: str) -> None:
    """No message can be sent, no address is to blame, and the sentence says so."""
    with pytest.raises(DeliveryError) as caught, transport.connection() as connection:
        connection.send(message())
    assert type(caught.value) is DeliveryError
    for word in words:
        assert word in str(caught.value)


def test_a_wrong_password_stops_the_delivery(mailbox: Mailbox, certificate: ssl.SSLContext, ca_file: Path) -> None:
    with running(mailbox, tls_context=certificate, authenticator=mailbox.login) as port:
        transport = SmtpTransport(
            "localhost", port=port, sender=SENDER, username="digest", password="wrong", ca_file=ca_file, timeout=10
        )
        assert_nothing_is_sent(transport, f"localhost:{port}", "refused the login of digest", "535", "password_env")
    assert mailbox.taken == []


def test_no_login_where_one_is_wanted_stops_the_delivery(
    mailbox: Mailbox, certificate: ssl.SSLContext, ca_file: Path
) -> None:
    with running(mailbox, tls_context=certificate, authenticator=mailbox.login, auth_required=True) as port:
        assert_nothing_is_sent(SmtpTransport("localhost", port=port, sender=SENDER, ca_file=ca_file, timeout=10), "530")


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_login_that_ended_stops_the_delivery(port: int, mailbox: Mailbox, command: str) -> None:
    mailbox.answers[command].append("530 5.7.0 Authentication required")
    assert_nothing_is_sent(plain(port), "asks for another login", "530 5.7.0 Authentication required")


def test_a_sender_that_may_not_send_stops_the_delivery(port: int, mailbox: Mailbox) -> None:
    mailbox.answers["MAIL"].append("553 5.7.1 not your address")
    assert_nothing_is_sent(plain(port), "takes no mail from digest@papers.example", "553")


def test_a_sender_that_is_no_address_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="only English letters"):
        SmtpTransport("127.0.0.1", sender="größe@papers.example")


def test_no_server_stops_the_delivery() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert_nothing_is_sent(plain(port), f"the mail server 127.0.0.1:{port} cannot be used")


def test_a_server_that_says_nothing_stops_the_delivery() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert_nothing_is_sent(plain(listening.getsockname()[1], timeout=0.2), "cannot be used")


def test_a_server_that_is_busy_from_the_start_stops_the_delivery() -> None:
    def busy(connection: socket.socket) -> None:
        connection.sendall(b"421 4.3.2 come back later\r\n")

    with answering(busy) as port:
        assert_nothing_is_sent(plain(port), "rejected the connection: 421 4.3.2 come back later")


def test_a_server_that_speaks_no_smtp_stops_the_delivery() -> None:
    def web(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with answering(web) as port:
        assert_nothing_is_sent(plain(port), f"127.0.0.1:{port}")


def test_a_certificate_of_nobody_we_know_stops_the_delivery(mailbox: Mailbox, certificate: ssl.SSLContext) -> None:
    for tls, options in (("starttls", {"tls_context": certificate}), ("tls", {"ssl_context": certificate})):
        with running(mailbox, **options) as port:
            transport = SmtpTransport("localhost", port=port, sender=SENDER, tls=tls, timeout=10)  # type: ignore[arg-type]
            assert_nothing_is_sent(transport, "certificate")
    assert mailbox.taken == []


def test_a_certificate_for_another_name_stops_the_delivery(
    mailbox: Mailbox, certificate: ssl.SSLContext, ca_file: Path
) -> None:
    with running(mailbox, tls_context=certificate) as port:
        assert_nothing_is_sent(
            SmtpTransport("127.0.0.1", port=port, sender=SENDER, ca_file=ca_file, timeout=10), "certificate"
        )


def test_no_encryption_where_it_is_wanted_stops_the_delivery(port: int, mailbox: Mailbox) -> None:
    """A server, or somebody on the way, that leaves STARTTLS out gets neither password nor mail."""
    transport = SmtpTransport("127.0.0.1", port=port, sender=SENDER, username="digest", password=PASSWORD, timeout=10)
    assert_nothing_is_sent(transport, "STARTTLS")
    assert mailbox.taken == []


def test_nothing_is_sent_in_clear_when_the_server_is_called_again(
    mailbox: Mailbox, certificate: ssl.SSLContext, ca_file: Path
) -> None:
    with running(mailbox, tls_context=certificate) as port:
        transport = SmtpTransport("localhost", port=port, sender=SENDER, ca_file=ca_file, timeout=10)
        with transport.connection() as connection:
            mailbox.in_clear = True
            mailbox.answers["RCPT"].append("421 4.3.2 closing")
            with pytest.raises(TemporaryDeliveryError):
                connection.send(message())
            for _ in range(2):
                with pytest.raises(DeliveryError, match="STARTTLS"):
                    connection.send(message())
    assert mailbox.taken == []


def test_certificates_that_cannot_be_read_stop_the_delivery(tmp_path: Path) -> None:
    assert_nothing_is_sent(SmtpTransport("localhost", sender=SENDER, ca_file=tmp_path / "none.pem"), "none.pem")


# ------------------------------------------------------------------------------------------------ a server that hangs


@contextmanager
def answering(*talks: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that is no SMTP server: each connection is one talk, then it is closed."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for talk in talks:
                connection, _ = listening.accept()
                with connection:
                    talk(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_a_server_that_hung_up_since_the_last_message_is_called_again(mailbox: Mailbox) -> None:
    said = threading.Event()

    def one_message_only(connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            connection.sendall(b"220 mail.example\r\n")
            for line in lines:
                verb = line[:4].upper()
                connection.sendall(b"354 go on\r\n" if verb == b"DATA" else b"250 OK\r\n")
                if verb == b"DATA":
                    while next(lines) != b".\r\n":
                        pass
                    connection.sendall(b"250 Queued\r\n")
                    said.set()
                    return

    with answering(one_message_only, one_message_only) as port, plain(port).connection() as connection:
        assert connection.send(message()) is DeliveryState.SENT
        assert said.wait(10)
        assert connection.send(message()) is DeliveryState.SENT


# ----------------------------------------------------------------------------------------------------- the settings


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_follows_from_the_encryption(tls: Any, port: int) -> None:
    assert SmtpTransport("mail.example", sender=SENDER, tls=tls).port == port
