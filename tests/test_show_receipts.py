"""What people are shown of a reading."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from digest.cli.show_receipts import receipt_problems, receipts
from digest.model import Counts, Receipt, Reject, Status

if TYPE_CHECKING:
    import pytest

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def receipt(dump: str | None, status: Status, reason: str = "", **counts: int) -> Receipt:
    return Receipt(source="inbox", dump=dump, format="page-text" if counts else None, status=status, reason=reason,
                   counts=Counts(**counts), at=NOW, day=NOW.date())  # fmt: skip


def test_what_was_read_is_a_table_with_a_total(capsys: pytest.CaptureFixture[str]) -> None:
    receipts([receipt("inbox/a.txt", Status.FINE, read=1200, new=1200), receipt("inbox/b.txt", Status.FINE, read=2)])
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["source", "dump", "read", "new", "revised", "seen", "rejected", "status"],
        ["inbox", "a.txt", "1,200", "1,200", "0", "0", "0", "fine"],
        ["inbox", "b.txt", "2", "0", "0", "0", "0", "fine"],
        ["total", "1,202", "1,200", "0", "0", "0"],
    ]


def test_where_nothing_was_read_there_is_a_sentence_and_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    receipts([receipt(None, Status.QUIET, "nothing new has come since it was last read")])
    assert capsys.readouterr().out == "inbox: quiet: nothing new has come since it was last read\n"


def test_what_many_dumps_share_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    known = "every paper in it was known already"
    receipts([receipt(f"inbox/{name}.txt", Status.QUIET, known, read=3, seen=3) for name in "abc"])
    assert capsys.readouterr().out.splitlines()[-1] == f"3 dumps, each quiet: {known}"


def test_rejects_are_below_their_dump(capsys: pytest.CaptureFixture[str]) -> None:
    one = receipt("inbox/a.txt", Status.FINE, read=2, new=1, rejected=1)
    rejects = (Reject(line=7, reason="no title", excerpt="[b]…"),)
    receipts([Receipt(source=one.source, dump=one.dump, format=one.format, status=one.status, counts=one.counts,
                      rejects=rejects, at=NOW, day=NOW.date())])  # fmt: skip
    assert capsys.readouterr().out.endswith("  line 7: no title: [b]…\n")


def test_problems_alone_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    receipt_problems(
        [
            receipt("inbox/a.txt", Status.FINE, read=1, new=1),
            receipt(None, Status.QUIET, "nothing new"),
            receipt("inbox/b.txt", Status.FAILED, "it is empty"),
        ]
    )
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "inbox/b.txt: failed: it is empty\n")
