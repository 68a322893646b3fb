"""A configuration to start from."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.root import JsonOption, answer, app


@app.command(epilog="Example: digest init papers && cd papers && digest run")
def init(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where; else the working folder.")] = Path(),
    as_json: JsonOption = False,
) -> None:
    """Write a configuration to start from.

    It is commented, and sample dumps to try it on come with it.
    """
    from digest.resources import sample_folder

    sample = sample_folder()
    config = folder / "config"
    target = config / "digest.toml"
    if target.exists():
        raise typer.BadParameter(f"{target} exists already; it is left as it is")
    files = [Path("digest.toml"), *(path.relative_to(sample) for path in sorted((sample / "inbox").iterdir()))]
    try:
        for name in files:
            (config / name).parent.mkdir(parents=True, exist_ok=True)
            if not (config / name).exists():
                shutil.copyfile(sample / name, config / name)
    except OSError as error:
        raise typer.BadParameter(f"{error.filename or config} cannot be written: {error.strerror}") from error
    inside = "" if folder == Path() else f"cd {folder} && "

    def show() -> None:
        typer.echo(f"Wrote {target} and {len(files) - 1} sample dumps in {config / 'inbox'}.")
        typer.echo(f"Try it: {inside}digest run")
        typer.echo(f"Then make it yours: the keywords in {target}, and dumps of your own in its inbox.")

    answer(as_json, {"config": str(target), "files": [str(config / name) for name in files]}, show)
