"""The history and the mails can be read by their owner only."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from digest.files import tighten, write_atomically
from digest.store import open_store
from tests.papers import paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.world import World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")


@pytest.fixture(autouse=True)
def _generous_umask() -> Iterator[None]:
    """Others may read what nobody forbids them to."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestFiles:
    def test_a_private_file_and_the_folders_made_for_it_are_its_owners(self, tmp_path: Path) -> None:
        path = tmp_path / "mail" / "2026-11-20" / "a.eml"
        write_atomically(path, b"one", private=True)
        assert [mode(one) for one in (path, path.parent, path.parent.parent)] == [0o600, 0o700, 0o700]

    def test_one_that_others_could_read_becomes_private(self, tmp_path: Path) -> None:
        path = tmp_path / "a.eml"
        write_atomically(path, b"one")
        assert mode(path) == 0o644
        assert not write_atomically(path, b"one", private=True)
        assert mode(path) == 0o600

    def test_a_folder_that_was_there_is_left_as_its_owner_made_it(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o755)
        write_atomically(tmp_path / "a.eml", b"one", private=True)
        assert mode(tmp_path) == 0o755

    def test_tightening_takes_all_that_an_earlier_version_wrote(self, tmp_path: Path) -> None:
        mail = tmp_path / "mail"
        old = mail / "2026-11-20" / "a.eml"
        write_atomically(old, b"one")
        tighten(mail)
        assert [mode(one) for one in (mail, old.parent, old)] == [0o700, 0o700, 0o600]
        tighten(tmp_path / "missing")


def test_mails_are_private_those_of_earlier_versions_too(world: World) -> None:
    mail = world.folder / "out" / "mail"
    old = mail / "2026-11-19" / "ada@example.org.eml"
    write_atomically(old, b"an earlier version wrote this")
    world.dump("a.txt", [paper()])
    app = world.app
    app.ingest()
    app.publish()
    app.deliver()
    files = [path for path in mail.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert {mode(path) for path in files} == {0o600}
    assert {mode(path.parent) for path in files} | {mode(mail)} == {0o700}
    assert mode(world.folder / "out" / "site" / "index.html") == 0o644


class TestHistory:
    def test_a_new_one_is_private_with_the_files_beside_it(self, tmp_path: Path) -> None:
        path = tmp_path / "deep" / "digest.db"
        with open_store(f"sqlite:///{path}") as store:
            store.secret("unsubscribe", lambda: "key")
            files = sorted(path.parent.iterdir())
            assert {"digest.db", "digest.db-shm", "digest.db-wal"} <= {one.name for one in files}
            assert {mode(one) for one in files if one.suffix != ".delivering"} == {0o600}
        assert mode(path.parent) == 0o755  # a site may be in it

    def test_an_existing_one_becomes_private(self, tmp_path: Path) -> None:
        path = tmp_path / "digest.db"
        with open_store(f"sqlite:///{path}") as store:
            store.secret("unsubscribe", lambda: "key")
            files = [path, path.with_name("digest.db-wal"), path.with_name("digest.db-shm")]
            for one in files:
                one.chmod(0o644)
            open_store(f"sqlite:///{path}").close()
            assert [mode(one) for one in files] == [0o600] * 3

    def test_nothing_is_left_beside_it_and_two_that_make_it_share_one(self, tmp_path: Path) -> None:
        path = tmp_path / "digest.db"
        with open_store(f"sqlite:///{path}") as first, open_store(f"sqlite:///{path}") as second:
            assert first.secret("unsubscribe", lambda: "a") == second.secret("unsubscribe", lambda: "b")
        assert not [one.name for one in tmp_path.iterdir() if "tmp" in one.name]

    def test_a_link_to_a_file_that_is_missing_makes_that_file(self, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        link = tmp_path / "digest.db"
        link.symlink_to(tmp_path / "elsewhere" / "real.db")
        open_store(f"sqlite:///{link}").close()
        assert mode(tmp_path / "elsewhere" / "real.db") == 0o600
