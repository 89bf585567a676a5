"""The line in front of a start: as many Jupyters start at a time as the machine carries.

A start costs seconds of processor time. Twenty at once would all be slow, and the site with them;
one after the other, the first people are in soon and everybody is told how long the line is.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

LOOK_EVERY_S = 0.5
TEENS = range(11, 14)
ENDINGS = {1: "st", 2: "nd", 3: "rd"}


class Line:
    """First come, first served; at most ``slots`` at a time get through."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._starting = 0
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def enter(self, name: str) -> None:
        """Wait for a slot; ``leave`` gives it back."""
        if self._starting < self.slots and not self._waiting:
            self._starting += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[name] = turn
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()
            raise
        finally:
            del self._waiting[name]

    def leave(self) -> None:
        """The slot goes to whoever has waited longest."""
        for turn in self._waiting.values():
            if not turn.done():
                turn.set_result(None)
                return
        self._starting -= 1

    def place_of(self, name: str) -> int | None:
        """1 for whoever is next; None for those who do not wait."""
        waiting = [key for key, turn in self._waiting.items() if not turn.done()]
        return waiting.index(name) + 1 if name in waiting else None

    async def progress(self, name: str) -> AsyncIterator[dict[str, Any]]:
        """An event each time the place in line changes, until it is one's turn."""
        told = None
        while (place := self.place_of(name)) is not None:
            if place != told:
                yield {"progress": 5, "message": words_of(place), "place": place}
                told = place
            await asyncio.sleep(LOOK_EVERY_S)


def name_of(spawner: Any) -> str:
    """What a spawner is called in the line."""
    return f"{spawner.user.name}/{spawner.name}"


def words_of(place: int) -> str:
    """A place in line, as a sentence."""
    if place == 1:
        return "Others are starting theirs: you are next in line"
    return f"Others are starting theirs: you are {ordinal(place)} in line"


def ordinal(number: int) -> str:
    """A number as a place: 1st, 2nd, 3rd, 4th."""
    if number % 100 in TEENS:
        return f"{number}th"
    return f"{number}{ENDINGS.get(number % 10, 'th')}"


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


# One for all: spawners are made by the hub, which gives them nothing but configuration.
starts = Line(processors())
