"""How a person wants their Jupyter to begin: which kind, what is in it, what it remembers."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.runtime import profiles as files
from nbcommons.runtime.models import JupyterPreferences
from nbcommons.runtime.profiles import Profile


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants. profile: a slug, "" for the default kind."""

    profile: str = ""
    fills_home: bool = True
    keeps_settings: bool = True


class NoSuchProfile(CommonsError):
    """That kind of Jupyter is not offered (any more)."""


def offered_profiles() -> tuple[Profile, ...]:
    """The kinds of Jupyter that people may choose from; none where all get the same.

    Raises ``profiles.BadProfiles`` for a file that its operator must mend.
    """
    return _read(settings.NBCOMMONS_PROFILES) if settings.NBCOMMONS_PROFILES else ()


def profile_called(slug: str) -> Profile | None:
    """The kind with this slug; the default one for another word, None without profiles."""
    return files.profile_called(slug, offered_profiles())


def profile_of(person_id: int) -> str:
    """The slug of the kind that the person's next Jupyter is; "" where there are no kinds."""
    profile = profile_called(wanted_by(person_id).profile)
    return profile.slug if profile else ""


def wanted_by(person_id: int | None) -> Wanted:
    """What the person has said, or what holds for everybody."""
    row = JupyterPreferences.objects.filter(person_id=person_id or 0).defer("settings").first()
    if row is None:
        return Wanted()
    return Wanted(
        profile=row.profile, fills_home=row.fills_home, keeps_settings=row.keeps_settings
    )


def choose_profile(actor: Actor, slug: str) -> None:
    """The actor's Jupyters are of this kind from the next start on. Raises ``NoSuchProfile``."""
    if slug not in {profile.slug for profile in offered_profiles()}:
        raise NoSuchProfile("That kind of Jupyter is not offered any more. Choose another one.")
    JupyterPreferences.objects.update_or_create(
        person_id=_own_id(actor), defaults={"profile": slug}
    )


@transaction.atomic
def change_preferences(actor: Actor, *, fills_home: bool, keeps_settings: bool) -> None:
    """What the actor's next Jupyter begins with. Without ``keeps_settings``, kept ones go."""
    changes: dict[str, object] = {"fills_home": fills_home, "keeps_settings": keeps_settings}
    if not keeps_settings:
        changes |= {"settings": {}, "settings_at": None}
    JupyterPreferences.objects.update_or_create(person_id=_own_id(actor), defaults=changes)


def _own_id(actor: Actor) -> int:
    if actor.person_id is None:
        raise Denied("Sign in to say how your Jupyter begins.")
    return actor.person_id


@lru_cache(maxsize=4)
def _read(path: str) -> tuple[Profile, ...]:
    return files.read_profiles(Path(path))
