"""Commands of the site at the terminal, beside a running commons or without one."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbcommons.launch import data, postgres, programs
from nbcommons.launch.accounts import Account
from nbcommons.launch.data import DataFolder, InUse
from nbcommons.launch.edge import Addresses
from nbcommons.launch.errors import CannotStart
from nbcommons.launch.up import RUN_FILE, Options, plan_addresses


def run(root: Path, arguments: list[str]) -> int:
    """Run a command of the site with this folder's database and secrets; its exit code.

    The database is started for the length of the command, unless a commons runs already.
    """
    folder = data.prepare(root)
    with environment(folder) as variables:
        try:
            # Where the person stands, because they name files from there; but nothing is imported
            # from there (-P): it may be a folder that somebody sent them.
            return _waited_for(
                subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-P", "-m", "nbcommons.launch.manage", *arguments],
                    env={**os.environ, **variables},
                )
            )
        finally:
            if folder.site_account is not None:
                give_back(folder.site, folder.site_account)


def _waited_for(process: "subprocess.Popen[bytes]") -> int:
    """The command's exit code, once it has ended of its own accord.

    A terminal tells it of Ctrl+C too, and it decides what to finish: we only wait, so that it
    keeps its database. What ends us alone is handed on.
    """

    def hand_on(number: int, _frame: object) -> None:
        if number != signal.SIGINT:
            process.send_signal(number)

    before = {
        number: signal.signal(number, hand_on) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    # As a shell says that a signal ended it.
    return 128 - code if code < 0 else code


@contextlib.contextmanager
def environment(folder: DataFolder) -> Iterator[Mapping[str, str]]:
    """The site's environment, with a database that answers for the length of the block."""
    keys = data.load_secrets(folder)
    cluster = folder.cluster(keys)
    if "DATABASE_URL" in os.environ:
        addresses = addresses_of(folder)
        url = os.environ["DATABASE_URL"]
        yield programs.site_environment(folder, keys, addresses, url)
        return
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(data.exclusive(folder))
        except InUse as error:
            if not postgres.is_ready(cluster):
                raise CannotStart(
                    f"{folder.root} is in use by process {error.pid}, whose database does not "
                    "answer yet.",
                    "Try again in a moment.",
                ) from error
        else:
            postgres.initialise(cluster)
            stack.enter_context(postgres.running(cluster))
        yield programs.site_environment(folder, keys, addresses_of(folder), cluster.url())


def addresses_of(folder: DataFolder) -> Addresses:
    """Where the commons listens, or did when it last ran; before that, the default."""
    try:
        found = json.loads((folder.root / RUN_FILE).read_text())
    except FileNotFoundError:
        return plan_addresses(Options(root=folder.root))
    return Addresses(
        site=found["site"],
        jupyter=found["jupyter"],
        door_port=found["door_port"],
        has_ipv6=False,
        web_port=found["web_port"],
        hub_port=found["hub_port"],
        edge_port=found["edge_port"],
    )


def give_back(folder: Path, account: Account) -> int:
    """Give what root wrote below ``folder`` to the site's account; returns how many paths.

    A command runs as root so that it can read what the person names; web and worker must be
    able to write the index and the mail afterwards. Links are never followed.
    """
    changed = 0
    for _, folders, files, descriptor in os.fwalk(folder):
        for name in (*folders, *files):
            found = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            if found.st_uid == 0:
                os.chown(
                    name, account.uid, account.gid, dir_fd=descriptor, follow_symlinks=False
                )
                changed += 1
    return changed
