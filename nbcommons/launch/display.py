"""What the person at the terminal sees: a live table, or plain lines where there is none."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from nbcommons.launch.supervise import Part, State

LOOKS = {
    State.WAITING: ("○", "dim"),
    State.STARTING: ("◔", "yellow"),
    State.READY: ("●", "green"),
    State.RESTARTING: ("↻", "yellow"),
    State.STOPPING: ("◑", "yellow"),
    State.STOPPED: ("○", "dim"),
    State.GAVE_UP: ("✕", "bold red"),
}


class Display:
    """Tells of parts as they change; ``parts`` may grow."""

    def __init__(self, console: Console, log: Path, *, is_live: bool) -> None:
        self.console = console
        self.log = log
        self.is_live = is_live
        self.parts: list[Part] = []
        self.footer: list[Text] = []
        self._live: Live | None = None
        self._last: dict[str, tuple[State, str]] = {}

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """Show the table for the length of a ``with`` block, if there is a terminal."""
        if not self.is_live:
            yield
            return
        with Live(
            get_renderable=self._table,
            console=self.console,
            refresh_per_second=4,
            transient=False,
        ) as self._live:
            yield

    def tell(self, part: Part, words: str) -> None:
        """A part changed, or has something to say."""
        if words:
            self.line(f"{part.program.label} {words}.")
        elif self._last.get(part.program.name) != (part.state, part.detail):
            self._last[part.program.name] = (part.state, part.detail)
            self.write(_sentence(part), quiet=self.is_live)

    def line(self, words: str, *, style: str = "") -> None:
        """One line, for the screen and the log."""
        self.write(words, quiet=False, style=style)

    def write(self, words: str, *, quiet: bool, style: str = "") -> None:
        """One line for the log, and for the screen unless ``quiet``."""
        with contextlib.suppress(OSError), self.log.open("a") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {words}\n")
        if not quiet:
            self.console.print(Text(words, style=style), soft_wrap=True)

    def announce(self, lines: list[tuple[str, str]]) -> None:
        """What to do next: pairs of a word and an address or sentence. Not for the log."""
        width = max(len(word) for word, _ in lines) + 2
        self.footer = [
            Text.assemble((f"  {word:<{width}}", "dim"), (text, "bold" if word else ""))
            for word, text in lines
        ]
        if not self.is_live:
            for line in self.footer:
                self.console.print(line, soft_wrap=True)

    def _table(self) -> Group:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for part in self.parts:
            sign, style = LOOKS[part.state]
            table.add_row(
                Text(sign, style=style), part.program.label, Text(_status(part), style=style)
            )
        return Group(table, Text(""), *self.footer)


def _status(part: Part) -> str:
    words = part.state.value
    if part.state is State.READY and part.ready_after_s is not None:
        words += f" (ready in {part.ready_after_s:.1f} s"
        words += f", restarts: {part.restarts})" if part.restarts else ")"
    return f"{words}: {part.detail}" if part.detail else words


def _sentence(part: Part) -> str:
    return f"{part.program.label}: {_status(part)}"
