"""Commands for profiles: change their weights by feedback, and learn new ones from papers that you like."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.progress import spinner
from digest.cli.root import SOME_FAILED, JsonOption, answer, app, finish, opened, profile_named
from digest.errors import DigestError

if TYPE_CHECKING:
    from collections.abc import Collection

    from digest.config import ProfileSettings
    from digest.model import Direction

profile = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Learn a profile, or ask for more or fewer papers like one."
)
app.add_typer(profile, name="profile", epilog="Example: digest profile learn library.bib")

NameArgument = Annotated[str, typer.Argument(metavar="PROFILE", help="A profile's name in the configuration.")]
PaperArgument = Annotated[
    str, typer.Argument(metavar="PAPER_KEY", help="A paper's arXiv id, its DOI, or the key that `digest rank` shows.")
]


@profile.command(epilog="Example: digest profile more efficient-llm b549ebf246007bad")
def more(context: typer.Context, name: NameArgument, paper: PaperArgument, as_json: JsonOption = False) -> None:
    """Ask for more papers like one.

    Its keywords get a little more weight in the profile's mails and in its public feed. The configuration file does not
    change. `digest profile undo` takes it back.
    """
    _give(context, name, paper, "more", as_json=as_json)


@profile.command(epilog="Example: digest profile less efficient-llm b549ebf246007bad")
def less(context: typer.Context, name: NameArgument, paper: PaperArgument, as_json: JsonOption = False) -> None:
    """Ask for fewer papers like one.

    Its keywords get a little less weight in the profile's mails and in its public feed. The configuration file does not
    change. `digest profile undo` takes it back.
    """
    _give(context, name, paper, "less", as_json=as_json)


def _give(context: typer.Context, name: str, paper: str, direction: Direction | str, *, as_json: bool) -> None:
    from digest.cli import show_profiles
    from digest.model import Direction
    from digest.pipeline.lookup import known_paper

    with opened(context) as digest:
        wanted = profile_named(digest.configured, name)
        given = digest.tuning.give(wanted, known_paper(digest.store, paper), Direction(direction), digest.clock())
    answer(as_json, show_profiles.given_json(given), lambda: show_profiles.given(given))


@profile.command(epilog="Example: digest profile undo efficient-llm")
def undo(context: typer.Context, name: NameArgument, as_json: JsonOption = False) -> None:
    """Take back the last feedback.

    Repeat it to take back earlier feedback, until the weights are those of the configuration.
    """
    from digest.cli import show_profiles

    with opened(context) as digest:
        undone = digest.tuning.undo(profile_named(digest.configured, name))
    answer(as_json, show_profiles.given_json(undone), lambda: show_profiles.undone(undone))


@profile.command(epilog="Example: digest profile learn library.bib >> config/digest.toml")
def learn(
    context: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Papers you like: a BibTeX or RIS library, any dump, or a text file with one arXiv id per line.",
        ),
    ],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="The profile's name.  [default: learned, learned-2, …]")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, metavar="N", help="Propose at most N keywords.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Propose a profile from papers you like.

    It compares them with all known papers and proposes the keywords that distinguish them, each with the reason in a
    comment. It writes no file: check the result, change it, and add it to your configuration.
    """
    from digest.cli import show_learned
    from digest.config import ProfileSettings
    from digest.sources.named import named_dumps

    if name is not None:
        _check_name(ProfileSettings, name)
    with opened(context, missing="ignore") as digest:
        name = _free_name(name, {one.name for one in digest.configured})
        liked = digest.learning.read(dump for _, dump in named_dumps(files, None))
        show_learned.troubles(liked)
        with spinner("comparing"):
            learned = digest.learning.learn(liked, limit=limit)
    if not learned.keywords:
        if as_json:
            answer(as_json, show_learned.learned_json(learned, liked, name), lambda: None)
        raise DigestError(show_learned.nothing(learned))
    show_learned.remarks(learned, liked)
    answer(as_json, show_learned.learned_json(learned, liked, name), lambda: show_learned.learned(learned, liked, name))
    finish(SOME_FAILED if liked.unknown or liked.rejects or liked.failed else 0)


def _free_name(name: str | None, taken: Collection[str]) -> str:
    """The given name, or a free one. Raise BadParameter if a profile has the given name already.

    The result is meant to be appended to the configuration, where names must be unique.
    """
    first = name or "learned"
    free = next(one for one in chain([first], (f"{first}-{number}" for number in count(2))) if one not in taken)
    if name not in {None, free}:
        reason = f"there is already a profile {name!r}; {free!r} is free"
        raise typer.BadParameter(reason, param_hint="--name")
    return free


def _check_name(settings: type[ProfileSettings], name: str) -> None:
    from pydantic import ValidationError

    from digest.config import problems

    try:
        settings.model_validate({"name": name, "keywords": ["any"]})
    except ValidationError as error:
        raise typer.BadParameter(problems(error)[0], param_hint="--name") from error


@profile.command(epilog="Example: digest profile show efficient-llm")
def show(context: typer.Context, name: NameArgument, as_json: JsonOption = False) -> None:
    """Show the weights of a profile, and how feedback changed them."""
    from digest.cli import show_profiles

    with opened(context) as digest:
        wanted = profile_named(digest.configured, name)
        shifts, log = digest.tuning.shifts(wanted), digest.tuning.log(wanted)
    answer(
        as_json,
        show_profiles.profile_json(wanted, shifts, log),
        lambda: show_profiles.profile(wanted, shifts, log),
    )
