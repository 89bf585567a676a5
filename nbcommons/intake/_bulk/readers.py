"""Several readers at once, asked in order and answering in order."""

import contextlib
import os
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Generic, Self, TypeVar

from nbcommons.core.errors import CommonsError
from nbcommons.intake._bulk.reading import Manner, Read, Request, read
from nbcommons.intake._bulk.worker import receive, send
from nbcommons.intake.errors import Refused

STOP_TIMEOUT_S = 5
# So much may wait at once, whatever the number of readers: it bounds the memory of an import.
MOST_WAITING = 24
MOST_WAITING_BYTES = 64_000_000

Task = TypeVar("Task")
Answer = Read | Refused


class ProcessReader:
    """Reads in a process of its own, which is started anew when a file brings it down."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, request: Request) -> Read:
        if self._process is None:
            self._process = _started()
            _tell(self._process, self._manner)
        answer = _asked(self._process, request)
        if isinstance(answer, Read):
            return answer
        if isinstance(answer, Refused):
            raise answer
        self.close()
        raise Refused(
            "Reading it makes the reader stop, or never ends. Nothing of it was kept."
        )

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait(STOP_TIMEOUT_S)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "nbcommons.intake._bulk.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=dict(os.environ),
        # Ctrl+C at the terminal is for the import, which then ends its readers.
        start_new_session=True,
    )


def _tell(process: "subprocess.Popen[bytes]", manner: Manner) -> None:
    # A process that ended at once says so when it is asked.
    with contextlib.suppress(BrokenPipeError):
        if process.stdin is not None:
            send(process.stdin, manner)


def _asked(process: "subprocess.Popen[bytes]", request: Request) -> object | None:
    """The answer; None when the process has ended."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        send(process.stdin, request)
        return receive(process.stdout)
    except (BrokenPipeError, ConnectionResetError):
        return None


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Task]):
    task: Task
    size_bytes: int
    future: "Future[Answer] | None"


class Readers:
    """Reads many versions with several readers; a context manager, which ends them.

    The first ``few`` are read in this process: a reader takes a second to start.
    """

    def __init__(self, count: int, manner: Manner, *, few: int = 0) -> None:
        """``count`` processes at most; 0: everything is read in this one."""
        self._manner = manner
        self._all = [ProcessReader(manner) for _ in range(count)]
        self._few = few
        self._free: queue.SimpleQueue[ProcessReader] = queue.SimpleQueue()
        for reader in self._all:
            self._free.put(reader)
        self._threads = ThreadPoolExecutor(max(1, count), thread_name_prefix="reader")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reader in self._all:
            reader.close()
        self._threads.shutdown()

    def each(
        self, tasks: Iterable[tuple[Task, Request | None]]
    ) -> Iterator[tuple[Task, Answer | None]]:
        """The tasks in their order, each with what was read or why not; None where none asked."""
        waiting: deque[_Waiting[Task]] = deque()
        waiting_bytes = 0
        for task, request in tasks:
            size = 0 if request is None else len(request.raw)
            while waiting and (
                len(waiting) >= MOST_WAITING or waiting_bytes + size > MOST_WAITING_BYTES
            ):
                first = waiting.popleft()
                waiting_bytes -= first.size_bytes
                yield first.task, _result(first.future)
            waiting.append(
                _Waiting(task, size, None if request is None else self._ask(request))
            )
            waiting_bytes += size
        for first in waiting:
            yield first.task, _result(first.future)

    def _ask(self, request: Request) -> "Future[Answer]":
        if self._all and self._few <= 0:
            return self._threads.submit(self._read_there, request)
        self._few -= 1
        done: Future[Answer] = Future()
        done.set_result(_answer(partial(read, manner=self._manner), request))
        return done

    def _read_there(self, request: Request) -> Answer:
        reader = self._free.get()
        try:
            return _answer(reader.read, request)
        finally:
            self._free.put(reader)


def _answer(reads: Callable[[Request], Read], request: Request) -> Answer:
    try:
        return reads(request)
    except Refused as error:
        return error
    except CommonsError as error:  # a rule of the organisation that could not be applied
        return Refused(str(error))


def _result(future: "Future[Answer] | None") -> Answer | None:
    return None if future is None else future.result()
