"""Brings the site up to date at each start: tables, static files, first notebooks.

Runs as a process of its own, under the site's account, and tells the supervisor the outcome as one
line of JSON. Everything here may run at every start.
"""

import hashlib
import io
import json
import os
import sys
from pathlib import Path

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from nbcommons.launch import freshness
from nbcommons.launch.data import write_private

STATIC_STAMP = ".collected"
RSA_BITS = 2048


def main() -> None:
    """Prepare the site, then print what the person at the terminal needs to know."""
    os.umask(0o077)
    make_signing_key(Path(os.environ["NBCOMMONS_OIDC_KEY_FILE"]))
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    for name in ("setup_site", "import_starter"):
        call_command(name, stdout=sys.stderr)
    if wanted := os.environ.get(freshness.VARIABLE):
        write_private(Path(settings.NBCOMMONS_DATA) / freshness.STAMP, wanted + "\n")
    print(json.dumps({"first_admin_link": first_admin_link()}))  # noqa: T201 - to the supervisor


def make_signing_key(path: Path) -> None:
    """The key that signs identities towards the hub, unless it is there."""
    if path.exists():
        return
    key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(path, text.decode())


def first_admin_link() -> str:
    """The one-time link that makes the first administrator; empty once there is one."""
    said = io.StringIO()
    call_command("first_admin_link", stdout=said)
    lines = [line.strip() for line in said.getvalue().splitlines()]
    return next((line for line in lines if line.startswith("http")), "")


def collect_static() -> None:
    """Put static files where the site serves them from, when they have changed."""
    root = Path(settings.STATIC_ROOT)
    wanted = _static_fingerprint()
    stamp = root / STATIC_STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    root.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def _static_fingerprint() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))  # noqa: PTH116 - thousands of files, at each start
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
