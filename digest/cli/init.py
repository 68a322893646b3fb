"""The command ``init``, which writes a configuration to start from."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from digest.cli.root import JsonOption, answer, app

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from digest.cli.starter import Wishes

_T = TypeVar("_T")


@app.command(epilog='Example: digest init papers --arxiv cs.CL,cs.LG --keyword "speculative decoding"')
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", help="The folder to write to; config/ is made in it.")
    ] = Path(),
    arxiv: Annotated[
        str | None, typer.Option(metavar="CATEGORIES", help="Read these arXiv categories, such as cs.CL,cs.LG.")
    ] = None,
    huggingface: Annotated[bool, typer.Option("--huggingface", help="Read Hugging Face's Daily Papers.")] = False,
    keyword: Annotated[
        list[str] | None, typer.Option("--keyword", "-k", metavar="KEYWORD", help="Look for this. Can be repeated.")
    ] = None,
    address: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Send mail to this address.")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Ask no questions, and use the sample papers.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a configuration. The old one is kept as digest.toml.old.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a configuration to start from.

    Without options, it asks where papers should come from and what to look for. Without sources, it adds sample papers,
    which are invented.
    """
    from digest.cli.starter import Wishes

    target = folder / "config" / "digest.toml"
    if target.exists() and not force:
        raise typer.BadParameter(f"{target} exists already; --force replaces it")
    zone = _local_timezone()
    wishes = Wishes(
        arxiv=_categories(arxiv or ""),
        huggingface=huggingface,
        keywords=_keywords(keyword or ()),
        address=_address(address or ""),
        timezone=zone,
    )
    asked_for = arxiv or huggingface or keyword or address or sample or as_json
    if not asked_for and sys.stdin.isatty() and sys.stdout.isatty():
        wishes = _ask(zone)
    files = _write(folder / "config", wishes, force=force)
    data = {"config": str(target), "files": [str(path) for path in files]}
    answer(as_json, data, lambda: _say(folder, wishes))


# ---------------------------------------------------------------------------------------------------- questions


def _ask(zone: str | None) -> Wishes:
    from digest.cli.starter import Wishes, split_list

    typer.echo("Four questions. Press Enter for the answer in brackets. You can change everything later.\n")
    categories = _asked("arXiv categories, such as cs.CL, cs.LG", "none", _categories)
    huggingface = typer.confirm("Hugging Face's Daily Papers", default=True)
    keywords = _asked("Keywords, separated by commas", "those of the sample", lambda text: _keywords(split_list(text)))
    address = _asked("Your mail address", "none", _address)
    typer.echo()
    return Wishes(arxiv=categories, huggingface=huggingface, keywords=keywords, address=address, timezone=zone)


def _asked(question: str, empty: str, read: Callable[[str], _T]) -> _T:
    """Ask until the answer is valid. Print what is wrong with an invalid one."""
    while True:
        text = typer.prompt(question, default=empty)
        try:
            return read("" if text == empty else text)
        except typer.BadParameter as error:
            typer.echo(f"  {error.message}")


# ------------------------------------------------------------------------------------------------------ answers


def _categories(text: str) -> tuple[str, ...]:
    from digest.cli.starter import split_list
    from digest.plugins import check_source

    found = split_list(text)
    try:
        if found:
            check_source("arxiv", {"categories": found})
    except ValueError as error:
        raise typer.BadParameter(str(error).removeprefix("categories: "), param_hint="--arxiv") from error
    return found


def _keywords(texts: Sequence[str]) -> tuple[str, ...]:
    from digest.errors import KeywordError
    from digest.keywords import parse_profile

    try:
        if texts:
            parse_profile(texts)
    except KeywordError as error:
        raise typer.BadParameter(str(error), param_hint="--keyword") from error
    return tuple(texts)


def _address(text: str) -> str | None:
    from digest.address import parse_mail_address

    try:
        return parse_mail_address(text) if text.strip() else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--address") from error


def _local_timezone() -> str | None:
    """The name of this machine's time zone; None if it has no name."""
    from tzlocal import get_localzone_name

    try:
        name: str | None = get_localzone_name()
    except (LookupError, ValueError):
        return None
    return "UTC" if name == "Etc/UTC" else name


# ------------------------------------------------------------------------------------------------------- writing


def _write(config: Path, wishes: Wishes, *, force: bool) -> list[Path]:
    """Write the configuration, and the sample papers if they are needed. Return the files."""
    from digest.cli.starter import configuration
    from digest.resources import sample_folder

    source = sample_folder()
    target = config / "digest.toml"
    text = configuration((source / "digest.toml").read_text(encoding="utf-8"), wishes)
    dumps = [] if wishes.real else sorted((source / "sample").iterdir())
    try:
        (config / "inbox").mkdir(parents=True, exist_ok=True)
        if force and target.exists():
            target.replace(target.with_name("digest.toml.old"))
        for dump in dumps:
            (config / "sample").mkdir(exist_ok=True)
            if not (config / "sample" / dump.name).exists():  # in a checkout of digest they exist
                shutil.copyfile(dump, config / "sample" / dump.name)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{error.filename or config} cannot be written: {error.strerror}") from error
    return [target, *(config / "sample" / dump.name for dump in dumps)]


def _say(folder: Path, wishes: Wishes) -> None:
    target = folder / "config" / "digest.toml"
    inside = "" if folder == Path() else f"cd {folder} && "
    if wishes.real:
        places = [f"arXiv ({', '.join(wishes.arxiv)})"] * bool(wishes.arxiv) + ["Hugging Face"] * wishes.huggingface
        typer.echo(f"Wrote {target}. Papers come from {' and '.join(places)}.")
    else:
        typer.echo(f"Wrote {target}, with sample papers in {folder / 'config' / 'sample'}. They are invented.")
    if wishes.address:
        typer.echo(f"Mail to {wishes.address} is written to files until you set up a mail server in [mail].")
    typer.echo(f"\nNext:  {inside}digest run")
    if not wishes.keywords:
        typer.echo(f"Then put your own keywords into {target}, below [[profile]].")
    if not wishes.real:
        typer.echo("\nFor real papers:     digest init --force --huggingface --arxiv cs.CL,cs.LG")
        typer.echo('To drop the sample:  delete config/sample, out, and the [[source]] named "sample"')
    elif (folder / "config" / "sample").is_dir():
        typer.echo("\nThe sample papers are not used any more: delete config/sample and out.")
