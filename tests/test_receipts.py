"""Receipts in sentences, for readers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digest.errors import DumpError
from digest.formats.recognise import recognise
from digest.model import Counts, Receipt, Status
from digest.renderers.receipts import receipt_sentences
from tests.golden.sample import DAY, NOW


def _receipt(status: Status, dump: str | None = "a", reason: str = "", counts: Counts | None = None) -> Receipt:
    return Receipt(
        source="inbox",
        dump=dump,
        format=None,
        status=status,
        counts=counts or Counts(),
        reason=reason,
        at=NOW,
        day=DAY,
    )


def test_a_fine_receipt_is_one_sentence() -> None:
    """The dumps of a source are summed."""
    receipts = [
        _receipt(Status.FINE, "a", counts=Counts(read=40, new=40)),
        _receipt(Status.FINE, "b", counts=Counts(read=5, seen=5)),
        _receipt(Status.FINE, "c", counts=Counts(read=3, new=2, revised=1)),
    ]
    assert receipt_sentences(receipts) == ("Read 3 dumps from inbox: 42 new, 1 revised, 5 seen, nothing rejected.",)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status.QUIET, "inbox was quiet: Nothing new."),
        (Status.STALE, "inbox was stale: Nothing new."),
        (Status.PARTIAL, "inbox was partial: Nothing new."),
        (Status.FAILED, "inbox failed: Nothing new."),
    ],
)
def test_trouble_has_a_sentence_of_its_own(status: Status, sentence: str) -> None:
    """Nobody has to wonder why nothing came; the same trouble is told once."""
    receipt = _receipt(status, None, "Nothing new.")
    assert receipt_sentences([receipt, receipt]) == (sentence,)


@pytest.mark.parametrize(
    ("source", "dump", "reason", "sentence"),
    [
        ("/home/ada/x.txt", "/home/ada/x.txt", "it lists no papers", "x.txt was quiet: it lists no papers."),
        ("/home/ada/My Papers/x.txt", None, "/home/ada/My Papers/x.txt is empty", "x.txt was quiet: x.txt is empty."),
        ("C:\\ada\\x.txt", None, "", "x.txt was quiet."),
        ("../ada/", None, "", "a file was quiet."),
        ("-", "-", "", "standard input was quiet."),
        ("https://a.example/p?key=s3cret", None, "", "a.example was quiet."),
        (
            "inbox",
            None,
            "nothing is at /home/ada/inbox/*.txt; mend it",
            "inbox was quiet: nothing is at *.txt; mend it.",
        ),
        ("inbox", None, "https://a.example/p?key=s3cret sent 502", "inbox was quiet: a.example sent 502."),
        ("inbox", None, "it is 1/2 of a day and/or less", "inbox was quiet: it is 1/2 of a day and/or less."),
    ],
)
def test_no_sentence_says_where_a_file_is(source: str, dump: str | None, reason: str, sentence: str) -> None:
    """Pages and mails are read by strangers."""
    receipt = replace(_receipt(Status.QUIET, dump, reason), source=source)
    assert receipt_sentences([receipt])[-1] == sentence


def test_a_failed_dump_was_not_read() -> None:
    """It is told as failed and not counted as read."""
    assert receipt_sentences([_receipt(Status.FAILED, "a.txt", "not a listing")]) == (
        "a.txt in inbox failed: not a listing.",
    )


@pytest.mark.parametrize(
    ("dumps", "sentence"),
    [
        (("in/a.txt",), "a.txt in inbox was quiet: it lists no papers."),
        (("in/a.txt", "in/b.txt"), "a.txt and b.txt in inbox were quiet: it lists no papers."),
        (("a.txt", "b.txt", "c.txt"), "a.txt, b.txt and c.txt in inbox were quiet: it lists no papers."),
        (("a.txt", "b.txt", "c.txt", "d.txt"), "4 dumps in inbox were quiet: it lists no papers."),
        (("in/a.txt", "in/a.txt"), "a.txt in inbox was quiet: it lists no papers."),
        (("https://a.example/1", "https://a.example/2"), "inbox was quiet: it lists no papers."),
    ],
)
def test_a_sentence_names_the_files_that_it_is_about(dumps: tuple[str, ...], sentence: str) -> None:
    """As the run's table does; of what was fetched the address says nothing to a reader."""
    receipts = [_receipt(Status.QUIET, dump, "it lists no papers") for dump in dumps]
    assert receipt_sentences(receipts)[1:] == (sentence,)


def test_files_with_troubles_of_their_own_have_sentences_of_their_own() -> None:
    receipts = [
        _receipt(Status.PARTIAL, "a.txt", "it is cut short at line 9: the dump ends"),
        _receipt(Status.PARTIAL, "b.txt", "it lists only 7 papers where 38 are usual; was it cut short?"),
    ]
    assert receipt_sentences(receipts)[1:] == (
        "a.txt in inbox was partial: it is cut short at line 9: the dump ends.",
        "b.txt in inbox was partial: it lists only 7 papers where 38 are usual; was it cut short?",
    )


def test_readers_are_not_told_of_every_format_that_there_is() -> None:
    class Never:
        description = "a listing of some kind"

        def recognises(self, head: bytes) -> bool:
            return False

    with pytest.raises(DumpError) as caught:
        recognise(b"<html><title>Sign in</title>", [Never()] * 9)
    assert receipt_sentences([_receipt(Status.FAILED, "a.html", str(caught.value))]) == (
        "a.html in inbox failed: it is an HTML page (“Sign in”), perhaps an error or login page that was saved in its"
        " place.",
    )
