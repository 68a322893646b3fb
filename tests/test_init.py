"""The first steps: the sample configuration, and `digest init`."""

from __future__ import annotations

import re
import tomllib
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from digest.app import App, load_settings
from digest.cli.starter import PROFILE, Wishes, configuration, split_list
from tests.conftest import ROOT
from tests.pseudo_terminal import in_terminal

if TYPE_CHECKING:
    from tests.command_line import Digest

SAMPLE = (ROOT / "config" / "digest.toml").read_text(encoding="utf-8")
#: every run of lines with settings that are off
BLOCKS = [found[0] for found in re.finditer(r"(?m)(?:^#[^ \n#].*\n)+", SAMPLE)]


def switched_on(block: str) -> str:
    return SAMPLE.replace(block, re.sub(r"(?m)^#", "", block))


def settings_of(text: str, folder: Path) -> Any:
    path = folder / "digest.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


class TestSample:
    def test_it_has_the_blocks_that_are_tried(self) -> None:
        """What looks like a setting is one: a space before it would hide it from the tests below."""
        assert len(BLOCKS) >= 12
        assert not re.search(r"(?m)^# +(\[\[?\w+\]|\w+ = )", SAMPLE)

    @pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.splitlines()[-1].split(" ")[0].strip("#"))
    def test_each_block_works_when_its_lines_are_switched_on(self, tmp_path: Path, block: str) -> None:
        before, after = tomllib.loads(SAMPLE), tomllib.loads(switched_on(block))
        assert after != before
        settings_of(switched_on(block), tmp_path)

    def test_all_of_them_work_together(self, tmp_path: Path) -> None:
        settings = settings_of(re.sub(r"(?m)^#(?=[^ \n#])", "", SAMPLE), tmp_path)
        assert len(settings.source) == sum("[[source]]" in block for block in BLOCKS) + 1
        assert settings.outputs["mail"]["kind"] == "smtp"

    @pytest.mark.parametrize("part", ["templates", 'path = "config/inbox"', "keywords"])
    def test_a_run_goes_well_with_what_needs_no_network(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
    ) -> None:
        (block,) = (block for block in BLOCKS if part in block)
        monkeypatch.chdir(tmp_path)
        config = tmp_path / "config"
        (config / "inbox").mkdir(parents=True)
        (config / "sample").mkdir()
        for dump in (ROOT / "config" / "sample").iterdir():
            (config / "sample" / dump.name).write_bytes(dump.read_bytes())
        app = App(settings=settings_of(switched_on(block), config))
        try:
            app.ingest()
            app.publish(everyone=True)
            delivered = app.deliver()
        finally:
            app.close()
        assert delivered.site_error is None
        assert delivered.stopped is None
        assert all(one.error is None for one in delivered.deliveries)


class TestConfiguration:
    @pytest.mark.parametrize("number", range(6))
    def test_every_choice_of_wishes_is_a_configuration(self, tmp_path: Path, number: int) -> None:
        wishes: dict[str, Any] = {
            "arxiv": ("cs.CL", "quant-ph"),
            "huggingface": True,
            "keywords": ('author:"Doe, \\ Jö" ^2', "kv cache", "-survey"),
            "address": "ada@fen.example",
            "timezone": "Asia/Tokyo",
        }
        for names in combinations(wishes, number):
            chosen = {name: wishes[name] for name in names}
            settings = settings_of(configuration(SAMPLE, Wishes(**chosen)), tmp_path)
            real = "arxiv" in chosen or "huggingface" in chosen
            expected = ["daily-papers"] * ("huggingface" in chosen) + ["arxiv"] * ("arxiv" in chosen)
            assert [one.name for one in settings.source] == (expected if real else ["sample"])
            if "arxiv" in chosen:
                assert settings.source[-1].options["query"] == "cat:cs.CL OR cat:quant-ph"
            assert settings.digest.title == ("Daily Papers" if real else "Sample papers")
            assert settings.digest.timezone == chosen.get("timezone", "Europe/Paris")
            profiles = [one.name for one in settings.profile]
            assert profiles == ([PROFILE] if "keywords" in chosen else ["efficient-llm", "quantum"])
            if "keywords" in chosen:
                assert len(settings.profile[0].keywords) == 3
            readers = [(one.address, list(one.profiles)) for one in settings.subscriber]
            if "address" in chosen:
                assert readers == [("ada@fen.example", profiles)]
            elif real:
                assert readers == []

    def test_without_wishes_it_is_the_sample(self) -> None:
        assert configuration(SAMPLE, Wishes()) == SAMPLE

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("cs.CL,cs.LG", ("cs.CL", "cs.LG")),
            (" kv cache ^2 , -survey,", ("kv cache ^2", "-survey")),
            ('author:"Doe, J", x', ('author:"Doe, J"', "x")),
            ('a" b, c', ('a" b', "c")),
            ("", ()),
            (" , ", ()),
        ],
    )
    def test_lists_are_read_as_people_write_them(self, text: str, expected: tuple[str, ...]) -> None:
        assert split_list(text) == expected


