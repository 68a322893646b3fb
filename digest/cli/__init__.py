"""The command line. Scripts depend on the names of commands, the JSON keys and the exit codes.

Exit codes: 0 done; 1 done, but something failed and was reported; 2 the configuration or the command line is wrong;
3 nothing could be done; 130 stopped by Ctrl-C. A command that is stopped by SIGTERM or SIGHUP ends with 0.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

import typer
from typer.exceptions import TyperException

from digest.cli.root import app
from digest.cli.stopping import StoppedError, Stopping, stopping
from digest.cli.terminal import NobodyReadsError, safe_streams
from digest.errors import ConfigError, DigestError

# Importing a module adds its commands.
from digest.cli import verbs, inspect, profiles, subscribers, init  # noqa: F401  # isort: skip

__all__ = ["main"]

_WRONG = 2
_NOTHING_DONE = 3
_INTERRUPTED = 130


def main() -> None:
    """Run the command line. Expected errors are printed as one sentence on standard error."""
    with safe_streams(), stopping() as stop:
        code = _run(stop)
    sys.exit(code)


def _run(stop: Stopping) -> int:
    """Run the command line and return the exit code."""
    try:
        code = app(prog_name="digest", standalone_mode=False, obj=stop)
    except (TyperException, ConfigError) as error:
        _say(*_wrong(error))
        code = _WRONG
    except DigestError as error:
        _say(f"digest: {error}")
        code = _NOTHING_DONE
    except NobodyReadsError:
        _drop_output()
        code = 0
    except OSError as error:
        if error.errno != errno.EIO:  # on Linux: the terminal was closed
            raise
        _drop_output()
        code = 0
    except typer.Abort:
        _say("digest: stopped; nothing was done")
        code = _INTERRUPTED
    except StoppedError as error:
        _say(f"digest: stopped by {error.signal}; finished work is kept, and the next run continues from there")
        code = error.code
    return code if isinstance(code, int) else 0


def _wrong(error: TyperException | ConfigError) -> list[str]:
    """The lines that say what is wrong with the command line or the configuration."""
    if isinstance(error, ConfigError):
        number = len(error.problems)
        return [f"digest: {number} problem{'s' * (number > 1)} to fix:", *(f"  {one}" for one in error.problems)]
    context = getattr(error, "ctx", None)
    if context and error.message == context.get_help():  # a group without a command
        return [error.message]
    if type(error) is typer.BadParameter:
        option = error.param_hint or (error.param.opts[0] if error.param and error.param.opts else None)
        place = f"{option}: " if isinstance(option, str) and option.startswith("--") else ""
        return [f"digest: {place}{error.message}"]
    sentence = error.format_message().rstrip(".").replace("\n", " ")
    end = "" if sentence.endswith("?") else ";"
    command = context.command_path if context else "digest"
    return [f"digest: {sentence[:1].lower()}{sentence[1:]}{end} `{command} --help` shows how to use it"]


def _say(*lines: str) -> None:
    with suppress(OSError, NobodyReadsError):  # the terminal may be gone
        print(*lines, sep="\n", file=sys.stderr)  # noqa: T201
        sys.stderr.flush()


def _drop_output() -> None:
    """Discard buffered output, so that Python reports no error when it flushes at exit."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
