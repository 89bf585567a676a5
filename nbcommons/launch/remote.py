"""Commands that speak to a running commons, near or far, with a token of one's own."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

import typer

from nbcommons.client import CallFailed, Commons, Draft, Filters, Notebook, Search
from nbcommons.launch.errors import CannotStart

COMMANDS = frozenset({"search", "upload", "download", "whoami"})
_NO_FILE_NAME = re.compile(r"[\x00-\x1f/\\:*?\"<>|]+")
_LONGEST_NAME = 100
# A script must not take this for “nothing found”.
IS_REBUILDING = 3
_MOST_IN_A_PAGE = 100

Url = Annotated[
    str | None,
    typer.Option("--url", help="Address of the commons. Default: NBCOMMONS_URL, or localhost."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]
OnlyDraft = Annotated[
    bool, typer.Option("--draft", help="Leave it as a draft, to be finished on its page.")
]
BlankSecrets = Annotated[
    bool, typer.Option("--blank-secrets", help="Blank out what may be a secret.")
]
Words = Annotated[list[str] | None, typer.Argument(help="As in the search field.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    # A word that is to be missing begins as an option does: -sudoku.
    app.command(context_settings={"ignore_unknown_options": True})(search)
    for command in (upload, download, whoami):
        app.command()(command)


def search(  # noqa: PLR0917 - typer reads the options off
    words: Words = None,
    language: Annotated[list[str] | None, typer.Option(help="Any of these.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="All of these.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    url: Url = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Find notebooks. Needs a token (NBCOMMONS_TOKEN, or its file).

    Ends with 3 while search is being rebuilt.
    """
    for word in words or ():
        if word.startswith("--"):
            raise typer.BadParameter(f"There is no option {word}.")
    filters = Filters(language=tuple(language or ()), tag=tuple(tag or ()))
    asked, shown = " ".join(words or ()), 0
    with _commons(url) as commons:
        offset: int | None = 0
        while offset is not None and shown < limit:
            size = min(limit - shown, _MOST_IN_A_PAGE)
            answer = commons.search(asked, filters, limit=size, offset=offset)
            if not offset:
                _tell_search(answer)
            for found in answer.page.items:
                row = f"{found.uuid}\t{found.health}\t{found.title}"
                typer.echo(_json(asdict(found)) if as_json else row)
            shown += len(answer.page.items)
            offset = answer.page.next_offset


