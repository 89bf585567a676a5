"""Keeps one program alive: starts it, waits until it is ready, restarts it with growing pauses."""

import asyncio
import contextlib
import enum
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from nbcommons.launch.postgres import exec_prefix
from nbcommons.launch.programs import Program

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
# So many ends in a row, none of them after a quiet minute, and we stop trying.
MOST_RESTARTS = 6
QUIET_S = 60.0
POLL_S = 0.05


class State(enum.Enum):
    """What a part is doing, in the words that people see."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "running"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    STOPPED = "stopped"
    GAVE_UP = "gave up"


class Part:
    """A program under supervision."""

    def __init__(
        self, program: Program, log: Path, tell: Callable[["Part", str], None]
    ) -> None:
        self.program = program
        self.log = log
        self.state = State.WAITING
        self.detail = ""
        self.restarts = 0
        self.started_at = 0.0
        self.ready_after_s: float | None = None
        self.ready = asyncio.Event()
        self.gave_up = asyncio.Event()
        self._tell = tell
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False

    @property
    def pid(self) -> int | None:
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process is not None and running else None

    def start(self) -> None:
        """Begin to keep it alive; returns at once. ``ready`` and ``gave_up`` tell the rest."""
        self._task = asyncio.create_task(self._keep_alive(), name=self.program.name)

    async def stop(self) -> None:
        """End it: its own signal first, then by force. Leaves nothing of it running."""
        self._is_stopping = True
        if self._task is not None and self._process is None:
            self._task.cancel()
        process = self._process
        if process is not None and process.returncode is None:
            self._change(State.STOPPING)
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(self.program.stop_signal)
            try:
                async with asyncio.timeout(self.program.stop_timeout_s):
                    await process.wait()
            except TimeoutError:
                self._tell(self, "did not end in time and is killed")
        self.kill()
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self.state is not State.GAVE_UP:
            self._change(State.STOPPED)

    def kill(self) -> None:
        """End it and everything in its process group, now."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _keep_alive(self) -> None:
        failures = 0
        while not self._is_stopping:
            began = time.monotonic()
            words = await self._run_once()
            # What it leaves behind would hold its port against the next one.
            self.kill()
            self.ready.clear()
            if self._stop_asked():
                return
            failures = 1 if time.monotonic() - began > QUIET_S else failures + 1
            if failures >= MOST_RESTARTS:
                self._change(State.GAVE_UP, f"{words}; see {self.log}")
                self.gave_up.set()
                return
            self.restarts += 1
            # Jitter: parts that fell together should not come back in step.
            pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (failures - 1))
            self._change(State.RESTARTING, words)
            await asyncio.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - no secret

    async def _run_once(self) -> str:
        """Run it until it ends; returns how it ended, in words."""
        self._change(State.STARTING)
        self.started_at = time.monotonic()
        with self.log.open("ab") as output:
            self._process = process = await asyncio.create_subprocess_exec(
                *exec_prefix(self.program.account),
                *self.program.command,
                env=dict(self.program.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor alone
            )
        ended = asyncio.create_task(process.wait())
        try:
            if not await self._await_ready(ended):
                if not ended.done():
                    self.kill()
                    await ended
                    return f"was not ready within {self.program.start_timeout_s:.0f} s"
                return _words_of(ended.result())
            self.ready_after_s = time.monotonic() - self.started_at
            if not self._is_stopping:
                self._change(State.READY)
                self.ready.set()
            return _words_of(await ended)
        finally:
            ended.cancel()

    async def _await_ready(self, ended: "asyncio.Task[int]") -> bool:
        deadline = time.monotonic() + self.program.start_timeout_s
        while time.monotonic() < deadline and not ended.done():
            if await self.program.is_ready() and not ended.done():
                return True
            await asyncio.wait({ended}, timeout=POLL_S)
        return False

    def _stop_asked(self) -> bool:
        return self._is_stopping

    def _change(self, state: State, detail: str = "") -> None:
        self.state = state
        self.detail = detail
        self._tell(self, "")


def _words_of(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
