"""What reaches a terminal, a file and another program."""

from __future__ import annotations

import errno
import io
import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.cli import main
from digest.cli.console import Console
from digest.cli.terminal import print_json, printable, safe_streams
from tests.papers import LANTERN, TIDES, paper
from tests.pseudo_terminal import in_terminal
from tests.world import page

if TYPE_CHECKING:
    from tests.command_line import Digest
    from tests.world import World

#: what moves the cursor, recolours the screen, ends the line or turns it round
HOSTILE = "\x1b[31mred\x1b]0;title\x07 \x00nul \x9b31m \x85next \u202eesrever\u2066 \u2028line \x7f"
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class TestPrintable:
    @given(st.text())
    def test_nothing_that_controls_a_terminal_is_left(self, text: str) -> None:
        assert not CONTROLS.search(printable(text))
        printable(text).encode()  # no half of a surrogate pair either

    @pytest.mark.parametrize("text", ["plain", "Ünïcødé ∇ₓ", "שלום \u200f!", "👩‍🔬", "one\ttwo\n", "", "[/b] :smile:"])
    def test_other_text_stays_as_it_is(self, text: str) -> None:
        assert printable(text) == text


class TestStreams:
    def test_both_are_guarded_and_given_back(self, capsys: pytest.CaptureFixture[str]) -> None:
        before = sys.stdout, sys.stderr
        with safe_streams():
            print(HOSTILE)
            print(HOSTILE, file=sys.stderr)
        assert (sys.stdout, sys.stderr) == before
        captured = capsys.readouterr()
        assert not CONTROLS.search(captured.out + captured.err)
        assert "esrever" in captured.out

    def test_json_keeps_every_character(self, capsys: pytest.CaptureFixture[str]) -> None:
        with safe_streams():
            print_json({"title": HOSTILE + "\ud800 \U000e0041 é"})
        out = capsys.readouterr().out
        assert not CONTROLS.search(out)
        assert "é" in out
        assert json.loads(out) == {"title": HOSTILE + "\ud800 \U000e0041 é"}

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
    def test_an_encoding_that_lacks_a_sign_stops_nothing(self, monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
        kept = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(kept, encoding=encoding, write_through=True))
        with safe_streams():
            print("∇ für")
            print_json("∇ für")
        said, exact = kept.getvalue().decode(encoding).splitlines()
        assert said.endswith("r")
        assert json.loads(exact) == "∇ für"


class TestConsole:
    def test_a_file_gets_each_line_whole_and_as_it_is(self) -> None:
        stream = io.StringIO()
        text = f"[b]{'a/long/path ' * 40}[/b] :smile:"
        Console(stream).print(text)
        assert stream.getvalue() == f"{text}\n"

    def test_what_a_stranger_wrote_is_cleaned_in_colours_too(self) -> None:
        class Screen(io.StringIO):
            def isatty(self) -> bool:
                return True

        stream = Screen()
        Console(stream).print(HOSTILE, style="bold red")
        own = re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())
        assert "esrever" in own
        assert not CONTROLS.search(own)


def test_hostile_names_and_titles_do_not_reach_the_output(digest: Digest, world: World) -> None:
    """Of a file, of a paper, in a reject, in an option, in the configuration and in a keyword."""
    name = "a\x1b[2Jb\u202e.txt"
    (world.folder / name).write_text(page([paper("Lantern: decoding \u202efdp.exe\u2066")]) + f"\x1b[31m {HOSTILE}")
    for arguments in (
        ["ingest", name],
        ["ingest", f"missing{name}"],
        ["papers"],
        ["papers", "--json"],
        ["rank", "decoding"],
        ["rank", "no\x1b[31m\u202e"],
        ["ingest", "--format", "no\x1b[31m\u202e"],
        ["--no\x1b[31m\u202e"],
    ):
        answer = digest(*arguments)
        assert not CONTROLS.search(answer.out + answer.err), arguments


def test_hostile_names_do_not_reach_a_terminal(world: World) -> None:
    """Where rich writes control characters of its own."""
    name = "a\x1b[2J\x1b]0;b\x07\u202e.txt"
    (world.folder / name).write_text(page([paper("Lantern: decoding \u202efdp.exe")]))
    code, seen = in_terminal("--config", str(world.path), "ingest", name, cwd=world.folder, colours=True)
    assert code == 0
    assert not re.search("\x1b\\[2J|\x1b]|\x07|\u202e", seen)
    assert "\x1b[1m" in seen


