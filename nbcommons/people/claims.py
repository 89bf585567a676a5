"""What an organisation's sign-in says of somebody, in our words: claims in, a value out."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_NAME = 150
MAX_GROUPS = 1000
MAX_USERNAME = 64
# The longest address that mail knows.
MAX_EMAIL = 254
_TRUE = {"true", "1", "yes"}
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


@dataclass(frozen=True, slots=True)
class ClaimMapping:
    """Which claim says what. A name is that of a claim, or a path in nested ones with dots.

    An empty name: nothing says it, and what is recorded here stays as it is.
    """

    username: str = "preferred_username"
    name: str = "name"
    email: str = "email"
    # The claim that tells whether the address was confirmed over there.
    email_verified: str = "email_verified"
    # The provider confirms every address, without saying so.
    is_every_email_verified: bool = False
    organisation: str = ""
    organisation_separator: str = "/"
    labels: str = ""
    administrator: str = ""
    # Whoever has one of these in that claim may switch admin mode on.
    administrator_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as their organisation knows them.

    ``organisation`` is the path from the root, () for none. None for ``organisation``, ``groups``
    and ``is_administrator``: nothing is said, so nothing changes.
    """

    username: str
    full_name: str
    email: str
    is_email_verified: bool
    organisation: tuple[str, ...] | None = None
    groups: frozenset[str] | None = None
    is_administrator: bool | None = None


def identity_from(claims: Mapping[str, Any], mapping: ClaimMapping) -> Identity:
    """What ``claims`` say by ``mapping``. Never raises: what is no text counts as not said.

    >>> identity_from({"preferred_username": "Amara.Osei", "name": "Amara Osei"}, ClaimMapping())
    Identity(username='amara.osei', full_name='Amara Osei', email='', is_email_verified=False, ...
    """
    email = _email(_text(claims, mapping.email))
    is_verified = mapping.is_every_email_verified or _is_true(claims, mapping.email_verified)
    name = _text(claims, mapping.name)
    return Identity(
        username=username_like(_text(claims, mapping.username) or email or name),
        full_name=name[:MAX_NAME],
        email=email,
        is_email_verified=bool(email) and is_verified,
        organisation=_organisation(claims, mapping),
        groups=frozenset(_texts(claims, mapping.labels)) if mapping.labels else None,
        is_administrator=_is_administrator(claims, mapping),
    )


def username_like(wanted: str) -> str:
    r"""A user name of the form that we allow, as near to ``wanted`` as can be.

    >>> username_like("Zoë.Ångström@example.org"), username_like("ORG\\jb"), username_like("日本")
    ('zoe.angstrom', 'org-jb', 'person')
    """
    local = wanted.partition("@")[0] or wanted
    plain = unicodedata.normalize("NFKD", local).encode("ascii", "ignore").decode().lower()
    dashed = re.sub(r"[^a-z0-9._-]+", "-", plain)
    return dashed.strip("-._")[:MAX_USERNAME].rstrip("-._") or "person"


def free_username(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """``wanted``, or with the first number after it that nobody has.

    >>> free_username("ben", {"ben", "ben-2"}.__contains__)
    'ben-3'
    """
    name, number = wanted, 1
    while is_taken(name):
        number += 1
        tail = f"-{number}"
        name = wanted[: MAX_USERNAME - len(tail)].rstrip("-._") + tail
    return name


def _organisation(claims: Mapping[str, Any], mapping: ClaimMapping) -> tuple[str, ...] | None:
    if not mapping.organisation:
        return None
    parts = _texts(claims, mapping.organisation)
    if len(parts) == 1 and mapping.organisation_separator:
        parts = parts[0].split(mapping.organisation_separator)
    return tuple(part.strip()[:MAX_NAME] for part in parts if part.strip())


def _is_administrator(claims: Mapping[str, Any], mapping: ClaimMapping) -> bool | None:
    if not mapping.administrator:
        return None
    if not mapping.administrator_values:
        return _is_true(claims, mapping.administrator)
    return not set(mapping.administrator_values).isdisjoint(
        _texts(claims, mapping.administrator)
    )


def _email(text: str) -> str:
    lowered = text.lower()
    is_address = len(lowered) <= MAX_EMAIL and _EMAIL.fullmatch(lowered)
    return lowered if is_address else ""


def _is_true(claims: Mapping[str, Any], name: str) -> bool:
    value = _value(claims, name)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value is True or (isinstance(value, str) and value.strip().lower() in _TRUE)


def _text(claims: Mapping[str, Any], name: str) -> str:
    """The one text of a claim, the first of several, "" for none."""
    return next(iter(_texts(claims, name)), "")


def _texts(claims: Mapping[str, Any], name: str) -> list[str]:
    value = _value(claims, name)
    values = value if isinstance(value, list | tuple) else [value]
    texts = [
        _printable(str(item))
        for item in values[:MAX_GROUPS]
        if isinstance(item, str) or (isinstance(item, int) and not isinstance(item, bool))
    ]
    return [text for text in texts if text]


def _value(claims: Mapping[str, Any], name: str) -> Any:
    """The claim itself; names with dots or slashes in them, as SAML has, come before paths."""
    if not name:
        return None
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()
