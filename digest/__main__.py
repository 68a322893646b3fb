"""``python -m digest`` and the command ``digest``."""

from __future__ import annotations

import gc

__all__ = ["main"]


def main() -> None:
    """Run the command line.

    Importing makes hundreds of thousands of objects that live to the end; looking through them for garbage, again and
    again, took a sixth of a run that finds nothing new. ``digest.cli.root.opened`` turns the collector on again.
    """
    gc.disable()
    from digest.cli import main as run  # noqa: PLC0415 - after the line above

    run()


if __name__ == "__main__":
    main()
