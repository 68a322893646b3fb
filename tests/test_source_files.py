"""What somebody saved is read in order, and again only when it changed."""

from __future__ import annotations

import io
import os
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from digest.errors import FetchError
from digest.sources.files import FilesSource, file_dumps, stdin_dump

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ``inbox`` below the working folder, with two dumps and what is none."""
    folder = tmp_path / "inbox"
    (folder / "older").mkdir(parents=True)
    for name in ("b.txt", "a.txt", ".hidden", "c.part", "d.tmp", "e.txt~", "older/z.txt"):
        (folder / name).write_text(f"this is {name}", encoding="utf-8")
    (folder / "lost").symlink_to("nowhere")
    monkeypatch.chdir(tmp_path)
    return folder


def names(path: str, seen: dict[str, str] | None = None) -> list[str]:
    return [dump.name for dump in FilesSource("inbox", path).dumps(seen or {}, now=NOW)]


@pytest.mark.parametrize("path", ["inbox", "inbox/", "inbox/*", "./inbox/*"])
def test_a_folder_gives_its_files_in_the_order_of_their_names(inbox: Path, path: str) -> None:
    assert names(path) == ["inbox/a.txt", "inbox/b.txt"]


def test_a_file_and_a_pattern_lead_to_files(inbox: Path) -> None:
    assert names("inbox/b.txt") == ["inbox/b.txt"]
    assert names("inbox/a*") == ["inbox/a.txt"]
    assert names("inbox/**/*.txt") == ["inbox/a.txt", "inbox/b.txt", "inbox/older/z.txt"]
    assert names(f"{inbox}/b.*") == [f"{inbox.as_posix()}/b.txt"]


def test_a_name_with_brackets_is_no_pattern(inbox: Path) -> None:
    (inbox / "page [1].txt").write_text("x", encoding="utf-8")
    assert names("inbox/page [1].txt") == ["inbox/page [1].txt"]


def test_a_dump_is_opened_anew_each_time_and_knows_when_it_was_written(inbox: Path) -> None:
    when = datetime(2026, 11, 20, 6, 15, tzinfo=UTC)
    os.utime(inbox / "a.txt", (when.timestamp(), when.timestamp()))
    dump = next(FilesSource("inbox", "inbox").dumps({}, now=NOW))
    assert (dump.about.modified, dump.about.as_of) == (when, None)
    for _ in range(2):
        with dump.open() as stream:
            assert stream.read() == b"this is a.txt"


def test_only_what_changed_is_read_again(inbox: Path) -> None:
    source = FilesSource(name="inbox", path="inbox/*")
    seen = {dump.name: dump.validator or "" for dump in source.dumps({}, now=NOW)}
    assert list(source.dumps(seen, now=NOW)) == []

    os.utime(inbox / "b.txt", ns=(1, 1))
    assert names("inbox/*", seen) == ["inbox/b.txt"]
    (inbox / "new.txt").write_text("x", encoding="utf-8")
    assert names("inbox/*", seen) == ["inbox/b.txt", "inbox/new.txt"]


@pytest.mark.parametrize("path", ["nowhere", "nowhere/*", "inbox/*.html", "inbox/**x"])
def test_where_nothing_is_says_what_to_do(inbox: Path, path: str) -> None:
    with pytest.raises(FetchError, match=r"save a dump there|not a valid pattern") as caught:
        names(path)
    assert path in str(caught.value)


def test_an_inbox_with_nothing_for_us_is_no_error(inbox: Path) -> None:
    assert names("inbox/*.part") == []


# ------------------------------------------------------------------------------------------- named on the command line


def test_a_named_folder_or_file_is_always_read(inbox: Path) -> None:
    day = date(2026, 11, 20)
    assert [dump.name for dump in file_dumps(Path("inbox"), day)] == ["inbox/a.txt", "inbox/b.txt"]
    [dump] = file_dumps(Path("inbox/.hidden"), day)
    assert (dump.name, dump.about.as_of) == ("inbox/.hidden", day)


@pytest.mark.parametrize("path", ["nowhere.txt", "empty"])
def test_a_name_that_leads_to_nothing_is_an_error(inbox: Path, path: str) -> None:
    Path("empty").mkdir()
    with pytest.raises(FetchError, match=path):
        list(file_dumps(Path(path), None))


def test_a_pipe_is_read_once_and_opened_often(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"piped",))
    writer.start()
    [dump] = file_dumps(path, None)
    assert [dump.open().read() for _ in range(2)] == [b"piped", b"piped"]
    writer.join()


def test_standard_input_is_a_dump_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff piped")))
    dump = stdin_dump(date(2026, 11, 20))
    assert (dump.name, dump.about.as_of, dump.validator) == ("-", date(2026, 11, 20), None)
    assert [dump.open().read() for _ in range(2)] == [b"\xff piped", b"\xff piped"]
