"""Starts every part of a commons in order, says where it is, and stops it all again."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from nbcommons.launch import (
    data,
    edge,
    freshness,
    network,
    postgres,
    preflight,
    programs,
    rotation,
    sweep,
)
from nbcommons.launch.data import DataFolder, Secrets
from nbcommons.launch.display import Display
from nbcommons.launch.edge import Addresses
from nbcommons.launch.errors import CannotStart
from nbcommons.launch.postgres import exec_prefix
from nbcommons.launch.supervise import Part

PREPARE_TIMEOUT_S = 300
RUN_FILE = "running.json"
LONGEST_OF_A_PROFILE_S = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Options:
    """What the person asked for."""

    root: Path
    port: int = 8000
    is_verbose: bool = False
    is_trusted: bool = False
    is_forced: bool = False


def plan_addresses(options: Options) -> Addresses:
    """Public addresses from the environment or the port, internal ones wherever there is room.

    Raises ``CannotStart`` when site and Jupyter would share a host name.
    """
    site = os.environ.get("NBCOMMONS_SITE_URL", f"http://localhost:{options.port}").rstrip("/")
    host = "localhost" if options.is_trusted else network.LOOPBACK_4
    jupyter = os.environ.get("NBCOMMONS_JUPYTER_URL", f"http://{host}:{options.port}/jupyter/")
    web, hub, door = network.free_ports(3)
    addresses = Addresses(
        site=site,
        jupyter=jupyter.rstrip("/") + "/",
        door_port=options.port,
        # The hub writes its routes for one door; on one host name that door must be the only.
        has_ipv6=network.has_ipv6_loopback() and not options.is_trusted,
        web_port=web,
        hub_port=hub,
        edge_port=door,
    )
    if addresses.site_host == addresses.jupyter_host and not options.is_trusted:
        raise CannotStart(
            f"Site and Jupyter would share the host name {addresses.site_host}: code that one "
            "person runs could then act as another on the site.",
            "Give them two host names (NBCOMMONS_SITE_URL, NBCOMMONS_JUPYTER_URL), or, for you "
            "alone, start with --trusted.",
        )
    if urlsplit(addresses.jupyter).path.strip("/") == "":
        raise CannotStart(
            f"NBCOMMONS_JUPYTER_URL needs a path: {addresses.jupyter}",
            "End it with /jupyter/.",
        )
    return addresses


class Commons:
    """All parts of one running commons."""

    def __init__(self, folder: DataFolder, options: Options, display: Display) -> None:
        self.folder = folder
        self.options = options
        self.display = display
        self.keys: Secrets = data.load_secrets(folder)
        self.addresses = plan_addresses(options)
        self.cluster = folder.cluster(self.keys)
        self.own_database = "DATABASE_URL" not in os.environ
        self.stopping = asyncio.Event()
        self.trouble: str = ""
        self.is_up = False
        url = self.cluster.url() if self.own_database else os.environ["DATABASE_URL"]
        self.environment = {
            **programs.site_environment(folder, self.keys, self.addresses, url),
            **sweep.mark(folder),
        }

    async def start(self) -> str:
        """Start all parts; returns the first administrator's link, or nothing.

        The hub takes longest and needs no database: it starts at once, beside everything else.
        Raises ``CannotStart``.
        """
        configuration = edge.write_configuration(
            self.addresses, self.folder, secret=self.keys.edge_secret
        )
        door = self._add(programs.door(self.folder, self.addresses, configuration))
        hub = self._add(programs.hub(self.folder, self.keys, self.addresses, self.environment))
        if self.own_database:
            await self._start_database()
        wanted = freshness.fingerprint(self.environment["DATABASE_URL"])
        preparing = asyncio.create_task(self._prepare(wanted))
        if not freshness.is_prepared(self.folder.site, wanted):
            await preparing  # tables first; otherwise there is nothing that could have changed
        web = self._add(programs.web(self.folder, self.addresses, self.environment))
        worker = self._add(programs.worker(self.folder, self.environment))
        link = await preparing
        await self._all_ready(door, hub, web, worker)
        idle, lifetime = _limits(self.environment)
        culler = programs.culler(
            self.folder, self.keys, self.addresses, idle_s=idle, lifetime_s=lifetime
        )
        await self._all_ready(self._add(culler))
        self.is_up = True
        self._write_run_file()
        return link

    async def stop(self) -> None:
        """Stop all parts, the last one first, the hub before the site that it still talks to."""
        self.is_up = False
        parts = {part.program.name: part for part in self.display.parts}
        for together in (("culler",), ("hub",), ("edge", "web", "worker"), ("postgres",)):
            await asyncio.gather(*(parts[name].stop() for name in together if name in parts))

    def kill(self) -> None:
        """End everything at once, without asking."""
        for part in self.display.parts:
            part.kill()

    async def watch(self) -> None:
        """Return when somebody asks for the end, or a part that matters has given up."""
        vital = [part for part in self.display.parts if part.program.is_vital]
        waits = {asyncio.create_task(part.gave_up.wait()) for part in vital}
        waits.add(asyncio.create_task(self.stopping.wait()))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self.trouble = next(
            (f"{p.program.label} {p.detail}" for p in vital if p.gave_up.is_set()), ""
        )

    def _add(self, program: programs.Program) -> Part:
        environment = {**program.environment, **sweep.mark(self.folder)}
        part = Part(
            program.with_environment(environment),
            rotation.log_file(self.folder.logs, program.name),
            self._hear,
        )
        self.display.parts.append(part)
        part.start()
        return part

    async def _start_database(self) -> None:
        await asyncio.to_thread(postgres.initialise, self.cluster)
        await self._all_ready(self._add(programs.database(self.cluster)))
        await asyncio.to_thread(postgres.ensure_database, self.cluster)

    async def _all_ready(self, *parts: Part) -> None:
        """Wait for all of them. Raises ``CannotStart`` when one gives up or a stop is asked."""
        for part in parts:
            waits = [
                asyncio.create_task(event.wait())
                for event in (part.ready, part.gave_up, self.stopping)
            ]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
            if part.gave_up.is_set():
                raise CannotStart(
                    f"{part.program.label} {part.detail}.", f"Its log: {part.log}"
                )
            if self.stopping.is_set():
                raise Stopped

    async def _prepare(self, wanted: str) -> str:
        log = rotation.log_file(self.folder.logs, "prepare")
        if not freshness.is_prepared(self.folder.site, wanted):
            self.display.line("Bringing the site up to date …")
        with log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *exec_prefix(self.folder.site_account),
                sys.executable,
                "-m",
                "nbcommons.launch.prepare",
                env={**self.environment, freshness.VARIABLE: wanted},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                cwd="/",
                start_new_session=True,
            )
        asked = asyncio.create_task(self.stopping.wait())
        done = asyncio.create_task(process.communicate())
        await asyncio.wait(
            {asked, done}, timeout=PREPARE_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED
        )
        asked.cancel()
        if not done.done():
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await done
            if self.stopping.is_set():
                raise Stopped
        output = done.result()[0]
        if process.returncode != 0:
            words = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise CannotStart(
                f"The site could not be brought up to date: {' '.join(words)}",
                f"The whole story: {log}",
            )
        return str(json.loads(output.splitlines()[-1])["first_admin_link"])

    def _hear(self, part: Part, words: str) -> None:
        self.display.tell(part, words)
        # A part that came back has another process.
        if self.is_up:
            with contextlib.suppress(OSError):  # a full disk ends nothing
                self._write_run_file()

    def _write_run_file(self) -> None:
        """For commands that run beside or later: where everything listens, no secrets."""
        content = {
            "pid": os.getpid(),
            "site": self.addresses.site,
            "jupyter": self.addresses.jupyter,
            "web_port": self.addresses.web_port,
            "hub_port": self.addresses.hub_port,
            "edge_port": self.addresses.edge_port,
            "door_port": self.addresses.door_port,
            "parts": {p.program.name: p.pid for p in self.display.parts if p.pid},
        }
        data.write_private(self.folder.root / RUN_FILE, json.dumps(content, indent=1) + "\n")


class Stopped(Exception):
    """The person asked for the end while things were still starting."""


async def up(options: Options, display: Display, folder: DataFolder) -> int:
    """Run a commons until it is told to stop; returns the exit code.

    The folder's lock must be held. Raises ``CannotStart``.
    """
    began = time.monotonic()
    commons = Commons(folder, options, display)
    findings = preflight.examine(folder, options.port, uses_own_database=commons.own_database)
    preflight.require(findings, force=options.is_forced)
    for finding in findings:
        display.line(f"{finding.problem} {finding.advice}", style="yellow")
    if options.is_trusted:
        display.line(
            "--trusted: site and Jupyter share one host name. Code that runs in a Jupyter can "
            "act as you on the site. For one person only.",
            style="yellow",
        )
    _listen_for_signals(commons)
    helpers = [asyncio.create_task(rotation.keep_small(folder.logs))]
    if options.is_verbose:
        helpers.append(asyncio.create_task(rotation.follow(folder.logs, display.console)))
    try:
        link = await commons.start()
        _announce(commons, link, time.monotonic() - began)
        await commons.watch()
    except Stopped:
        pass
    finally:
        display.footer = []
        await commons.stop()
        for helper in helpers:
            helper.cancel()
    if commons.trouble:
        raise CannotStart(f"{commons.trouble}.", f"Logs: {folder.logs}")
    return 0


def _announce(commons: Commons, link: str, took_s: float) -> None:
    lines = [("Site", commons.addresses.site), ("Jupyter", commons.addresses.jupyter)]
    if link:
        lines.append(("First administrator", link))
        lines.append(("", "Open this link once to make the first administrator's account."))
    lines.append(("Data", str(commons.folder.root)))
    lines.append(("Logs", str(commons.folder.logs)))
    lines.append(("Stop", "Ctrl+C"))
    commons.display.line(f"Notebook Commons is ready ({took_s:.1f} s).", style="bold green")
    commons.display.announce(lines)


def _listen_for_signals(commons: Commons) -> None:
    loop = asyncio.get_running_loop()

    def ask() -> None:
        if commons.stopping.is_set():
            commons.display.line("Stopping by force.", style="red")
            commons.kill()
            return
        commons.display.line("Stopping … (again to force)")
        commons.stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ask)


def _limits(environment: Mapping[str, str]) -> tuple[int, int]:
    """Idle time and longest lifetime of people's Jupyters, in seconds."""
    idle = int(environment.get("NBCOMMONS_ENVIRONMENT_IDLE_S", str(2 * 3600)))
    lifetime = int(environment.get("NBCOMMONS_ENVIRONMENT_LIFETIME_S", str(8 * 3600)))
    most = int(environment.get("NBCOMMONS_ENVIRONMENT_EXTENSION_MOST_S", str(8 * 3600)))
    if environment.get("NBCOMMONS_PROFILES"):
        lifetime = max(lifetime, LONGEST_OF_A_PROFILE_S)
    return idle, lifetime + most
