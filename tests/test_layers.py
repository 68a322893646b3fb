"""The imports hold to the picture in DESIGN: they point down only, and rooms on one floor don't know each other."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

#: from the ground up; the rooms of one floor may not import each other, but for those of the ground floor
FLOORS = (
    {"errors", "address", "model", "keywords", "text", "tex", "compression", "dump", "resources", "files",
     "site_folder", "tokens"},
    {"formats", "rank", "diff", "edition", "schedule", "status", "config"},
    {"renderers"},
    {"pipeline", "sources", "store", "outputs"},
    {"plugins"},
    {"app"},
    {"web", "check"},
    {"service"},
    {"cli"},
    {"__main__"},
)  # fmt: skip
#: what the floors of pure code may not touch
IMPURE = {"os", "socket", "subprocess", "sqlite3", "sqlalchemy", "httpx", "time", "random", "aiosmtplib", "uvicorn"}
PURE = {
    "errors",
    "address",
    "model",
    "keywords",
    "text",
    "tex",
    "formats",
    "rank",
    "diff",
    "edition",
    "schedule",
    "status",
    "config",
}

#: what knows one database alone
DATABASES = ("sqlite3", "sqlalchemy.dialects")

MODULES = sorted((ROOT / "digest").rglob("*.py"))


def floor(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "digest").parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    """The modules that a file imports, those inside functions too; for `from digest import x`, digest.x."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"digest.{alias.name}" for alias in node.names]
            found += names if node.module == "digest" else [node.module]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        assert not [name for name in imports(path) if name.startswith("digest")]
        return
    for name in imports(path):
        if not name.startswith("digest."):
            continue
        other = name.split(".")[1]
        if other in (room, "__version__"):
            continue
        assert floor(other) <= floor(room), f"{room} imports {other}, which stands above it"
        assert floor(other) == 0 or floor(other) < floor(room), f"{room} and {other} are on one floor"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_pure_rooms_do_no_io(path: Path) -> None:
    if room_of(path) in PURE:
        assert not {name.split(".")[0] for name in imports(path)} & IMPURE


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_readable(path: Path) -> None:
    """A module that outgrows this has a second thing in it."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


def test_one_module_knows_the_database() -> None:
    """Another database is another module beside it."""
    own = ROOT / "digest" / "store" / "sqlite.py"
    known = [path for path in MODULES if any(name.startswith(DATABASES) for name in imports(path))]
    assert known == [own]


def test_the_picture_shows_every_room() -> None:
    rooms = {room_of(path) for path in MODULES} - {"__init__"}
    assert rooms <= set().union(*FLOORS)
