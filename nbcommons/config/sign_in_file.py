"""Reads where people sign in besides here, from a TOML file and the environment."""

import os
import tomllib
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from nbcommons.people.providers import (
    Provider,
    ProviderMistake,
    provider_in_environment,
    providers_from,
)


def sign_in_providers(file: str) -> tuple[Provider, ...]:
    """The providers that ``file`` describes, and the one in the environment.

    Raises ``ImproperlyConfigured`` for a file that cannot be read or says what it must not.
    """
    tables = provider_in_environment(os.environ)
    try:
        if file:
            read = tomllib.loads(Path(file).read_text(encoding="utf-8"))
            tables = [*read.get("provider", ()), *tables]
        return providers_from(tables, os.environ)
    except OSError as error:
        raise ImproperlyConfigured(f"NBCOMMONS_SIGN_IN_FILE: {error}.") from error
    except (tomllib.TOMLDecodeError, ProviderMistake) as error:
        raise ImproperlyConfigured(f"Signing in with an organisation: {error}") from error
