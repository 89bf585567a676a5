"""The command line: ``nbcommons``. Commands of the rooms pass through to Django's."""

import asyncio
import os
import signal
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from nbcommons.launch import backup, beside, checkout, data, doctor, remote, sweep
from nbcommons.launch.display import Display
from nbcommons.launch.errors import CannotStart
from nbcommons.launch.up import Options, up as run_up

STOP_TIMEOUT_S = 60

DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="The data folder. Default: /var/lib/nbcommons, or your own."),
]


Verbose = Annotated[bool, typer.Option("--verbose", help="Show all logs.")]
Trusted = Annotated[
    bool, typer.Option("--trusted", help="One host name for both; for one person only.")
]
Force = Annotated[
    bool, typer.Option("--force", help="Start although a check speaks against it.")
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Move the commons that is there aside.")
]
OWN_COMMANDS = (
    frozenset({"up", "stop", "doctor", "backup", "restore", "test", "check"}) | remote.COMMANDS
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The Notebook Commons: find, trust, run, share and improve Jupyter notebooks.",
    epilog="Any other command belongs to the site; “nbcommons help” lists them.",
)


def _tell_version(is_asked: bool) -> None:  # noqa: FBT001 - typer calls it
    if is_asked:
        typer.echo(f"nbcommons {metadata.version('nbcommons')}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", help="Say which version this is.", callback=_tell_version, is_eager=True
    ),
]


@app.callback()
def common(
    ctx: typer.Context,
    data_folder: DataOption = None,
    version: Version = False,  # noqa: FBT002
) -> None:
    """Take the data folder, which may also stand before the command."""
    del version
    ctx.obj = {"root": data_folder.expanduser().absolute() if data_folder else None}


@app.command()
def up(  # noqa: PLR0917 - typer reads the options off
    ctx: typer.Context,
    port: Annotated[int, typer.Option(help="Port of the site and of Jupyter.")] = 8000,
    data_folder: DataOption = None,
    verbose: Verbose = False,  # noqa: FBT002
    trusted: Trusted = False,  # noqa: FBT002
    force: Force = False,  # noqa: FBT002
) -> None:
    """Start everything, say where, and keep it running until Ctrl+C."""
    options = Options(
        root=_root(ctx, data_folder),
        port=port,
        is_verbose=verbose,
        is_trusted=trusted,
        is_forced=force,
    )
    console = Console(highlight=False)
    folder = data.prepare(options.root)
    display = Display(
        console, folder.logs / "up.log", is_live=console.is_terminal and not verbose
    )
    with data.exclusive(folder, site=f"http://localhost:{port}"):
        processes, homes = sweep.clear(folder)
        if processes or homes:
            display.line(
                f"Cleared what an earlier run left: {processes} processes, {homes} homes."
            )
        with display.shown():
            code = asyncio.run(run_up(options, display, folder))
    raise typer.Exit(code)


@app.command()
def stop(ctx: typer.Context, data_folder: DataOption = None) -> None:
    """Stop the commons that runs on the data folder."""
    root = _root(ctx, data_folder)
    holder = data.holder_of(root)
    if holder is None:
        typer.echo(f"Nothing runs on {root}.")
        return
    os.kill(holder[0], signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while data.holder_of(root) is not None:
        if time.monotonic() > deadline:
            raise CannotStart(
                f"Process {holder[0]} has not stopped within {STOP_TIMEOUT_S} s.",
                f"Look into {root / 'logs'}.",
            )
        time.sleep(0.1)
    typer.echo("Stopped.")


@app.command(name="doctor")
def doctor_command(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(help="Port that “up” would use.")] = 8000,
    data_folder: DataOption = None,
) -> None:
    """Look at versions, ports, permissions, database and parts, and say what to do."""
    raise typer.Exit(doctor.run(_root(ctx, data_folder), port, Console(highlight=False)))


@app.command(name="backup")
def backup_command(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    data_folder: DataOption = None,
) -> None:
    """Write everything that cannot be made again to a file; the commons may be running."""
    console = Console(stderr=True, highlight=False)
    with console.status("Writing the database out …"):
        manifest = backup.write(_root(ctx, data_folder), file.expanduser().absolute())
    typer.echo(
        f"Wrote {manifest.size_bytes / 1e6:,.1f} MB to {file}. It holds everybody's notebooks and "
        "the secrets of this commons: keep it where you alone can read it."
    )


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="What “backup” has written.")],
    replace: Replace = False,  # noqa: FBT002
    data_folder: DataOption = None,
) -> None:
    """Put a backup into an empty data folder; nothing may run on it."""
    console = Console(stderr=True, highlight=False)
    root = _root(ctx, data_folder)
    with console.status("Reading the database in …"):
        manifest = backup.read(root, file.expanduser().absolute(), replaces=replace)
    typer.echo(
        f"{root} is as it was on {manifest.made_at}. The search index and rendered pages are made "
        "anew at the next start: nbcommons up"
    )


@app.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
def test(
    arguments: Annotated[list[str] | None, typer.Argument()] = None,  # noqa: PT028
) -> None:
    """Run all tests (in a checkout only); further arguments go to pytest."""
    raise typer.Exit(checkout.test(arguments or []))


@app.command()
def check(
    static: Annotated[bool, typer.Option("--static", help="Without the tests.")] = False,  # noqa: FBT002
) -> None:
    """Run everything that CI runs (in a checkout only)."""
    raise typer.Exit(checkout.check(only_static=static))


remote.add_to(app)


def main() -> None:
    """Run the command line; what stands in the way of a start is said in two sentences."""
    try:
        root, command = split(sys.argv[1:])
        if command and command[0] not in OWN_COMMANDS:
            sys.exit(beside.run(root or data.default_root(), command))
        app()
    except CannotStart as error:
        console = Console(stderr=True, highlight=False)
        console.print(error.problem, style="bold red", markup=False, soft_wrap=True)
        if error.advice:
            console.print(error.advice, markup=False, soft_wrap=True)
        sys.exit(1)


def split(arguments: list[str]) -> tuple[Path | None, list[str]]:
    """The data folder named before the command, and the command with what follows.

    The command is empty where there is none, or where an option of ours stands first.
    """
    root: Path | None = None
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        option, is_joined, value = rest.pop(0).partition("=")
        if option != "--data" or not (is_joined or rest):
            return None, []
        root = Path(value if is_joined else rest.pop(0)).expanduser().absolute()
    return root, rest


def _root(ctx: typer.Context, given: Path | None) -> Path:
    if given is not None:
        return given.expanduser().absolute()
    before: Path | None = (ctx.obj or {}).get("root")
    return before or data.default_root()


if __name__ == "__main__":
    main()
