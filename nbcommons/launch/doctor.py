"""Looks a commons over, running or not, and says what to do about what it finds."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from rich.console import Console

from nbcommons.core import plugins
from nbcommons.launch import beside, data, edge, network, postgres, preflight, programs
from nbcommons.launch.errors import CannotStart
from nbcommons.launch.preflight import Finding
from nbcommons.launch.up import RUN_FILE

INSPECT_TIMEOUT_S = 300.0


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at. ``advice`` is empty where all is well."""

    what: str
    found: str
    advice: str = ""
    is_fatal: bool = False


def run(root: Path, port: int, console: Console) -> int:
    """Print what was found; returns 1 when something would keep a commons from working."""
    lines = list(examine(root, port))
    for line in lines:
        sign, style = ("✓", "green")
        if line.advice:
            sign, style = ("✕", "red") if line.is_fatal else ("!", "yellow")
        console.print(f"[{style}]{sign}[/] {line.what}: ", end="")
        console.print(line.found, markup=False, soft_wrap=True)
        if line.advice:
            console.print(f"    {line.advice}", markup=False, soft_wrap=True)
    return int(any(line.is_fatal for line in lines))


def examine(root: Path, port: int) -> Iterator[Line]:
    """Everything worth a line, in the order in which a person would look."""
    yield Line("nbcommons", metadata.version("nbcommons"))
    yield Line("Python", f"{sys.version.split()[0]} at {sys.executable}")
    yield Line("PostgreSQL", f"{postgres.major_version()}, bundled")
    yield from _plugins()
    try:
        yield Line("traefik", str(edge.binary()))
        folder = data.prepare(root)
    except CannotStart as error:
        yield Line("Data", error.problem, error.advice or "See above.", is_fatal=True)
        return
    yield Line("Data", str(folder.root))
    yield from _permissions(folder)
    holder = data.holder_of(root)
    if holder is None:
        yield Line("Running", "no")
        uses_own = "DATABASE_URL" not in os.environ
        findings = preflight.examine(folder, port, uses_own_database=uses_own)
        # A folder that nothing ever ran on has no database; making one is not the doctor's work.
        if not uses_own or preflight.data_version(folder) == postgres.major_version():
            yield from _seen_by_site(folder, is_stopped=True)
    else:
        yield Line("Running", f"yes, process {holder[0]}, {holder[1]}")
        yield from asyncio.run(_parts(root, holder[0]))
        yield from _seen_by_site(folder, is_stopped=False)
        findings = [
            *preflight.check_readable(),
            *preflight.check_memory(),
            *preflight.check_disk(folder),
            *preflight.check_account(),
        ]
    yield from (_line_of(finding) for finding in findings)
    if not findings:
        yield Line("Machine", "nothing speaks against a start")


def _plugins() -> Iterator[Line]:
    """What an organisation has added; one that is broken may keep the site from starting."""
    off = os.environ.get("NBCOMMONS_PLUGINS_OFF", "").split(",")
    found = plugins.installed(off=[name.strip() for name in off])
    for plugin in found.plugins:
        yield Line("Plugin", plugin.name)
    skips = os.environ.get("NBCOMMONS_BROKEN_PLUGINS") == "skip"
    for one in found.broken:
        advice = f"Repair {one.package}, or set NBCOMMONS_PLUGINS_OFF={one.name}."
        yield Line("Plugin", f"{one.name}: {one.reason}", advice, is_fatal=not skips)


def _line_of(finding: Finding) -> Line:
    return Line("Machine", finding.problem, finding.advice, is_fatal=finding.is_fatal)


def _permissions(folder: data.DataFolder) -> Iterator[Line]:
    for private in (folder.secrets, folder.hub, folder.logs):
        mode = private.stat().st_mode & 0o077
        if mode:
            yield Line(
                "Permissions",
                f"{private} is open to others",
                f"chmod 700 {private}",
                is_fatal=True,
            )
    loose = [path for path in folder.secrets.iterdir() if path.stat().st_mode & 0o077]
    if loose:
        names = " ".join(map(str, loose))
        yield Line("Permissions", f"open secrets: {names}", f"chmod 600 {names}", is_fatal=True)
    else:
        yield Line("Permissions", "secrets are readable by their owner alone")


def _seen_by_site(folder: data.DataFolder, *, is_stopped: bool) -> Iterator[Line]:
    """Database, worker, index and mail: the site itself looks, in a process of its own."""
    command = [sys.executable, "-P", "-m", "nbcommons.launch.manage", "inspect-site"]
    try:
        with beside.environment(folder) as variables:
            done = subprocess.run(  # noqa: S603 - our own program
                [*command, *(["--stopped"] if is_stopped else [])],
                env={**os.environ, **variables},
                capture_output=True,
                text=True,
                timeout=INSPECT_TIMEOUT_S,
                check=False,
            )
    except (CannotStart, subprocess.TimeoutExpired) as error:
        yield Line("Site's parts", f"not looked at: {error}", "Try again in a moment.")
        return
    if done.returncode:
        words = next(iter(reversed(done.stderr.strip().splitlines())), "no reason given")
        yield Line("Site's parts", words, f"Look into {folder.logs}.", is_fatal=True)
        return
    for told in done.stdout.splitlines():
        yield Line(**json.loads(told))


async def _parts(root: Path, pid: int) -> list[Line]:
    """Does every part of the running commons answer?"""
    file = root / RUN_FILE
    found = json.loads(file.read_text()) if file.exists() else {}
    if found.get("pid") != pid:
        return [Line("Parts", "still starting", "Look again in a few seconds.")]
    hub_path = urlsplit(found["jupyter"]).path
    asked = {
        "Site": (found["web_port"], programs.SITE_ANSWERS),
        "Jupyter": (found["hub_port"], f"{hub_path}hub/health"),
        "Door": (found["edge_port"], "/ping"),
    }
    lines: list[Line] = []
    for name, (port, path) in asked.items():
        status = await network.status_of(port, path)
        is_well = status is not None and status < HTTPStatus.INTERNAL_SERVER_ERROR
        advice = "" if is_well else f"Look into {root / 'logs'}."
        answer = f"answers {status}" if status else "does not answer"
        lines.append(Line(name, answer, advice, is_fatal=not is_well))
    return lines
