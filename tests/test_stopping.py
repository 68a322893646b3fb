"""Ctrl-C, SIGTERM and SIGHUP end a command where nothing is lost and nothing goes out twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from digest.cli.stopping import StoppedError, stopping
from digest.errors import DeliveryError
from digest.model import EditionState
from tests.server import Answer, Server
from tests.test_service import ADA, BOB, CLEO, Clock, Subscriber, Town, post_office

if TYPE_CHECKING:
    from pathlib import Path

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


class TestStopping:
    @pytest.mark.parametrize("number", SIGNALS)
    def test_a_signal_ends_a_command_at_once(self, number: signal.Signals) -> None:
        with pytest.raises(StoppedError) as caught, stopping():
            os.kill(os.getpid(), number)
        assert caught.value.signal == number.name

    def test_a_delivery_ends_between_two_messages(self) -> None:
        with stopping() as stop, stop.between_messages():
            stop.check()
            os.kill(os.getpid(), signal.SIGTERM)  # the message in hand goes on
            with pytest.raises(DeliveryError, match="SIGTERM"):
                stop.check()

    def test_a_second_signal_ends_a_delivery_at_once(self) -> None:
        with stopping() as stop, stop.between_messages():
            os.kill(os.getpid(), signal.SIGHUP)
            with pytest.raises(StoppedError):
                os.kill(os.getpid(), signal.SIGINT)

    def test_the_handlers_of_before_are_put_back_and_nohup_is_kept(self) -> None:
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            with stopping():
                os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        finally:
            signal.signal(signal.SIGHUP, before)
        assert signal.getsignal(signal.SIGHUP) == before


def start(config: Path, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "digest", "--config", str(config), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_message_in_hand_is_finished_and_recorded(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """The signal comes while the mail server thinks about the first of three mails."""
    town = Town(tmp_path, Clock("2026-10-19T00:00"))
    town.put("first.txt", 0)
    thinking = threading.Event()
    with post_office(town.clock) as (mailbox, port):
        mailbox.on_letter = lambda _letter: thinking.set()
        mailbox.delay = 0.5
        config = town.configure(Subscriber(ADA), Subscriber(BOB), Subscriber(CLEO), port=port)
        process = start(config, "run")
        assert thinking.wait(30)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, err) == (code, "")
        assert "1 mail sent" in out
        assert f"Stopped: received {number.name}" in out
        assert len(mailbox.letters) == 1
        town.service()
        states = [edition.state for edition in town.app.store.editions() if edition.message_id]
        town.app.close()
        assert sorted(states) == [EditionState.SENT, EditionState.WAITING, EditionState.WAITING]
        mailbox.delay = 0
        after = start(config, "deliver")
        after.communicate(timeout=30)
        assert after.returncode == 0
    assert sorted(letter.address for letter in mailbox.letters) == [ADA, BOB, CLEO]


def test_a_run_that_waits_for_a_server_ends_at_once(tmp_path: Path) -> None:
    town = Town(tmp_path, Clock("2026-10-19T00:00"))
    asked, done = threading.Event(), threading.Event()

    def hold(_asked: object) -> Answer:
        asked.set()
        done.wait(60)
        return Answer()

    with Server() as server:
        url = server.says("/dump.json", hold)
        source = f'[[source]]\nname = "slow"\nkind = "url"\nurl = "{url}"\nallow_private = true\n'
        process = start(town.configure(source=source), "run")
        try:
            assert asked.wait(30)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=15)
        finally:
            done.set()
    assert process.returncode == 0
    assert "stopped by SIGTERM" in err