def upload(  # noqa: PLR0917 - typer reads the options off
    files: Annotated[list[Path], typer.Argument(help="Notebooks to share.")],
    title: Annotated[str | None, typer.Option(help="Default: what the file says.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Instead of the proposed ones.")] = None,
    visibility: Annotated[
        str | None, typer.Option(help="private, shared or everyone. Default: private.")
    ] = "private",
    share_with: Annotated[
        list[str] | None, typer.Option(help="A user name, or team: and a team's short name.")
    ] = None,
    replaces: Annotated[
        UUID | None, typer.Option(help="Publish as the next version of this notebook.")
    ] = None,
    message: Annotated[str, typer.Option(help="What changed in this version.")] = "",
    only_draft: OnlyDraft = False,  # noqa: FBT002
    blank_secrets: BlankSecrets = False,  # noqa: FBT002
    url: Url = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Share notebooks; their results are taken out first. Needs a token that may write."""
    if len(files) > 1 and (title or replaces):
        raise typer.BadParameter("--title and --replaces are for one notebook at a time.")
    if replaces is not None and (title or tag or share_with):
        raise typer.BadParameter("A version changes nothing of what is said of a notebook.")
    said: dict[str, Any] = {"message": message} if message else {}
    if replaces is None:
        said |= {
            "title": title,
            "tags": tag,
            "visibility": "shared" if share_with else visibility,
            "share_with": share_with,
        }
    else:
        said["replaces"] = replaces
    said = {name: value for name, value in said.items() if value is not None}
    is_well = True
    with _commons(url) as commons:
        for path in files:
            is_well &= _upload(
                commons, path, said, only_draft=only_draft, blank=blank_secrets, as_json=as_json
            )
    raise typer.Exit(0 if is_well else 1)


def download(
    notebook: Annotated[str, typer.Argument(help="Its id, or the address of its page.")],
    version: Annotated[int | None, typer.Option(help="Default: the newest.")] = None,
    to: Annotated[
        Path | None, typer.Option(help="File or folder. Default: named by its title, here.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file.")] = False,  # noqa: FBT002
    url: Url = None,
) -> None:
    """Get a notebook, without results. Needs a token (NBCOMMONS_TOKEN, or its file)."""
    uuid = _uuid_in(notebook)
    with _commons(url) as commons:
        _require_here(notebook, commons.address)
        file = commons.content(uuid, version)
    path = _path_for(to, file.title)
    try:
        with path.open("wb" if force else "xb") as opened:
            opened.write(file.body)
    except FileExistsError:
        raise CannotStart(f"{path} is there already.", "Replace it with --force.") from None
    except OSError as error:
        raise CannotStart(f"{path} cannot be written: {error.strerror}.") from error
    typer.echo(f"{path}: version {file.revision} of “{file.title}”")


def whoami(url: Url = None) -> None:
    """Say in whose name the token calls, and what it may do."""
    with _commons(url) as commons:
        me = commons.me()
        typer.echo(f"{me.username} ({me.name}) at {commons.address}")
        typer.echo(f"The token may: {', '.join(me.scopes or ())}")


@contextmanager
def _commons(url: str | None) -> Iterator[Commons]:
    """A client; what it is refused is told as what stands in the way."""
    try:
        with Commons(url) as commons:
            yield commons
    except CallFailed as error:
        raise CannotStart(str(error)) from error


def _tell_search(answer: Search) -> None:
    """Say beside the results what was made of the words; ends when there is no index."""

    def say(sentence: str) -> None:
        typer.echo(sentence, err=True)

    if answer.is_building:
        say("Search is being rebuilt. Ask again in a minute.")
        raise typer.Exit(IS_REBUILDING)
    if answer.misread:
        say(f"Not looked for as filters: {', '.join(answer.misread)}.")
    if answer.corrected:
        say(f"Nobody wrote that; looked for {', '.join(answer.corrected)} instead.")
    if not answer.page.items:
        say("Nothing found.")
    others = ([answer.did_you_mean] if answer.did_you_mean else []) + list(answer.near_misses)
    for other in others:
        say(f"There would be {other.total:,} for: {other.q}")


def _require_here(notebook: str, address: str) -> None:
    """Raises ``BadParameter`` for the page of another commons than the one that is asked."""
    named = urlsplit(notebook)
    if named.scheme in {"http", "https"} and named.netloc != urlsplit(address).netloc:
        raise typer.BadParameter(
            f"That is a page of {named.netloc}, and {address} is asked. Name it with --url."
        )


def _upload(
    commons: Commons,
    path: Path,
    said: dict[str, Any],
    *,
    only_draft: bool,
    blank: bool,
    as_json: bool,
) -> bool:
    """Share one file and tell what came of it; returns whether that is what was asked."""
    try:
        draft = commons.bring_in(path)
        open_ones = {one.key: "blank" for one in draft.secrets if not one.is_decided}
        if only_draft or (open_ones and not blank):
            _tell_draft(commons, path, draft, as_json=as_json)
            return only_draft
        if said.get("replaces") is None:
            _tell_alike(commons, path, draft)
        told = commons.publish(draft.id, decisions=open_ones, **said)
    except OSError as error:
        typer.echo(f"{path}: {error.strerror}", err=True)
        return False
    except CallFailed as error:
        if error.status is None:
            raise
        typer.echo(f"{path}: {error}", err=True)
        return False
    _tell_notebook(path, draft, told, as_json=as_json)
    return True


def _tell_alike(commons: Commons, path: Path, draft: Draft) -> None:
    """Say what does the same already, before it is there twice; as far as the token may read."""
    try:
        found = commons.alike(draft.id)
    except CallFailed as error:
        if error.status is None:
            raise
        return
    for one in found:
        if one.is_nearly_the_same:
            same = f"{one.same_cells} of {one.cells} cells are the same"
            typer.echo(f"{path}: “{one.title}” does this already: {same}. {one.url}", err=True)


def _tell_draft(commons: Commons, path: Path, draft: Draft, *, as_json: bool) -> None:
    page = f"{commons.address}/add/{draft.id}/"
    if as_json:
        typer.echo(_json({"file": str(path), "draft": draft.id, "url": page}))
        return
    typer.echo(f"{path}: a draft, see {page}")
    _tell_alike(commons, path, draft)
    for one in draft.secrets:
        typer.echo(f"  may be a secret: {one.words} ({one.excerpt})", err=True)
    if draft.secrets:
        typer.echo("  Decide on its page, or use --blank-secrets.", err=True)


def _tell_notebook(path: Path, draft: Draft, told: Notebook, *, as_json: bool) -> None:
    if as_json:
        typer.echo(_json({"file": str(path), "uuid": told.uuid, "url": told.url}))
        return
    results = draft.removed.get("outputs", 0)
    words = "1 result" if results == 1 else f"{results:,} results"
    typer.echo(f"{path}: version {told.version} of “{told.title}”, {words} removed: {told.url}")


def _uuid_in(text: str) -> UUID:
    found = re.search(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text)
    if found is None and "/n/" in text:
        raise typer.BadParameter(
            "A short address holds no id. Open it, and take the address that it leads to."
        )
    if found is None:
        raise typer.BadParameter(f"“{text}” holds no id of a notebook.")
    return UUID(found[0])


def _path_for(to: Path | None, title: str) -> Path:
    """Where the file goes; a title is no path."""
    plain = " ".join(_NO_FILE_NAME.sub(" ", title).split()).strip(" .")
    name = plain[:_LONGEST_NAME].strip() or "notebook"
    file_name = f"{name}.ipynb"
    if to is None:
        return Path(file_name)
    return to / file_name if to.is_dir() else to


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
