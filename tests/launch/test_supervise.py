"""Keeping one program alive: readiness, restarts, giving up, ending."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nbcommons.launch import supervise
from nbcommons.launch.programs import Program
from nbcommons.launch.supervise import Part, State

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = (
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(child.pid, flush=True); time.sleep(600)\n"
)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(supervise, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(supervise, "LONGEST_PAUSE_S", 0.02)


@contextlib.asynccontextmanager
async def supervised(code: str, *, ready_after: str = "up", **options) -> AsyncIterator[Part]:
    with tempfile.TemporaryDirectory() as name:
        log = Path(name) / "part.log"

        async def is_ready() -> bool:
            return not ready_after or ready_after in log.read_text()

        program = Program(
            name="part",
            label="Part",
            command=(sys.executable, "-c", code),
            environment={"PATH": os.defpath},
            is_ready=is_ready,
            **{"stop_timeout_s": 0.5, **options},
        )
        told: list[tuple[State, str]] = []
        part = Part(program, log, lambda p, words: told.append((p.state, words or p.detail)))
        part.told = told
        part.start()
        try:
            yield part
        finally:
            await part.stop()


def run(scenario):
    asyncio.run(asyncio.wait_for(scenario(), timeout=60))


async def until(check):
    for _ in range(500):
        if check():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("did not happen in time")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class TestPart:
    def test_is_ready_only_when_its_check_says_so(self):
        async def scenario():
            late = "import time; time.sleep(0.5); print('up', flush=True); time.sleep(600)"
            async with supervised(late) as part:
                await part.ready.wait()

                assert part.state is State.READY
                assert part.ready_after_s >= 0.5

        run(scenario)

    def test_starts_again_when_it_is_killed(self):
        async def scenario():
            async with supervised(SLEEPER) as part:
                await part.ready.wait()
                first = part.pid
                os.kill(first, signal.SIGKILL)
                await until(lambda: part.restarts and part.state is State.READY)

                assert part.pid != first
                assert (State.RESTARTING, "was ended by SIGKILL") in part.told

        run(scenario)

    def test_gives_up_with_a_sentence_when_it_ends_again_and_again(self):
        async def scenario():
            async with supervised("raise SystemExit(3)") as part:
                await part.gave_up.wait()

                assert part.state is State.GAVE_UP
                assert "ended with code 3; see " in part.detail
                assert part.restarts == supervise.MOST_RESTARTS - 1

        run(scenario)

    def test_gives_up_when_it_never_gets_ready(self):
        async def scenario():
            async with supervised(SLEEPER, ready_after="never", start_timeout_s=0.2) as part:
                await part.gave_up.wait()

                assert "was not ready within 0 s" in part.detail

        run(scenario)

    def test_leaves_nothing_of_a_program_that_does_not_want_to_end(self):
        async def scenario():
            async with supervised(STUBBORN, ready_after="\n") as part:
                await part.ready.wait()
                pids = [part.pid, int(part.log.read_text())]

                await part.stop()

                await until(lambda: not any(map(is_alive, pids)))
                assert part.state is State.STOPPED

        run(scenario)

    def test_can_be_stopped_while_it_waits_for_its_next_start(self, monkeypatch):
        monkeypatch.setattr(supervise, "FIRST_PAUSE_S", 30)
        monkeypatch.setattr(supervise, "LONGEST_PAUSE_S", 30)

        async def scenario():
            async with supervised("raise SystemExit(3)") as part:
                await until(lambda: part.state is State.RESTARTING)

                await asyncio.wait_for(part.stop(), timeout=5)

        run(scenario)

    def test_gets_the_signal_that_it_understands(self):
        async def scenario():
            code = (
                "import signal, sys, time\n"
                "signal.signal(signal.SIGINT, lambda *_: (print('bye', flush=True), sys.exit(0)))\n"
                "print('up', flush=True); time.sleep(600)"
            )
            async with supervised(code, stop_signal=signal.SIGINT, stop_timeout_s=10) as part:
                await part.ready.wait()
                await part.stop()

                assert "bye" in part.log.read_text()

        run(scenario)
