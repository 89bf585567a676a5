"""Searches an index, cuts its files of one kind short as they are, and searches again."""

import sys
from pathlib import Path

from nbcommons.search._folder import FolderStore
from tests.factories.search import ask, document

folder, kind, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
store = FolderStore(folder)
# Many pages, so that there is something past the end of what is left.
shelf = [
    document(
        number,
        f"Names {number}",
        markdown=" ".join(f"w{number}x{i} names" for i in range(400)),
        code=" ".join(f"c{number}x{i}" for i in range(400)),
    )
    for number in range(1, 60)
]
store.replace(shelf)
assert ask(store, "names w7x7").total
for path in folder.glob(f"*/*.{kind}"):
    with path.open("r+b") as file:
        file.truncate(size)
if ask(store, "names w8x8 c9x9 w5").is_building:
    sys.stdout.write("lost\n")
if store.wants_building():
    sys.stdout.write("wanted\n")
store.replace(shelf, only_if_missing=True)
if ask(store, "names w8x8").total:
    sys.stdout.write("found\n")
