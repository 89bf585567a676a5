"""Starts one person's Jupyter in a fresh home and leaves nothing of it when it stops."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from jupyterhub import orm
from jupyterhub.spawner import LocalProcessSpawner
from jupyterhub.utils import maybe_future, random_port
from sqlalchemy.orm import Session, object_session
from traitlets import Integer, Unicode

from nbcommons.launch import _exec
from nbcommons_hub import groups, homes, line
from nbcommons_hub.isolation import Wall

LOG_TAIL_BYTES = 4000
KILL_AFTER_S = 10
END_POLL_S = 0.05
LOOPBACK = "127.0.0.1"
# The site goes first when a person's computation wants all processors.
NICE = 5


STEPS = (
    (10, "Making you a fresh, empty private space"),
    (30, "Starting your Jupyter in it"),
    (60, "Waiting for your Jupyter to answer"),
    (85, "Almost there: opening the door to your Jupyter"),
)
STEP_S = (0.4, 1.5, 4.0)


class DidNotStart(Exception):
    """The server's process ended before it took a connection; its last words are in our log."""

    jupyterhub_message = (
        "Your Jupyter stopped while it was starting. Try again; if it happens again, tell an "
        "administrator when it was."
    )


class EphemeralSpawner(LocalProcessSpawner):  # type: ignore[misc]
    """A local process with a home, a user id (as root) and a hard lifetime of its own."""

    homes_dir = Unicode(config=True, help="Folder that holds the homes")
    longest_s = Integer(16 * 3600, config=True, help="Seconds after which the guard ends it")
    processes = Integer(512, config=True, help="Most processes and threads (as root)")
    memory_mb = Integer(
        4096,
        config=True,
        help="Most memory of one process and, with control groups, of all together; 0: no limit",
    )
    files = Integer(4096, config=True, help="Most open files of one process")

    # For all spawners of this hub: what the machine allows, found out once at the start.
    wall: Wall | None = None
    groups_at: groups.Place | None = None

    home: homes.Home | None = None
    started_ticks: int | None = None
    token_id: int | None = None  # of the server's own token, in the hub's database
    port: int
    proc: "subprocess.Popen[bytes] | None"
    _spawn_future: "asyncio.Future[object] | None"

    def load_state(self, state: dict[str, Any]) -> None:
        super().load_state(state)
        if "spawn_id" in state:
            self.home = homes.Home(
                spawn_id=state["spawn_id"], path=Path(state["home"]), uid=state["uid"]
            )
            self.started_ticks = state["started_ticks"]
            self.token_id = state["token_id"]

    def get_state(self) -> dict[str, Any]:
        state: dict[str, Any] = super().get_state()
        if self.home is not None:
            state["spawn_id"] = self.home.spawn_id
            state["home"] = str(self.home.path)
            state["uid"] = self.home.uid
            state["started_ticks"] = self.started_ticks
            state["token_id"] = self.token_id
        return state

    def new_home(self) -> homes.Home:
        """The home of the spawn that begins now; a home left over is wiped first."""
        if self.home is not None:
            homes.wipe(self.home, self.groups_at)
        self.home = homes.make(Path(self.homes_dir))
        return self.home

    def _session(self) -> Session:
        session = object_session(self.orm_spawner)
        if session is None:
            raise RuntimeError("the hub's database has no row of this server")
        return session

    def _require_home(self) -> homes.Home:
        return self.home if self.home is not None else self.new_home()

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        home = self._require_home()
        env |= {
            "HOME": str(home.path),
            "USER": self.user.name,
            "LOGNAME": self.user.name,
            "SHELL": "/bin/bash" if Path("/bin/bash").exists() else "/bin/sh",
            "TMPDIR": str(home.scratch),
            "JUPYTER_RUNTIME_DIR": str(home.sockets),
            homes.MARK: home.spawn_id,
        }
        return env

    async def start(self) -> tuple[str, int]:
        home = self._require_home()
        found = orm.APIToken.find(self._session(), self.api_token)
        self.token_id = found.id if found is not None else None
        self.port = self.port or random_port()
        command = [*self._guard(home), *self.cmd, *self.get_args()]
        with home.log.open("ab") as output:
            self.proc = subprocess.Popen(  # noqa: S603, ASYNC220 - returns at once
                command,
                env=self.get_env(),
                cwd=home.path,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.pid = self.proc.pid
        self.started_ticks = homes.start_time(self.pid)
        self.log.info("spawn %s of %s: process %s", home.spawn_id, self.user.name, self.pid)
        await self._await_listening()
        return (LOOPBACK, self.port)

    async def _await_listening(self) -> None:
        # Here, and not by the hub's own waiting: that looks ever more rarely, and goes on for a
        # minute when the process has long died.
        while True:
            if await self.poll() is not None:
                raise DidNotStart
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(LOOPBACK, self.port)
                writer.close()
                return
            await asyncio.sleep(END_POLL_S)

    def _guard(self, home: homes.Home) -> list[str]:
        """What stands before the command: the lifetime, then the person's own user id.

        The longest lifetime is kept by a process of root's, which the person cannot stop and
        which needs no hub. Until then ``deadlines`` decides.
        """
        guard: list[str] = []
        made: list[Path] = []
        if self.groups_at is not None:
            made = groups.make(
                self.groups_at,
                home.spawn_id,
                memory_mb=self.memory_mb,
                processes=self.processes,
            )
        if timeout := shutil.which("timeout"):
            guard = [timeout, f"--kill-after={KILL_AFTER_S}", str(self.longest_s)]
        guard += [sys.executable, "-IS", _exec.__file__]
        guard += ["--death-signal", str(int(signal.SIGKILL)), "--umask", "077"]
        guard += ["--files", str(self.files), "--memory-mb", str(self.memory_mb)]
        guard += ["--nice", str(NICE), *(f"--group={group}" for group in made)]
        if home.uid is not None:
            guard += ["--uid", str(home.uid), "--processes", str(self.processes)]
        # bubblewrap would end at a TERM with all that is in it; the server ends by itself.
        walled = ["--deaf", "--", *self.wall.around(home)] if self.wall is not None else ["--"]
        return [*guard, *walled]

    async def poll(self) -> int | None:
        if self.proc is None and self.pid and homes.start_time(self.pid) != self.started_ticks:
            # Another program got the number of the one we knew.
            self.pid = 0
        status: int | None = await super().poll()
        return status

    async def stop(self, now: bool = False) -> None:  # noqa: FBT001, FBT002 - the hub's signature
        if not now and await self.poll() is None:
            await self._signal(signal.SIGTERM)
            await self._await_end(self.term_timeout)
        if self.home is not None:
            await asyncio.to_thread(homes.end_processes, self.home, self.groups_at)
        if await self.poll() is None:
            await self._signal(signal.SIGKILL)
            await self._await_end(self.kill_timeout)

    async def _await_end(self, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while await self.poll() is None:
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(END_POLL_S)

    async def run_post_stop_hook(self) -> None:
        """Called by the hub after every end: a stop, a crash, a failed start, a cull."""
        home, self.home, self.started_ticks = self.home, None, None
        try:
            if home is not None:
                self._keep_last_words(home)
                ended = await asyncio.to_thread(homes.wipe, home, self.groups_at)
                self.log.info(
                    "spawn %s wiped, %s processes ended on the way", home.spawn_id, ended
                )
        finally:
            self._delete_api_token()
            await maybe_future(super().run_post_stop_hook())

    def _delete_api_token(self) -> None:
        # The hub forgets the token when a server ends unexpectedly and when it is restarted
        # itself; the token would stay valid.
        session = self._session()
        found = session.get(orm.APIToken, self.token_id) if self.token_id is not None else None
        if found is not None:
            session.delete(found)
            session.commit()
        self.token_id = None

    def _keep_last_words(self, home: homes.Home) -> None:
        """A start that failed has told why in a log that is about to be wiped."""
        if self._spawn_future is None or self._spawn_future.done():
            return
        try:
            # The person owns the folder by now: no following of links, no waiting on a pipe.
            descriptor = os.open(home.log, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return
        with os.fdopen(descriptor, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - LOG_TAIL_BYTES))
            words = file.read(LOG_TAIL_BYTES).decode(errors="replace").strip()
        self.log.warning("spawn %s did not start; it said:\n%s", home.spawn_id, words)

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What happens while a person waits, for the page that shows it."""
        async for event in line.starts.progress(line.name_of(self)):
            yield event
        for number, (percent, words) in enumerate(STEPS):
            yield {"progress": percent, "message": words}
            if number < len(STEP_S):
                await asyncio.sleep(STEP_S[number])
