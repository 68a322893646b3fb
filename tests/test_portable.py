"""Every module can be imported where Python has no modules for Unix, as on Windows."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

#: modules of the standard library that Windows lacks: https://docs.python.org/3/library/unix.html
UNIX = ["crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios", "tty"]

#: Only for our own modules: what others import on Unix says nothing about what they import on Windows.
IMPORT_ALL = """
import builtins, importlib, pkgutil, sys

missing = set(sys.argv[1].split(","))
real = builtins.__import__


def imported(name, globals=None, *rest, **options):
    importer = (globals or {}).get("__name__", "")
    if name.partition(".")[0] in missing and importer.partition(".")[0] == "digest":
        raise ModuleNotFoundError(f"No module named {name!r}, which {importer} imports")
    return real(name, globals, *rest, **options)


builtins.__import__ = imported
import digest

names = [one.name for one in pkgutil.walk_packages(digest.__path__, "digest.")]
for name in names:
    if name not in {"digest.__main__", "digest.store.migrations.env"}:  # these run something when they are imported
        importlib.import_module(name)
print(len(names))
"""


def imports(missing: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", IMPORT_ALL, ",".join(missing)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_no_module_needs_unix() -> None:
    done = imports(UNIX)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 150


def test_a_module_that_needs_what_is_missing_is_seen() -> None:
    done = imports(["tomllib"])
    assert "No module named 'tomllib', which digest.config.load imports" in done.stderr
