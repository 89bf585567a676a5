"""Where people may sign in besides here: their organisation's providers, as configured."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nbcommons.people.claims import ClaimMapping

KINDS = ("oidc", "saml")
WAYS_IN = ("automatic", "approval", "invited")
DEFAULT_SCOPES = ("openid", "profile", "email")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class ProviderMistake(ValueError):
    """The configuration of a provider does not say what it must; the text tells where."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One place to sign in.

    kind: oidc or saml. accounts: what becomes of somebody without an account here: they get one
    (automatic), get one that an administrator must approve (approval), or need an invitation
    (invited). links_by_email: an account here with the same confirmed address is theirs.
    For saml, ``issuer`` is the provider's entity id; the rest of what SAML needs is in ``saml``.
    """

    kind: str
    id: str
    name: str
    issuer: str
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    accounts: str = "automatic"
    links_by_email: bool = False
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    claims: ClaimMapping = field(default_factory=ClaimMapping)
    saml: Mapping[str, str] = field(default_factory=dict)


def providers_from(
    tables: list[Mapping[str, Any]], environment: Mapping[str, str]
) -> tuple[Provider, ...]:
    """The providers that the tables of a TOML file describe.

    A secret may stand in the file, in another file (``client_secret_file``) or in the environment
    (``client_secret_env``). Raises ``ProviderMistake`` for what is missing, unknown or unsafe.
    """
    found = tuple(_provider(table, environment) for table in tables)
    ids = [provider.id for provider in found]
    if len(set(ids)) < len(ids):
        raise ProviderMistake("Two providers have the same id.")
    return found


def provider_in_environment(environment: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The one provider of a site that needs no file: from ``NBCOMMONS_ORGANISATION_…``."""
    issuer = environment.get("NBCOMMONS_ORGANISATION_ISSUER", "")
    if not issuer:
        return []
    start = "NBCOMMONS_ORGANISATION_"
    names = ("name", "client_id", "client_secret", "accounts")
    table = {
        name: environment[start + name.upper()]
        for name in names
        if start + name.upper() in environment
    }
    return [{"kind": "oidc", "id": "organisation", "issuer": issuer} | table]


def _provider(table: Mapping[str, Any], environment: Mapping[str, str]) -> Provider:
    what = f"The provider {table.get('id', '(without id)')!r}"
    known = {"claims", "client_secret_env", "client_secret_file"}
    known |= {entry.name for entry in fields(Provider)}
    if unknown := table.keys() - known:
        raise ProviderMistake(f"{what} has settings that there are not: {sorted(unknown)}.")
    kind = _choice(what, "kind", table.get("kind", "oidc"), KINDS)
    provider = Provider(
        kind=kind,
        id=_needed(what, "id", table),
        name=_needed(what, "name", table) if "name" in table else "your organisation",
        issuer=_needed(what, "issuer", table).rstrip("/")
        if kind == "oidc"
        else _needed(what, "issuer", table),
        client_id=_needed(what, "client_id", table) if kind == "oidc" else str(table["id"]),
        client_secret=_secret(what, table, environment),
        accounts=_choice(what, "accounts", table.get("accounts", "automatic"), WAYS_IN),
        links_by_email=_yes(what, "links_by_email", table),
        scopes=tuple(table.get("scopes", DEFAULT_SCOPES)),
        claims=_claims(what, table.get("claims", {})),
        saml=_saml(what, table) if kind == "saml" else {},
    )
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", provider.id):
        raise ProviderMistake(f"{what}: the id may hold small letters, digits and dashes.")
    if kind == "oidc":
        _require_encrypted(what, "issuer", provider.issuer)
    return provider


def _claims(what: str, table: Mapping[str, Any]) -> ClaimMapping:
    kinds = {entry.name: entry.type for entry in fields(ClaimMapping)}
    if unknown := table.keys() - kinds.keys():
        raise ProviderMistake(f"{what} maps what there is not: {sorted(unknown)}.")
    for name, value in table.items():
        is_list = name == "administrator_values"
        wanted: type = list if is_list else bool if name.startswith("is_") else str
        if not isinstance(value, wanted):
            raise ProviderMistake(f"{what}: claims.{name} must be a {wanted.__name__}.")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in table.items()
    }
    return ClaimMapping(**values)


def _saml(what: str, table: Mapping[str, Any]) -> Mapping[str, str]:
    given = table.get("saml", {})
    if not isinstance(given, Mapping):
        raise ProviderMistake(f"{what}: saml must be a table.")
    known = {"sso_url", "certificate", "certificate_file", "metadata_url", "uid"}
    if unknown := given.keys() - known:
        raise ProviderMistake(
            f"{what}: saml has settings that there are not: {sorted(unknown)}."
        )
    settings = {name: str(value) for name, value in given.items()}
    if "certificate_file" in settings:
        settings["certificate"] = _file(what, settings.pop("certificate_file"))
    if "metadata_url" in settings:
        _require_encrypted(what, "saml.metadata_url", settings["metadata_url"])
    elif not {"sso_url", "certificate"} <= settings.keys():
        raise ProviderMistake(
            f"{what}: saml needs metadata_url, or sso_url and certificate (or certificate_file)."
        )
    return settings


def _secret(what: str, table: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    if name := table.get("client_secret_env"):
        if not environment.get(name):
            raise ProviderMistake(f"{what}: {name} is not set.")
        return environment[name]
    if name := table.get("client_secret_file"):
        return _file(what, name)
    return str(table.get("client_secret", ""))


def _file(what: str, name: str) -> str:
    try:
        return Path(name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ProviderMistake(f"{what}: {name} cannot be read.") from error


def _needed(what: str, name: str, table: Mapping[str, Any]) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ProviderMistake(f"{what} needs {name}.")
    return value.strip()


def _choice(what: str, name: str, value: Any, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise ProviderMistake(f"{what}: {name} must be one of {', '.join(choices)}.")
    return str(value)


def _yes(what: str, name: str, table: Mapping[str, Any]) -> bool:
    value = table.get(name, False)
    if not isinstance(value, bool):
        raise ProviderMistake(f"{what}: {name} must be true or false.")
    return value


def _require_encrypted(what: str, name: str, url: str) -> None:
    """What the provider says over there decides who somebody is here."""
    parts = urlsplit(url)
    is_near = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.hostname and (parts.scheme == "https" or is_near)):
        raise ProviderMistake(f"{what}: {name} must be an https:// address.")
