"""Writes batches into an index until it is killed, telling after each commit how far it is.

Batch n holds notebook 0 (stamp n) and notebook n, so that readers can tell a torn state.
"""

import sys
from pathlib import Path

from nbcommons.search._folder import FolderStore
from tests.factories.search import document

store = FolderStore(Path(sys.argv[1]))
first = int(sys.argv[2])
last = int(sys.argv[3])
for number in range(first, last + 1):
    with store.writing() as batch:
        batch.write(
            [
                document(100_000, "counter", stamp=number),
                document(number, f"batch {number}", stamp=number, markdown="words " * 200),
            ]
        )
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()