def test_nothing_is_folded_or_cut_in_a_file(digest: Digest, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long names, titles and addresses are, and whatever $COLUMNS says."""
    monkeypatch.setenv("COLUMNS", "40")
    title = ("Lantern: decoding " + "with a very long and winding title " * 6).strip()
    address = f"{'ada-' * 13}lovelace@{'papers.' * 8}example"
    dump = f"{'a-long-name-' * 12}.txt"
    world.dump(dump, [paper(title)])
    world.configure(f'[[subscriber]]\naddress = "{address}"\nprofiles = ["decoding"]\ndays = "daily"\n')
    answer = digest("run")
    assert answer.code == 0
    assert dump in answer.out
    assert re.search(rf"^mail:{address} .*{title}$", answer.out, re.MULTILINE)
    assert not re.search(r" $", answer.out, re.MULTILINE)
    (line,) = digest("papers").out.splitlines()[1:]
    assert title in line
    assert "title:" in line
    assert title in digest("rank", "decoding").out
    *findings, empty, summary = digest("check").out.splitlines()
    assert all(line[0] in "✓·✗" for line in findings)
    assert (empty, summary) == ("", "Everything works.")


def test_a_terminal_gets_lines_that_fit(digest: Digest, world: World) -> None:
    """And whole keys, which somebody will copy."""
    world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle below a wide ocean", TIDES)])
    (world.folder / "b.bib").write_text(
        "@article{a, title = {On the depth of some very long and winding lagoons of the north [/b]}, "
        "author = {Ada Okonkwo-Featherstonehaugh of the Northern Shore}, doi = {10.1103/physrevlett.127.140502}}"
    )
    assert digest("ingest", "inbox", "b.bib").code == 0
    for arguments in (["papers"], ["backtest", "decoding"]):
        _, seen = in_terminal("--config", str(world.path), *arguments, cwd=world.folder, width=80)
        lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.rpartition("\r")[2])  # less the progress that was shown
        assert max(map(len, lines.splitlines())) <= 80
        if arguments == ["papers"]:
            assert "doi:10.1103/physrevlett.127.140502" in seen
            assert "[/b]" in seen


def test_who_reads_only_the_beginning_ends_nothing_badly(digest: Digest, world: World) -> None:
    world.dump("a.txt", [paper(f"Lantern: decoding number {number}", f"{LANTERN} {number}.") for number in range(400)])
    digest("ingest")
    for arguments in (["papers", "--json"], ["papers", "--limit", "400"]):
        command = [sys.executable, "-m", "digest", "--config", str(world.path), *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=world.folder)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        process.stderr.close()
        assert (process.wait(), said) == (0, "")


def test_a_terminal_that_was_closed_is_no_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.EIO, "Input/output error")

    world.dump("a.txt", [paper()])
    monkeypatch.setattr(sys, "argv", ["digest", "--config", str(world.path), "ingest"])
    monkeypatch.setattr(sys, "stdout", Closed())
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 0
    assert world.app.store.paper_count() == 1


class TestQuiet:
    @pytest.mark.parametrize("command", ["ingest", "publish", "deliver", "run"])
    def test_a_good_day_says_nothing(self, digest: Digest, world: World, command: str) -> None:
        world.dump("a.txt", [paper()])
        if command in {"publish", "deliver"}:
            digest("ingest")
        answer = digest(command, "--quiet")
        assert (answer.code, answer.out, answer.err) == (0, "", "")

    def test_what_went_wrong_is_said_on_standard_error(self, digest: Digest, world: World) -> None:
        world.dump("a.txt", [paper()])
        (world.folder / "inbox" / "b.txt").write_bytes(b"")
        world.template("web/day.html", "{% if %}")
        answer = digest("run", "-q")
        assert (answer.code, answer.out) == (1, "")
        assert "b.txt" in answer.err
        assert "web/day.html" in answer.err
        assert "a.txt" not in answer.err


class TestWrongCommandLines:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["rank"], "digest: missing argument 'PROFILE'; `digest rank --help` shows how to use it"),
            (["rank", "decodin"], "digest: there is no profile 'decodin'; the profiles are: decoding"),
            (["rnk"], "digest: no such command 'rnk'. Did you mean 'rank', 'run'? `digest --help` shows how to use it"),
            (["run", "--date", "soon"], "digest: --date: 'soon' is not a date; write for example 2026-11-20"),
        ],
    )
    def test_are_one_sentence(self, digest: Digest, arguments: list[str], said: str) -> None:
        digest("ingest")
        answer = digest(*arguments)
        assert (answer.code, answer.out, answer.err) == (2, "", f"{said}\n")

    def test_a_group_without_a_command_shows_its_commands(self, digest: Digest) -> None:
        answer = digest("subscribers")
        assert answer.code == 2
        assert "  add " in answer.err


def test_several_words_search_without_quotes(digest: Digest, world: World) -> None:
    world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle", TIDES)])
    digest("ingest")
    found = digest("papers", "--json", "conductivity", "of", "the", "mantle").out
    assert [json.loads(line)["title"] for line in found.splitlines()] == ["Tides and the conductivity of the mantle"]
