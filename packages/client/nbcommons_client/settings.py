"""Where the Commons is, and who calls: given, or found in the environment or a file."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from nbcommons_client.errors import NotConfigured

TOKEN_VARIABLE = "NBCOMMONS_TOKEN"  # noqa: S105 - a name
TOKEN_FILE_VARIABLE = "NBCOMMONS_TOKEN_FILE"  # noqa: S105 - a name
ADDRESS_VARIABLES = ("NBCOMMONS_URL", "NBCOMMONS_SITE_URL")
DEFAULT_ADDRESS = "http://localhost:8000"


@dataclass(frozen=True, slots=True)
class Settings:
    """address: of the site, without a slash at the end."""

    address: str
    token: str = field(repr=False)


def settings_from(
    address: str | None = None,
    token: str | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """What is given, else what ``environment`` says, else the person's token file.

    The file is the one that ``NBCOMMONS_TOKEN_FILE`` names, else ``nbcommons/token`` in the
    person's folder of settings. Raises ``NotConfigured``.
    """
    found = token or environment.get(TOKEN_VARIABLE, "").strip() or _token_in_file(environment)
    if not (found.isascii() and found.isprintable()) or " " in found:
        raise NotConfigured("The token holds signs that no token has. Copy it once more.")
    named = (environment.get(name, "").strip() for name in ADDRESS_VARIABLES)
    return Settings(
        address=_checked(address or next(filter(None, named), DEFAULT_ADDRESS)), token=found
    )


def token_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Where a person's token is looked for."""
    if named := environment.get(TOKEN_FILE_VARIABLE):
        return Path(named).expanduser()
    base = environment.get("XDG_CONFIG_HOME", "")
    folder = Path(base) if base.startswith("/") else Path.home() / ".config"
    return folder / "nbcommons" / "token"


def _token_in_file(environment: Mapping[str, str]) -> str:
    path = token_file(environment)
    try:
        with path.open(encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise NotConfigured(
                    f"{path} is open to others on this machine. Close it: chmod 600 {path}"
                )
            found = file.readline().strip()
    except (OSError, UnicodeError) as error:
        raise NotConfigured(
            f"There is no token to sign in with. Make one on your settings page, and put it "
            f"into {TOKEN_VARIABLE} or the file {path}."
        ) from error
    if not found:
        raise NotConfigured(f"The file {path} holds no token.")
    return found


def _checked(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise NotConfigured(
            f"“{address}” is no address of a Commons. One looks like https://commons.example.org."
        )
    return address.rstrip("/")
