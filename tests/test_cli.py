"""The commands are a contract: names, JSON keys, exit codes, and sentences for people."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from digest.cli.show_receipts import receipts
from digest.model import Counts, Receipt, Reject, Status
from tests.conftest import ROOT
from tests.papers import LANTERN, TIDES, paper
from tests.world import page

if TYPE_CHECKING:
    from tests.command_line import Digest
    from tests.world import World

COMMANDS = ["ingest", "publish", "deliver", "run", "serve", "papers", "rank", "backtest", "profile", "subscribers",
            "outbox", "check", "init"]  # fmt: skip


def two() -> str:
    return page([paper(), paper("Tides and the conductivity of the mantle", TIDES)])


def test_help_names_every_command_and_ends_at_once(digest: Digest) -> None:
    answer = digest("--help")
    assert answer.code == 0
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", answer.out, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(digest: Digest, command: str) -> None:
    answer = digest(command, "--help")
    assert answer.code == 0
    assert f"Example: digest {command}" in answer.out


def test_help_needs_none_of_the_heavy_packages() -> None:
    """It answers at once because it brings none of what the work needs."""
    heavy = ["sqlalchemy", "jinja2", "httpx", "rich", "pydantic", "uvicorn"]
    script = f"import sys, digest.cli\nprint([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_what_ranks_nothing_brings_no_numpy(digest: Digest, world: World) -> None:
    """Every command but those that rank starts without it."""
    script = "import sys\nfrom digest.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
    command = [sys.executable, "-c", f"{script}print('numpy' in sys.modules)", "--config", str(world.path), "papers"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "False"


class TestIngest:
    def test_the_answer_has_the_keys_of_the_contract(self, digest: Digest, world: World) -> None:
        Path("a.txt").write_text(two())
        answer = digest("ingest", "a.txt", "--json")
        assert answer.code == 0
        assert answer.json["last_seq"] == 2
        (receipt,) = answer.json["receipts"]
        expected = {"source": "a.txt", "format": "page-text", "status": "fine", "read": 2, "new": 2, "revised": 0}
        expected |= {"seen": 0, "rejected": 0, "rejects": []}
        assert expected.items() <= receipt.items()

    def test_a_folder_and_standard_input(self, digest: Digest, world: World) -> None:
        world.dump("a.txt", [paper()])
        answer = digest("ingest", "inbox", "-", "--json", stdin=two())
        assert [receipt["new"] for receipt in answer.json["receipts"]] == [1, 1]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "empty"),
            (b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>", "HTML"),
            (b'{"error": "not found"}', "the API answered with an error: not found"),
            (b'{"colour": "green"}', "JSON"),
            (bytes(range(256)) * 40, "binary"),
            (b"Dear all,\n\nthe meeting is moved to Friday.\n\nBest,\nMira\n", "expected"),
        ],
    )
    def test_what_is_no_dump_invents_nothing(self, digest: Digest, content: bytes, said: str) -> None:
        Path("a.txt").write_bytes(content)
        answer = digest("ingest", "a.txt", "--json")
        assert answer.code == 3
        (receipt,) = answer.json["receipts"]
        assert (receipt["status"], receipt["read"], receipt["format"]) == ("failed", 0, None)
        assert said in receipt["reason"]
        assert digest("papers", "--json").out == ""

    def test_one_bad_dump_among_good_ones_is_one(self, digest: Digest) -> None:
        Path("a.txt").write_text(two())
        Path("b.txt").write_bytes(b"")
        answer = digest("ingest", "b.txt", "missing.txt", "a.txt", "--json")
        assert answer.code == 1
        assert [receipt["status"] for receipt in answer.json["receipts"]] == ["failed", "failed", "fine"]

    def test_a_dump_that_was_cut_is_partial(self, digest: Digest) -> None:
        Path("a.txt").write_text(two() + "A third paper whose abstract is cut\n" + LANTERN[:-40])
        answer = digest("ingest", "a.txt", "--json")
        assert answer.code == 1
        assert answer.json["receipts"][0]["status"] == "partial"
        assert answer.json["receipts"][0]["new"] == 2

    def test_a_table_for_people(self, digest: Digest) -> None:
        Path("a.txt").write_text(two())
        answer = digest("ingest", "a.txt")
        assert "fine" in answer.out
        assert "Traceback" not in answer.err

    @pytest.mark.parametrize(("rejected", "said"), [(8, "3 more; --json lists them all"), (150, "the first 100")])
    def test_it_says_how_many_rejects_there_are_to_see(
        self, capsys: pytest.CaptureFixture[str], rejected: int, said: str
    ) -> None:
        """A receipt keeps the first of them."""
        rejects = tuple(Reject(line=number, reason="no title", excerpt="…") for number in range(min(rejected, 100)))
        receipts([Receipt(source="inbox", dump="a.txt", format="page-text", status=Status.FINE, rejects=rejects,
                          counts=Counts(read=rejected, rejected=rejected), at=datetime.now(UTC),
                          day=datetime.now(UTC).date())])  # fmt: skip
        assert said in capsys.readouterr().out

    def test_as_of_gives_the_year(self, digest: Digest) -> None:
        closing = "• 3 authors\n·\nFeb 11 2\n"
        Path("a.txt").write_text("new\nSubscribe\nDaily Papers\nOct 29\n" + f"{paper().title}\n{LANTERN}\n{closing}")
        digest("ingest", "--as-of", "2025-10-29", "a.txt")
        line = json.loads(digest("papers", "--json").out)
        assert (line["published"], line["listed"], line["comments"], line["author_count"]) == (
            "2025-02-11",
            "2025-10-29",
            2,
            3,
        )

    def test_an_unknown_format_is_the_command_lines_fault(self, digest: Digest) -> None:
        answer = digest("ingest", "--format", "pagetext", "a.txt")
        assert answer.code == 2
        assert "page-text" in answer.err

    def test_a_wrong_date_is_a_sentence(self, digest: Digest) -> None:
        answer = digest("ingest", "--as-of", "yesterday", "a.txt")
        assert answer.code == 2
        assert "write for example 2026-11-20" in answer.err


class TestRun:
    def test_the_whole_day(self, digest: Digest, world: World) -> None:
        world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle", TIDES)])
        answer = digest("run", "--json")
        assert answer.code == 0
        assert answer.json["receipts"][0]["new"] == 2
        feed, mail = answer.json["editions"]
        assert set(feed) == {"reader", "date", "entries", "from_seq", "to_seq", "message_id"}
        assert (mail["reader"], mail["entries"], mail["from_seq"], mail["to_seq"]) == ("mail:ada@example.org", 1, 0, 2)
        assert (answer.json["written"], answer.json["sent"], answer.json["deferred"], answer.json["failed"]) == (
            2,
            0,
            0,
            0,
        )
        again = digest("run", "--json").json
        assert (again["editions"], again["written"]) == ([], 0)
        assert again["receipts"][0]["status"] == "quiet"

    def test_files_to_open_are_named_and_exist(self, digest: Digest, world: World) -> None:
        world.dump("a.txt", [paper()])
        answer = digest("run")
        named = re.findall(r"^  (?:page|mail|feed)  (.+)$", answer.out, re.MULTILINE)
        assert len(named) == 3
        assert all(Path(name).is_file() for name in named)

    def test_a_mail_is_named_where_it_is(self, digest: Digest, world: World) -> None:
        """Whatever stands in the address."""
        world.path.write_text(world.path.read_text().replace("ada@example.org", "o'brien@example.org"))
        world.dump("a.txt", [paper()])
        (named,) = re.findall(r"^  mail  (.+)$", digest("run").out, re.MULTILINE)
        assert Path(named).is_file()

    def test_a_broken_page_is_told_and_the_mails_go_out(self, digest: Digest, world: World) -> None:
        world.template("web/day.html", "{% if %}")
        world.dump("a.txt", [paper()])
        answer = digest("run")
        assert answer.code == 1
        assert "1 mail written" in answer.out
        assert "were not written" in answer.out
        answer = digest("deliver", "--json")
        assert answer.code == 1
        assert "web/day.html" in answer.json["site_error"]

    def test_it_names_every_file_to_open_or_where_there_are_many_their_folder(
        self, digest: Digest, world: World
    ) -> None:
        def profiles(number: int) -> str:
            return "".join(
                f'[[profile]]\nname = "of-mine-{n}"\ntitle = "Mine"\nkeywords = ["tides"]\n' for n in range(number)
            )

        world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle", TIDES)])
        world.configure(profiles(3))
        said = digest("run").out.partition("Open:\n")[2]
        assert "site/index.html\n" in said
        assert "/ada@example.org.html\n" in said
        names = ["decoding", *(f"of-mine-{n}" for n in range(3))]
        assert [f"site/feeds/{name}.rss.xml\n" in said for name in names] == [True] * 4
        world.configure(profiles(30))
        said = digest("run").out.partition("Open:\n")[2]
        assert "/out/site/feeds/\n" in said
        assert ".rss.xml" not in said

    def test_a_dry_run_says_and_writes_nothing(self, digest: Digest, world: World) -> None:
        world.dump("a.txt", [paper()])
        answer = digest("run", "--dry-run", "--json")
        assert answer.code == 0
        assert answer.json["receipts"][0]["new"] == 1
        assert len(answer.json["editions"]) == 2
        assert not (world.folder / "out").exists()
        assert digest("run", "--json").json["receipts"][0]["new"] == 1

    def test_a_date_may_be_named(self, digest: Digest, world: World) -> None:
        day = (datetime.now(UTC).date() - timedelta(days=3)).isoformat()
        assert {edition["date"] for edition in digest("run", "--date", day, "--json").json["editions"]} == {day}

    def test_the_verbs_one_by_one(self, digest: Digest, world: World) -> None:
        world.dump("a.txt", [paper()])
        assert digest("ingest").code == 0
        assert len(digest("publish", "--all", "--json").json["editions"]) == 2
        assert digest("deliver", "--json").json == {"sent": 0, "written": 2, "deferred": 0, "failed": 0}
        assert digest("deliver", "--json").json["written"] == 0


class TestLooking:
    def test_papers_are_one_object_a_line(self, digest: Digest, world: World) -> None:
        world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle", TIDES)])
        digest("ingest")
        lines = [json.loads(line) for line in digest("papers", "--json").out.splitlines()]
        assert [line["first_seq"] for line in lines] == [2, 1]
        expected = (
            "key title abstract authors author_count organization categories published listed version upvotes comments "
            "links aliases sources first_seq"
        )
        assert list(lines[0]) == expected.split()
        assert lines[0]["links"] == {"abstract": None, "pdf": None, "code": None, "project": None}
        assert lines[0]["organization"] is None
        assert len(digest("papers", "--json", "--since", "1").out.splitlines()) == 1
        assert len(digest("papers", "--json", "tides").out.splitlines()) == 1
        assert "No paper matches" in digest("papers", "nothing-like-it").out

    def test_rank_takes_scores_apart(self, digest: Digest, world: World) -> None:
        world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle", TIDES)])
        digest("ingest")
        answer = digest("rank", "decoding", "--json").json
        assert answer["profile"] == "decoding"
        (only,) = answer["papers"]
        assert only["score"] == pytest.approx(sum(match["contribution"] for match in only["matches"]))
        assert set(only["matches"][0]) == {"keyword", "field", "count", "contribution"}
        assert "decoding" in digest("rank", "decoding").out
        assert only["key"] in digest("rank", "decoding").out
        assert digest("rank", "decodin").code == 2

    def test_rank_shows_first_what_would_be_sent(self, digest: Digest, world: World) -> None:
        """Papers below the threshold take no room from those that would be sent, wherever their scores stand."""
        world.config = world.config.replace("[[profile]]", "[[profile]]\nthreshold = 2.0\nlimit = 2")
        world.configure()
        world.dump("a.txt", [paper(f"Part {n} of faster decoding", f"{LANTERN} part{n}") for n in range(3)])
        world.dump("b.txt", [paper("A draft model of tides", TIDES), paper("Mantles of the earth", TIDES + " Basin.")])
        digest("run")
        (feed,) = world.app.store.editions(reader="feed:decoding")

        def ranked(*more: str) -> Any:
            return digest("rank", "decoding", "--json", *more).json["papers"]

        shown = ranked("--limit", "9")
        assert [one["score"] for one in shown] == sorted((one["score"] for one in shown), reverse=True)
        assert [one["key"] for one in shown if one["sent"]] == [one.paper.key for one in feed.entries]
        assert [one["weight"] >= 2 for one in shown if one["sent"]] == [True, True]
        assert {one["why"] for one in shown if one["sent"]} == {None}
        whys = [one["why"] for one in shown if not one["sent"]]
        assert whys[0] == "number 3, where the limit is 2"
        assert whys[1] == "1 of the 2 that the threshold asks for"
        assert [one["sent"] for one in ranked()] == [True, True]
        assert [one["sent"] for one in ranked("--limit", "1")] == [True]
        said = digest("rank", "decoding", "--limit", "9").out
        assert "of 5 papers from the last 7 days a new reader would get 2" in said
        before, after = said.split("── would not be sent ──")
        assert [one["key"] in before for one in shown] == [one["sent"] for one in shown]
        assert all(one["key"] in after for one in shown if not one["sent"])
        assert "and 2 more with its keywords" in digest("rank", "decoding").out

    def test_rank_says_in_how_many_sentences_words_stand_apart(self, digest: Digest, world: World) -> None:
        world.config = world.config.replace('"draft model"', '"tide satellites", "mantle of tides"')
        world.configure()
        world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle", TIDES)])
        digest("ingest")
        (only,) = [one for one in digest("rank", "decoding", "--json").json["papers"] if "Tides" in one["title"]]
        counts = {match["keyword"]: match["count"] for match in only["matches"] if match["field"] == "apart"}
        assert counts == {"tide satellites": 1, "mantle of tides": 1}
        assert "tide satellites: its words, not in a row, in 1 sentence" in digest("rank", "decoding").out

    def test_what_similar_papers_have_can_be_looked_up(self, digest: Digest, world: World) -> None:
        world.config = world.config.replace("[[profile]]", "[[profile]]\nthreshold = 6.0")
        world.configure()
        some = [paper(f"Part {n} of faster decoding", f"{LANTERN} part{n}") for n in range(3)]
        world.dump("a.txt", [*some, *(paper(f"Tides beneath basin{n}", f"{TIDES} basin{n}") for n in range(15))])
        digest("ingest")
        answer = digest("rank", "decoding", "--near", "--json").json
        keys = {one["key"] for one in answer["papers"]}
        assert len(keys) == 3
        for one in answer["papers"] + answer["near"]:
            counts = [match["count"] for match in one["matches"] if match["field"] == "similar"]
            assert set(one["similar"][:2]) == keys - {one["key"]}
            assert max(counts) == 2
        said = " ".join(digest("rank", "decoding", "--near").out.split())
        assert all(f"most like it: {', '.join(one['similar'])}" in said for one in answer["near"])

    def test_rank_says_why_there_is_nothing(self, digest: Digest, world: World) -> None:
        digest("run")
        assert "No paper is known from the last 7 days" in digest("rank", "decoding").out
        world.dump("a.txt", [paper("Tides and the conductivity of the mantle", TIDES)])
        digest("ingest")
        assert "None of 1 paper from the last 7 days matches decoding" in digest("rank", "decoding").out
        assert "No paper is known after change 1" in digest("rank", "decoding", "--since", "1").out
        world.config = world.config.replace("[[profile]]", '[[profile]]\nchanges = ["revised"]')
        world.configure()
        said = " ".join(digest("rank", "decoding").out.split())
        assert said.endswith("is news for decoding: it hears of revised ones.")

    def test_rank_says_what_just_missed(self, digest: Digest, world: World) -> None:
        world.config = world.config.replace("[[profile]]", "[[profile]]\nthreshold = 6.0")
        world.configure()
        world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle", TIDES)])
        digest("ingest")
        (only,) = digest("rank", "decoding", "--near", "--json").json["near"]
        assert only["why"] == "3 of the 6 that the threshold asks for"
        assert only["why"] in digest("rank", "decoding", "--near").out

    def test_a_backtest_has_the_keys_of_the_contract(self, digest: Digest, world: World) -> None:
        world.dump("a.txt", [paper(), paper("Tides and the conductivity of the mantle", TIDES)])
        digest("ingest")
        answer = digest("backtest", "decoding", "--days", "3", "--json").json
        assert (answer["profile"], len(answer["days"])) == ("decoding", 3)
        assert [set(day) for day in answer["days"]] == [{"date", "papers", "sent"}] * 3
        assert [(day["papers"], day["sent"]) for day in answer["days"]] == [(0, 0), (0, 0), (2, 1)]
        assert {one["keyword"] for one in answer["keywords"]} == {"decoding", "draft model"}
        assert all({"keyword", "papers", "share", "only"} <= set(one) for one in answer["keywords"])
        assert len(digest("backtest", "decoding", "--json").json["days"]) == 28
        assert digest("backtest", "decodin").code == 2
        assert digest("backtest", "decoding", "--days", "0").code == 2

    def test_a_backtest_of_nothing_says_so(self, digest: Digest, world: World) -> None:
        digest("run")
        answer = digest("backtest", "decoding")
        assert answer.code == 0
        assert "Nothing came in" in answer.out

    def test_the_outbox_says_why(self, digest: Digest, world: World) -> None:
        digest("ingest")
        assert "empty" in digest("outbox").out
        world.configure('kind = "smtp"\nhost = "127.0.0.1"\nport = 9\ntls = "none"\n')
        world.dump("a.txt", [paper()])
        answer = digest("run")
        assert answer.code == 1
        assert "127.0.0.1" in answer.out
        (waiting,) = digest("outbox", "--json").json["outbox"]
        assert (waiting["reader"], waiting["state"], waiting["attempts"]) == ("mail:ada@example.org", "waiting", 0)
        assert digest("outbox", "--retry").code == 0

    def test_check_tells_of_everything(self, digest: Digest, world: World) -> None:
        answer = digest("check", "--json")
        assert answer.code == 0
        whats = [finding["what"] for finding in answer.json["findings"]]
        assert {"configuration", "history", "readers", "source inbox", "mail"} <= set(whats)
        world.configure('kind = "smtp"\nhost = "127.0.0.1"\nport = 9\ntls = "none"\n')
        answer = digest("check")
        assert answer.code == 1
        assert "✗ mail server" in answer.out


class TestSubscribers:
    def test_somebody_is_added_and_gets_mail(self, digest: Digest, world: World) -> None:
        assert (
            digest("subscribers", "add", "bob@example.org", "-p", "decoding", "-k", "tides", "--days", "daily").code
            == 0
        )
        listed = {one["address"]: one for one in digest("subscribers", "list", "--json").json["subscribers"]}
        assert listed["bob@example.org"]["profiles"] == ["decoding"]
        assert listed["bob@example.org"]["keywords"] == ["tides"]
        world.dump("a.txt", [paper()])
        readers = [edition["reader"] for edition in digest("run", "--json").json["editions"]]
        assert "mail:bob@example.org" in readers

    def test_export_imports_again(self, digest: Digest) -> None:
        digest("subscribers", "add", "bob@example.org", "-k", "ocean tides ^2", "-k", "-survey", "--send-at", "06:30")
        exported = digest("subscribers", "export").out
        Path("people.csv").write_text(exported)
        assert digest("subscribers", "remove", "bob@example.org").code == 0
        assert digest("subscribers", "remove", "bob@example.org").code == 3
        assert digest("subscribers", "import", "people.csv", "--json").json == {"added": 1, "rejects": []}
        assert digest("subscribers", "export").out == exported

    def test_every_setting_can_be_given_and_is_listed(self, digest: Digest) -> None:
        options = ("-k", "moss ^2", "--send-empty", "--threshold", "1.5", "--limit", "7", "--days", "fri-mon")
        assert digest("subscribers", "add", "bob@FEN.org", *options).code == 0
        listed = {one["address"]: one for one in digest("subscribers", "list", "--json").json["subscribers"]}
        assert listed["bob@fen.org"] == {
            "address": "bob@fen.org", "profiles": [], "keywords": ["moss ^2"], "send_at": "08:00", "timezone": "UTC",
            "days": "fri-mon", "send_empty": True, "threshold": 1.5, "limit": 7, "unsubscribed_at": None,
            "origin": "history",
        }  # fmt: skip
        assert listed["ada@example.org"]["origin"] == "configuration"
        assert "bob@fen.org  08:00 UTC fri-mon  moss ^2  (threshold 1.5, limit 7)" in digest("subscribers", "list").out
        exported = digest("subscribers", "export").out
        Path("people.csv").write_text(exported)
        digest("subscribers", "remove", "bob@FEN.org")
        assert digest("subscribers", "import", "people.csv").code == 0
        assert digest("subscribers", "export").out == exported

    def test_the_configuration_alone_changes_those_it_names(self, digest: Digest, world: World) -> None:
        world.app.store.unsubscribe("ada@example.org", world.now)
        answer = digest("subscribers", "add", "ada@example.org", "-k", "moss")
        assert "is subscribed again. The configuration names them" in answer.out
        (ada,) = digest("subscribers", "list", "--json").json["subscribers"]
        assert (ada["profiles"], ada["keywords"], ada["unsubscribed_at"]) == (["decoding"], [], None)
        Path("people.csv").write_text("address,keywords\nada@example.org,moss\n")
        (reject,) = digest("subscribers", "import", "people.csv", "--json").json["rejects"]
        assert reject["reason"] == "the configuration names ada@example.org; change them there"
        answer = digest("subscribers", "remove", "ada@example.org")
        assert answer.code == 3
        assert "The configuration names ada@example.org; remove them there." in answer.err

    def test_who_is_set_aside_is_named(self, digest: Digest, world: World) -> None:
        digest("subscribers", "add", "bob@example.org", "-p", "decoding")
        world.path.write_text(world.path.read_text(encoding="utf-8").replace('"decoding"', '"drafting"'))
        reason = "bob@example.org gets nothing: has no keywords, and none of the profiles exists any more: decoding"
        answer = digest("run")
        assert answer.code == 0
        assert reason in " ".join(answer.out.split())
        assert reason in " ".join(digest("check").out.split())

    def test_a_bad_line_costs_that_line(self, digest: Digest) -> None:
        Path("people.csv").write_text(
            "address,profiles\nbob@example.org,decoding\nnobody,decoding\neve@example.org,nothing\n"
        )
        answer = digest("subscribers", "import", "people.csv", "--json")
        assert answer.code == 1
        assert answer.json["added"] == 1
        assert [reject["line"] for reject in answer.json["rejects"]] == [3, 4]

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("nobody", "-p", "decoding"), "is not a mail address"),
            (("bob@example.org",), "at least one"),
            (("bob@example.org", "-p", "nothing"), "no profile"),
            (("bob@example.org", "-k", '"open'), "quot"),
            (("bob@example.org", "-p", "decoding", "--days", "mon-fry"), "weekday"),
        ],
    )
    def test_what_is_wrong_is_a_sentence(self, digest: Digest, args: tuple[str, ...], said: str) -> None:
        answer = digest("subscribers", "add", *args)
        assert answer.code == 2
        assert said in answer.err.replace("\n", " ")

    def test_an_import_brings_nobody_back(self, digest: Digest, world: World) -> None:
        digest("subscribers", "add", "bob@example.org", "-k", "tides")
        exported = digest("subscribers", "export").out
        world.app.store.unsubscribe("bob@example.org", world.now)
        Path("people.csv").write_text(exported + "cleo@example.org,,tides,,,\nbob@EXAMPLE.org,,tides,,,\n")
        answer = digest("subscribers", "import", "people.csv", "--json")
        assert answer.code == 1
        assert answer.json["added"] == 1
        assert [reject["line"] for reject in answer.json["rejects"]] == [2, 4]
        assert all("has unsubscribed" in reject["reason"] for reject in answer.json["rejects"])
        assert list(world.app.store.unsubscribed()) == ["bob@example.org"]

    @pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
    def test_a_foreign_encoding_is_a_sentence(self, digest: Digest, encoding: str) -> None:
        Path("people.csv").write_bytes("address,keywords\nbob@example.org,größe\n".encode(encoding))
        answer = digest("subscribers", "import", "people.csv")
        assert answer.code == 2
        assert "people.csv is not UTF-8 at byte" in answer.err.replace("\n", " ")
        assert "bob@example.org" not in digest("subscribers", "list").out

    def test_the_mark_that_spreadsheets_put_first_is_passed_over(self, digest: Digest) -> None:
        Path("people.csv").write_bytes("address,keywords\nbob@example.org,größe\n".encode("utf-8-sig"))
        assert digest("subscribers", "import", "people.csv", "--json").json == {"added": 1, "rejects": []}

    def test_what_is_wrong_in_a_line_is_told_in_plain_words(self, digest: Digest) -> None:
        Path("people.csv").write_text("address,keywords,send_at\nbob@example.org,tides,25:00\n")
        (reject,) = digest("subscribers", "import", "people.csv", "--json").json["rejects"]
        assert reject["reason"] == """send_at: must be a time such as "08:00", not '25:00'"""

    @pytest.mark.parametrize("keywords", [5000, 100_000])
    def test_too_many_keywords_cost_their_line(self, digest: Digest, keywords: int) -> None:
        many = "\n".join(f"word{number}" for number in range(keywords))
        Path("people.csv").write_text(f'address,keywords\nbob@example.org,"{many}"\neve@example.org,tides\n')
        answer = digest("subscribers", "import", "people.csv", "--json").json
        assert answer["added"] == 1
        assert "a profile has at most 1,000 keywords" in answer["rejects"][0]["reason"]

    def test_a_file_that_is_no_csv_any_more_is_told_with_its_line(self, digest: Digest) -> None:
        Path("people.csv").write_text(f"address,keywords\nbob@example.org,tides\neve@example.org,{'x' * (5 << 20)}\n")
        answer = digest("subscribers", "import", "people.csv", "--json").json
        assert (answer["added"], answer["rejects"][0]["line"]) == (1, 3)
        assert "can't be read as CSV" in answer["rejects"][0]["reason"]


def test_a_broken_configuration_tells_all_and_exits_with_2(digest: Digest, world: World) -> None:
    world.path.write_text('[digest]\ntitel = "x"\ntimezone = "Mars/Base"\n')
    answer = digest("run")
    assert answer.code == 2
    assert "2 problems to fix" in answer.err
    assert "did you mean 'title'?" in answer.err
    assert answer.out == ""


def test_a_damaged_history_is_a_sentence(digest: Digest, world: World) -> None:
    (world.folder / "out").mkdir()
    (world.folder / "out" / "digest.db").write_bytes(b"this is no database" * 400)
    answer = digest("run")
    assert answer.code == 3
    assert "database" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.shared
def test_the_real_dumps(digest: Digest, shared_data: Path) -> None:
    """34, 73 and 41 papers, nothing rejected, 143 distinct, in whatever order."""
    dumps = sorted(str(path) for path in (shared_data / "dumps").glob("*.txt"))
    answer = digest("ingest", *reversed(dumps), "--json").json
    assert [receipt["read"] for receipt in answer["receipts"]] == [41, 73, 34]
    assert sum(receipt["rejected"] for receipt in answer["receipts"]) == 0
    assert sum(receipt["new"] for receipt in answer["receipts"]) == 143
    again = digest("ingest", *dumps, "--json").json
    assert [(one["new"], one["revised"]) for one in again["receipts"]] == [(0, 0)] * 3
    assert date.fromisoformat(json.loads(digest("papers", "--json", "LASP-2").out)["published"]) == date(2025, 2, 11)


class TestProfile:
    @pytest.fixture
    def key(self, digest: Digest, world: World) -> str:
        world.dump("a.txt", [paper()])
        digest("ingest")
        key: str = digest("rank", "decoding", "--json").json["papers"][0]["key"]
        return key

    def test_more_says_exactly_what_changed_and_undo_takes_it_back(self, digest: Digest, key: str) -> None:
        answer = digest("profile", "more", "decoding", key)
        assert answer.code == 0
        assert "decoding 2.00 → 2.30" in answer.out
        assert "draft model 1.00 → 1.15" in answer.out
        undone = digest("profile", "undo", "decoding")
        assert "decoding 2.30 → 2.00  (as configured)" in undone.out
        assert digest("profile", "undo", "decoding").code == 3

    def test_the_answers_have_their_keys(self, digest: Digest, key: str) -> None:
        given = digest("profile", "less", "decoding", key, "--json").json
        assert set(given) == {"profile", "key", "title", "direction", "at", "again", "undone", "changed"}
        assert given["changed"][0] == {"keyword": "decoding", "configured": 2.0, "before": 2.0, "after": 1.73913}
        shown = digest("profile", "show", "decoding", "--json").json
        assert set(shown["keywords"][0]) == {"keyword", "configured", "effective", "more", "less"}
        assert (shown["keywords"][0]["effective"], shown["keywords"][0]["less"]) == (1.73913, [key])
        assert [one["direction"] for one in shown["feedback"]] == ["less"]
        undone = digest("profile", "undo", "decoding", "--json").json
        assert [(one["direction"], one["undone"]) for one in (given, undone)] == [("less", False), ("less", True)]

    def test_show_says_why(self, digest: Digest, key: str) -> None:
        assert "Nobody has asked for more or less" in digest("profile", "show", "decoding").out
        digest("profile", "more", "decoding", key)
        answer = digest("profile", "show", "decoding").out
        assert re.search(r"^decoding +2\.00 +2\.30 +more of 1 paper", answer, re.MULTILINE)
        assert key in answer

    def test_a_weight_at_its_bound_says_until_when(self, digest: Digest, world: World) -> None:
        some = [paper(f"Decoding number {n} of basin{n}", f"Basin{n} has place{n} and stone{n}.") for n in range(16)]
        world.dump("a.txt", some)
        digest("ingest")
        keys = [json.loads(line)["key"] for line in digest("papers", "--json").out.splitlines()]
        *_, last = [digest("profile", "more", "decoding", key).out for key in keys[:14]]
        assert "decoding 8.00 → 8.00  (as far as it goes)" in last
        answer = digest("profile", "less", "decoding", keys[14]).out
        assert "decoding 8.00 → 8.00  (at its bound until less of 4 others is asked for)" in answer
        assert "(as far as it goes)" in digest("profile", "undo", "decoding").out

    def test_what_is_not_there_is_told(self, digest: Digest, key: str) -> None:
        assert digest("profile", "more", "decodin", key).code == 2
        answer = digest("profile", "more", "decoding", "2611.99999")
        assert answer.code == 3
        assert "no paper is known as '2611.99999'" in answer.err

    def test_the_example_of_the_readme_is_one_of_the_samples(self, digest: Digest) -> None:
        digest("ingest", str(ROOT / "config" / "sample"))
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        (paper_key,) = re.findall(r"`digest profile more efficient-llm (\S+)`", readme)
        assert f"Example: digest profile more efficient-llm {paper_key}" in digest("profile", "more", "--help").out
        assert digest("profile", "more", "decoding", paper_key).code == 0

    def test_learning_prints_a_table_to_paste_and_tells_troubles_elsewhere(self, digest: Digest, world: World) -> None:
        liked = [paper(f"Snail clocks of basin {n}", f"A snail clock counts basin{n} and place{n}.") for n in range(6)]
        others = [paper(f"Stone number {n} of the wall", f"Stones such as stone{n} lie in wall{n}.") for n in range(40)]
        world.dump("a.txt", [*liked, *others])
        digest("ingest")
        known = [json.loads(line) for line in digest("papers", "--json").out.splitlines()]
        keys = [one["key"] for one in known if one["title"].startswith("Snail")]
        Path("mine.txt").write_text("\n".join([*keys, "2611.99999"]))
        answer = digest("profile", "learn", "mine.txt", "--name", "snails")
        assert answer.code == 1
        assert "2611.99999 is not known" in answer.err
        (table,) = tomllib.loads(answer.out)["profile"]
        assert table["name"] == "snails"
        assert "snail clock" in " ".join(table["keywords"])
        assert "# in 6 of 6 of yours, 0% of the others" in answer.out
        assert table["title"] == "Learned from mine.txt"
        as_json = digest("profile", "learn", "mine.txt", "missing.bib", "--json").json
        assert as_json["profile"]["keywords"] == table["keywords"]
        assert (as_json["liked"], as_json["background"], as_json["unknown"]) == (6, 40, ["2611.99999"])

    def test_the_table_can_be_appended_whatever_profiles_there_are(self, digest: Digest, world: World) -> None:
        Path("mine.bib").write_text("@misc{a, title={Snail clocks}}\n@misc{b, title={Snail clocks again}}\n")
        taken = digest("profile", "learn", "mine.bib", "--name", "decoding")
        assert (taken.code, taken.out) == (2, "")
        assert "there is already a profile 'decoding'; 'decoding-2' is free" in taken.err.replace("\n", " ")
        for name in ("learned", "learned-2", "learned-3"):
            table = digest("profile", "learn", "mine.bib").out
            assert tomllib.loads(table)["profile"][0]["name"] == name
            with world.path.open("a", encoding="utf-8") as file:
                file.write(table)
        assert digest("check").code == 0

    def test_the_title_names_what_was_read(self, digest: Digest) -> None:
        Path("mine\udcff.bib").write_text("@misc{a, title={Snail clocks}}\n@misc{b, title={Snail clocks again}}\n")
        Path("gone.txt").write_text("2611.99999\n")
        answer = digest("profile", "learn", "gone.txt", "mine\udcff.bib", "missing\udcff.bib")
        assert answer.code == 1
        (table,) = tomllib.loads(answer.out)["profile"]
        assert table["title"] == "Learned from mine .bib"
        assert digest("profile", "learn", "mine\udcff.bib", "missing\udcff.bib", "--json").json["failed"]

    def test_an_error_names_its_place_once(self, digest: Digest) -> None:
        for place in ("missing.bib", "./missing.bib", "/nowhere/missing.bib", "http://127.0.0.1:99999/list"):
            name = place.removeprefix("./")
            learned, ingested = digest("profile", "learn", place), digest("ingest", place)
            assert learned.code == ingested.code == 3
            assert learned.err.count(name) == 1
            assert re.search(r"^failed: [^:]*" + re.escape(name[:12]), ingested.out, re.MULTILINE)

    def test_there_must_be_something_to_learn_from(self, digest: Digest, world: World) -> None:
        Path("mine.txt").write_text("2611.99999\n")
        answer = digest("profile", "learn", "mine.txt")
        assert answer.code == 3
        assert "no paper in this to learn from" in answer.err
        as_json = digest("profile", "learn", "mine.txt", "missing.bib", "--json")
        assert as_json.code == 3
        assert (as_json.json["profile"]["keywords"], as_json.json["keywords"]) == ([], [])
        assert as_json.json["unknown"] == ["2611.99999"]
        assert [one["dump"] for one in as_json.json["failed"]] == ["missing.bib"]
        assert "no paper in this to learn from" in as_json.err
        Path("letter.txt").write_text("Dear all,\nno papers here\n")
        answer = digest("profile", "learn", "letter.txt")
        assert answer.code == 3
        assert "library, any dump that `digest ingest` reads, or a list with an arXiv id on each line" in answer.err
        assert digest("profile", "learn", "mine.txt", "--name", "a b").code == 2
        assert digest("profile", "learn").code == 2
