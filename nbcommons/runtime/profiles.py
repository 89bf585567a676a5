"""The kinds of Jupyter that an operator offers: read from one JSON file, by site and hub alike.

Plain Python without a framework, because the hub reads the same file.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_PROFILES = 20
MOST_BYTES = 100_000
LONGEST_LIFETIME_S = 7 * 24 * 3600
MOST_MEMORY_MB = 4_000_000
MOST_PROCESSES = 100_000
TITLE_LENGTH = 60
DESCRIPTION_LENGTH = 300
IMAGE_LENGTH = 300

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_FIELDS = {
    "slug",
    "title",
    "description",
    "memory_mb",
    "processes",
    "image",
    "lifetime_s",
    "is_default",
}


class BadProfiles(ValueError):
    """The file is not as it should be; the text says what is wrong, for its operator."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of Jupyter. What is None is as without profiles.

    memory_mb: most memory of one process. image: of the container, where the hub starts one.
    """

    slug: str
    title: str
    description: str = ""
    memory_mb: int | None = None
    processes: int | None = None
    image: str | None = None
    lifetime_s: int | None = None
    is_default: bool = False


def read_profiles(path: Path | None) -> tuple[Profile, ...]:
    """The profiles in the file, in its order; none without a file.

    Raises ``BadProfiles``. Exactly one of them is the default: the first where none says so.
    """
    if path is None:
        return ()
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadProfiles(f"{path} cannot be read: {error.strerror}.") from error
    if len(raw) > MOST_BYTES:
        raise BadProfiles(f"{path} is larger than {MOST_BYTES:,} bytes.")
    try:
        return parse_profiles(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise BadProfiles(f"{path}: {error}") from error


def parse_profiles(content: Any) -> tuple[Profile, ...]:
    """The profiles in what the file holds. Raises ``BadProfiles``."""
    if not isinstance(content, list) or not 0 < len(content) <= MOST_PROFILES:
        raise BadProfiles(f"a list of 1 to {MOST_PROFILES} profiles, please.")
    found = [_profile(one, f"profile {number}") for number, one in enumerate(content, 1)]
    if len({profile.slug for profile in found}) < len(found):
        raise BadProfiles("two profiles have the same slug.")
    defaults = [profile for profile in found if profile.is_default]
    if len(defaults) > 1:
        raise BadProfiles("more than one profile says is_default.")
    if not defaults:
        first = content[0] | {"is_default": True}
        found[0] = _profile(first, "profile 1")
    return tuple(found)


def default_of(profiles: tuple[Profile, ...]) -> Profile | None:
    """The profile that people get who choose none; None where there are no profiles."""
    return next((profile for profile in profiles if profile.is_default), None)


def profile_called(slug: object, profiles: tuple[Profile, ...]) -> Profile | None:
    """The profile with this slug; the default one for any other word."""
    known = {profile.slug: profile for profile in profiles}
    wanted = known.get(slug) if isinstance(slug, str) else None
    return wanted or default_of(profiles)


def _profile(content: Any, where: str) -> Profile:
    if not isinstance(content, dict):
        raise BadProfiles(f"{where} is no object.")
    if unknown := sorted(content.keys() - _FIELDS):
        raise BadProfiles(f"{where} has fields that mean nothing: {', '.join(unknown)}.")
    slug = content.get("slug")
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise BadProfiles(f"{where} needs a slug of small letters, digits and dashes.")
    is_default = content.get("is_default", False)
    if not isinstance(is_default, bool):
        raise BadProfiles(f"{where}: is_default is true or false.")
    image = content.get("image")
    return Profile(
        slug=slug,
        title=_text(content.get("title", slug), TITLE_LENGTH, f"{where}: title"),
        description=_text(
            content.get("description", ""), DESCRIPTION_LENGTH, f"{where}: description"
        ),
        memory_mb=_number(content.get("memory_mb"), MOST_MEMORY_MB, f"{where}: memory_mb"),
        processes=_number(content.get("processes"), MOST_PROCESSES, f"{where}: processes"),
        image=None if image is None else _text(image, IMAGE_LENGTH, f"{where}: image"),
        lifetime_s=_number(
            content.get("lifetime_s"), LONGEST_LIFETIME_S, f"{where}: lifetime_s"
        ),
        is_default=is_default,
    )


def _text(value: Any, most: int, where: str) -> str:
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise BadProfiles(f"{where} is one line of at most {most} signs.")
    return value


def _number(value: Any, most: int, where: str) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 0 < value <= most:
        raise BadProfiles(f"{where} is a whole number from 1 to {most}, or null.")
    return value
