"""Reports waiting to be delivered, on disk, so that neither side's restart loses one."""

import contextlib
import json
import logging
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_nbcommons.errors import CannotWrite
from jupyter_nbcommons.reports import RunReport

MOST_WAITING = 50_000
BUSY_TIMEOUT_S = 5.0

log = logging.getLogger("jupyter_nbcommons")

_TABLE = """
CREATE TABLE IF NOT EXISTS waiting (
  place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report in the outbox. place: grows with time; the handle for ``remove``."""

    place: int
    body: dict[str, Any]


class Outbox:
    """A queue in one SQLite file: what ``add`` returned from survives a crash.

    Safe to call from several threads. Two servers of one person may share it; both may then
    deliver the same report, which the Commons counts once.
    """

    def __init__(self, folder: Path, *, most: int = MOST_WAITING) -> None:
        """Open the queue in ``folder``, which is made if need be. Raises ``CannotWrite``."""
        self.path = folder / "outbox.sqlite3"
        self.dropped = 0
        self._most = most
        self._lock = threading.Lock()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._db = self._opened()
        except (OSError, sqlite3.Error) as error:
            raise CannotWrite(f"There is no place for reports of runs: {error}.") from error

    def add(self, reports: Sequence[RunReport]) -> None:
        """Put ``reports`` at the end; one that is there already is not put in again.

        When this returns they are on the disk. Beyond the limit the oldest fall out and are
        counted in ``dropped``. Raises ``CannotWrite``.
        """
        rows = [(str(r.id), json.dumps(r.as_json(), separators=(",", ":"))) for r in reports]
        with self._transaction() as db:
            db.executemany("INSERT OR IGNORE INTO waiting (id, body) VALUES (?, ?)", rows)
            too_many = _count(db) - self._most
            if too_many > 0:
                db.execute(
                    "DELETE FROM waiting WHERE place IN "
                    "(SELECT place FROM waiting ORDER BY place LIMIT ?)",
                    (too_many,),
                )
        if too_many > 0:
            self.dropped += too_many
            log.warning("nbcommons: the oldest %d reports of runs were given up", too_many)

    def oldest(self, limit: int) -> list[Waiting]:
        """The ``limit`` reports that wait longest, the oldest first."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT place, body FROM waiting ORDER BY place LIMIT ?", (limit,)
            ).fetchall()
        return [Waiting(place, json.loads(body)) for place, body in rows]

    def remove(self, waiting: Sequence[Waiting]) -> None:
        """Take these reports out: delivered, or refused for good."""
        with self._transaction() as db:
            db.executemany(
                "DELETE FROM waiting WHERE place = ?", [(one.place,) for one in waiting]
            )

    def __len__(self) -> int:
        with self._transaction() as db:
            return _count(db)

    def close(self) -> None:
        """Let go of the file. Nothing may be called afterwards."""
        with self._lock:
            self._db.close()

    def _opened(self) -> sqlite3.Connection:
        """The database, a new one if the file that is there is none."""
        try:
            return self._connected()
        except sqlite3.OperationalError:
            raise  # locked, no room, no permission: the file itself may be sound
        except sqlite3.DatabaseError:
            log.warning("nbcommons: the queue of reports was damaged; a new one is begun")
            self.path.replace(self.path.with_suffix(".damaged"))
            for suffix in ("-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        # Made before SQLite makes it, for its owner only.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
        db = sqlite3.connect(
            self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # on the disk before «received» is said
            db.execute(_TABLE)
            if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("damaged")
        except sqlite3.Error:
            db.close()
            raise
        return db

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                except BaseException:
                    self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                raise CannotWrite(f"Reports of runs cannot be kept: {error}.") from error


def _count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM waiting").fetchone()[0])