class TestInit:
    def test_what_it_writes_runs(self, digest: Digest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        answer = digest("init", "papers", "--json")
        assert answer.code == 0
        assert len(answer.json["files"]) >= 4
        assert all(Path(name).is_file() for name in answer.json["files"])
        monkeypatch.chdir(tmp_path / "papers")
        answer = digest("--config", "config/digest.toml", "run", "--json")
        assert answer.code == 0
        assert sum(receipt["new"] for receipt in answer.json["receipts"]) >= 30
        assert {receipt["source"] for receipt in answer.json["receipts"]} == {"sample"}

    def test_the_sample_is_said_to_be_one_with_the_way_out(self, digest: Digest) -> None:
        said = digest("init", "papers").out
        assert "They are invented." in said
        assert "To drop the sample:" in said
        assert "cd papers && digest run" in said

    def test_what_it_says_drops_the_sample(
        self, digest: Digest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        said = digest("init", "papers").out
        (command,) = re.findall(r"digest (init --force .*)", said)
        monkeypatch.chdir(tmp_path / "papers")
        answer = digest(*command.split())
        assert answer.code == 0
        assert "delete config/sample and out" in answer.out
        settings = load_settings(Path("config/digest.toml"))
        assert [one.kind for one in settings.source] == ["huggingface", "arxiv"]
        assert Path("config/digest.toml.old").read_text(encoding="utf-8").startswith("# The configuration of digest")

    def test_with_sources_of_ones_own_there_is_no_sample(self, digest: Digest) -> None:
        answer = digest("init", "papers", "--arxiv", "cs.CL, cs.LG", "-k", "kv cache", "--address", "Ada@FEN.example")
        assert answer.code == 0
        assert "arXiv (cs.CL, cs.LG)" in answer.out
        assert not Path("papers/config/sample").exists()
        settings = load_settings(Path("papers/config/digest.toml"))
        assert settings.subscriber[0].address == "Ada@fen.example"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--arxiv", "computer science"], "--arxiv: 'computer science' is not an arXiv category"),
            (["--keyword", "titel:x"], "--keyword: there is no field 'titel'"),
            (["--address", "a@b@c"], "--address: 'a@b@c' is not a mail address"),
        ],
    )
    def test_what_cannot_be_used_is_a_sentence(self, digest: Digest, arguments: list[str], said: str) -> None:
        answer = digest("init", "papers", *arguments)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith(f"digest: {said}")
        assert not Path("papers").exists()

    def test_what_is_there_is_left_alone(self, digest: Digest) -> None:
        digest("init", "papers")
        Path("papers/config/digest.toml").write_text("# mine\n")
        answer = digest("init", "papers")
        assert answer.code == 2
        assert "--force replaces it" in answer.err
        assert Path("papers/config/digest.toml").read_text() == "# mine\n"

    def test_on_a_terminal_it_asks_until_an_answer_can_be_used(self, tmp_path: Path) -> None:
        answers = [
            "cs.CL, computer science",
            "cs.CL,cs.LG",
            "",
            "titel:x",
            'kv cache ^2, author:"Doe, J"',
            "ada@fen.example",
        ]
        code, seen = in_terminal("init", "papers", cwd=tmp_path, keys="".join(f"{one}\n" for one in answers))
        assert code == 0
        assert "is not an arXiv category" in seen
        assert "there is no field 'titel'" in seen
        settings = load_settings(tmp_path / "papers" / "config" / "digest.toml")
        assert [one.name for one in settings.source] == ["daily-papers", "arxiv"]
        assert [one.name for one in settings.profile] == [PROFILE]
        assert settings.subscriber[0].address == "ada@fen.example"
