"""The imports hold to the picture in DESIGN: they point down only, and rooms on one floor don't know each other."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: from the ground up; the rooms of one floor may not import each other, but for those of the ground floor
FLOORS = (
    {"errors", "address", "model", "keywords", "english", "names", "terms", "text", "tex", "compression", "dump",
     "resources", "files", "localtime", "owner", "site_folder", "tokens"},
    {"subscriptions"},
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
    "english",
    "names",
    "terms",
    "text",
    "tex",
    "formats",
    "rank",
    "diff",
    "edition",
    "schedule",
    "status",
    "config",
    "localtime",
    "subscriptions",
}

#: what knows one database alone
DATABASES = ("sqlite3", "sqlalchemy.dialects")

MODULES = sorted((ROOT / "digest").rglob("*.py"))


def floor(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "digest").parts[0].removesuffix(".py")


@cache
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


def wrong(path: Path) -> Iterator[str]:
    """What is wrong with a module's imports, each in a sentence."""
    room = room_of(path)
    for name in imports(path):
        top, _, other = name.partition(".")
        other = other.split(".")[0]
        if top != "digest" or other in ("", room, "__version__"):
            continue
        if room == "__init__":
            yield f"the package imports {other}: who imports it would pay for that"
        elif floor(other) > floor(room):
            yield f"{path.relative_to(ROOT)} imports {other}, which is above it"
        elif floor(other) == floor(room) > 0:
            yield f"{path.relative_to(ROOT)} imports {other}, which is on the same floor"


def test_imports_point_down() -> None:
    assert [sentence for path in MODULES for sentence in wrong(path)] == []


def test_pure_rooms_do_no_io() -> None:
    impure = {
        str(path.relative_to(ROOT)): found
        for path in MODULES
        if room_of(path) in PURE and (found := {name.split(".")[0] for name in imports(path)} & IMPURE)
    }
    assert impure == {}


def test_modules_stay_readable() -> None:
    """A module that outgrows this has a second thing in it."""
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {path: number for path, number in lines.items() if number > 350} == {}


def test_one_module_knows_the_database() -> None:
    """Another database is another module beside it."""
    own = ROOT / "digest" / "store" / "sqlite.py"
    known = [path for path in MODULES if any(name.startswith(DATABASES) for name in imports(path))]
    assert known == [own]


def test_the_picture_shows_every_room() -> None:
    rooms = {room_of(path) for path in MODULES} - {"__init__"}
    assert rooms <= set().union(*FLOORS)
