"""A program that reads notebooks for an import, beside it: one question, one answer, in pickle.

A process of its own, so that two cores read at once, and so that a file which makes a reader
crash or never end costs that file only.
"""

import contextlib
import os
import pickle
import resource
import signal
import struct
from typing import IO

LENGTH = struct.Struct("!I")
MOST_MEMORY_BYTES = 4_000_000_000
MOST_SECONDS = 120


def main() -> None:
    """Answer until nobody asks any more."""
    # Ctrl+C is for the import: it ends this program by closing the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not come between the answers.
    os.dup2(2, 1)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    _prepare()
    manner = receive(questions)
    while (question := receive(questions)) is not None:
        # Without a handler the alarm ends the program, wherever it is stuck.
        signal.alarm(MOST_SECONDS)
        answer = _answer(question, manner)
        signal.alarm(0)
        send(answers, answer)


def send(pipe: IO[bytes], value: object) -> None:
    """Write ``value`` and its length."""
    packed = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(LENGTH.pack(len(packed)) + packed)
    pipe.flush()


def receive(pipe: IO[bytes]) -> object | None:
    """The next value; None when the other side has gone."""
    header = pipe.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    length: int = LENGTH.unpack(header)[0]
    packed = pipe.read(length)
    if len(packed) < length:
        return None
    # Both ends of the pipe are this program.
    value: object = pickle.loads(packed)  # noqa: S301
    return value


def _prepare() -> None:
    import django  # noqa: PLC0415 - the pipes come first: what is imported may print

    django.setup()


def _answer(question: object, manner: object) -> object:
    from nbcommons.core.errors import CommonsError  # noqa: PLC0415 - after the set-up
    from nbcommons.intake._bulk.reading import Manner, Request, read  # noqa: PLC0415
    from nbcommons.intake.errors import Refused  # noqa: PLC0415

    if not isinstance(question, Request) or not isinstance(manner, Manner):
        raise TypeError(type(question).__name__)
    try:
        return read(question, manner)
    except CommonsError as error:
        return Refused(str(error))
    except MemoryError:
        return Refused("Reading it takes more memory than there is.")


if __name__ == "__main__":
    main()
