"""The commands. Their names, JSON keys and exit codes are a contract: scripts depend on them.

Exit codes: 0 done; 1 done, but something in it failed and is reported; 2 the configuration or the command line is
wrong; 3 nothing could be done.
"""

from __future__ import annotations

import sys

from digest.cli.root import app
from digest.errors import ConfigError, DigestError

# Importing a module adds its commands.
from digest.cli import verbs, inspect, profiles, subscribers, init  # noqa: F401  # isort: skip

__all__ = ["main"]


def main() -> None:
    """Run the command line; every expected error is a sentence on standard error."""
    try:
        app(prog_name="digest")
    except ConfigError as error:
        number = len(error.problems)
        print(f"digest: {number} problem{'s' * (number > 1)} to mend:", file=sys.stderr)  # noqa: T201
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except DigestError as error:
        print(f"digest: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(3)
    except BrokenPipeError:
        # Whoever read the output has seen enough; the interpreter must not complain when it flushes.
        sys.stdout = None
        sys.exit(0)
    except KeyboardInterrupt:
        print("digest: stopped; what was committed stays, and the next run goes on from there", file=sys.stderr)  # noqa: T201
        sys.exit(130)
