"""Reads the environment: one typed function per kind, each with a safe default."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg import conninfo

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def env_str(name: str, default: str) -> str:
    """The text of ``name``, or ``default`` when it is not set."""
    return os.environ.get(name, default)


def env_int(name: str, default: int) -> int:
    """A whole number; raises ``ImproperlyConfigured`` for anything else."""
    text = os.environ.get(name)
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None


def env_bool(name: str, *, default: bool) -> bool:
    """Yes or no: 1, true, yes, on against 0, false, no, off."""
    text = os.environ.get(name)
    if text is None:
        return default
    if text.lower() not in _TRUE | _FALSE:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {text!r}.")
    return text.lower() in _TRUE


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of ``choices``; raises ``ImproperlyConfigured`` for anything else."""
    value = os.environ.get(name, default)
    if value not in choices:
        raise ImproperlyConfigured(
            f"{name} must be one of {', '.join(choices)}; not {value!r}."
        )
    return value


def env_list(name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """Words parted by commas; empty ones are left out."""
    text = os.environ.get(name)
    if text is None:
        return default
    return tuple(word.strip() for word in text.split(",") if word.strip())


def env_path(name: str, default: Path) -> Path:
    """A folder or file."""
    return Path(os.environ.get(name, default))


def env_secret(name: str, *, is_required: bool, fallback: str) -> str:
    """A secret; raises ``ImproperlyConfigured`` when one is required and none is set."""
    value = os.environ.get(name, "")
    if value:
        return value
    if is_required:
        raise ImproperlyConfigured(f"{name} is not set. Production does not start without it.")
    return fallback


def database_from(url: str, *, keeps_plans: bool = True) -> dict[str, object]:
    """Settings for a PostgreSQL URL, whose host may be the folder of a socket.

    ``keeps_plans``: what is asked often on a connection is planned once (``core.prepared``).
    """
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_URL must be a postgresql:// address: PostgreSQL only."
        )
    parts = conninfo.conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "postgres"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": unquote(str(parts.pop("host", ""))),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": {"prepare_threshold": 5 if keeps_plans else None, **parts},
    }
