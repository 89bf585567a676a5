"""What the hub tells a person's Jupyter through its environment."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the Commons is, and how long this Jupyter lives.

    site_url: for people's browsers. internal_url: for this server. Neither ends in a slash.
    token: this spawn's permission at the Commons. expires_at: None if there is no end.
    is_own: the person connected it themselves; no hub started it.
    """

    site_url: str
    internal_url: str
    token: str = field(repr=False)
    expires_at: datetime | None
    is_own: bool = False


def take_settings(environment: MutableMapping[str, str]) -> Settings | None:
    """The settings in ``environment``; None when this Jupyter belongs to no Commons.

    Takes the token out, so that no kernel or terminal inherits it: what code prints of its
    environment ends up in notebooks.
    """
    token = environment.pop("NBCOMMONS_TOKEN", "")
    site_url = web_address(environment.get("NBCOMMONS_SITE_URL", ""))
    internal_url = web_address(environment.get("NBCOMMONS_INTERNAL_URL", "")) or site_url
    if not (token and site_url and internal_url):
        return None
    return Settings(
        site_url=site_url,
        internal_url=internal_url,
        token=token,
        expires_at=_moment(environment.get("NBCOMMONS_EXPIRES_AT", "")),
    )


def private_folder(environment: MutableMapping[str, str]) -> Path:
    """Where this extension keeps what it must not forget: a folder for nobody else."""
    data = environment.get("XDG_DATA_HOME", "")
    base = Path(data) if data.startswith("/") else Path.home() / ".local" / "share"
    return base / "nbcommons"


def web_address(text: str) -> str:
    """``text`` without its last slash, "" if it is no address of the web."""
    parts = urlsplit(text)
    return text.rstrip("/") if parts.scheme in {"http", "https"} and parts.netloc else ""


def _moment(text: str) -> datetime | None:
    """A moment with its time zone, None if ``text`` is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
