"""Tells whether a data folder was prepared by exactly this nbcommons, without loading any of it."""

import hashlib
import os
import sys
import sysconfig
from pathlib import Path

import nbcommons

STAMP = "prepared"
VARIABLE = "NBCOMMONS_PREPARED"  # how the supervisor hands the fingerprint on


def fingerprint(database_url: str) -> str:
    """Changes with the code, the installed packages, the Python or the database."""
    digest = hashlib.sha256(f"{sys.version}\0{database_url}\0".encode())
    installed = Path(sysconfig.get_path("purelib"))
    names = sorted(path.name for path in installed.glob("*.dist-info"))
    digest.update("\0".join(names).encode())
    own = Path(nbcommons.__file__).parent
    for folder, folders, files in os.walk(own):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        is_wanted = Path(folder).name == "migrations" or "static" in Path(folder).parts
        for name in sorted(files) if is_wanted else ():
            found = (Path(folder) / name).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def is_prepared(site: Path, wanted: str) -> bool:
    """Whether the last preparation that succeeded was for exactly ``wanted``."""
    try:
        return (site / STAMP).read_text().strip() == wanted
    except OSError:
        return False
