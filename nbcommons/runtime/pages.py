"""What the page Your Jupyter shows, gathered before a template sees it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from nbcommons.core.actor import Actor
from nbcommons.people.queries import TokenRow, connected_jupyters_of
from nbcommons.runtime import lab_settings, lifetimes, preferences
from nbcommons.runtime._hub import ServerState
from nbcommons.runtime.lifetimes import Lifetime
from nbcommons.runtime.preferences import Wanted
from nbcommons.runtime.profiles import Profile
from nbcommons.runtime.queries import (
    Environment,
    environment_and_server_of,
    lab_url,
    living_spawn_of,
)
from nbcommons.runtime.registered import RegisteredRow, registered_environments_of
from nbcommons.runtime.reports import Report, read_report

# What a Jupyter said longer ago may have changed since.
FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ProfileChoice:
    """A kind of Jupyter to choose."""

    profile: Profile
    is_chosen: bool

    @property
    def facts(self) -> tuple[str, ...]:
        """Its size in words."""
        memory, lifetime = self.profile.memory_mb, self.profile.lifetime_s
        return (
            *((f"{memory / 1024:.3g} GB of memory",) if memory else ()),
            *((f"closes after {in_words(timedelta(seconds=lifetime))}",) if lifetime else ()),
        )


@dataclass(frozen=True, slots=True)
class YourJupyter:
    """A person's Jupyter, those they connected, and how the next one begins.

    lifetime: None while there is none on record. report: what it last said of itself, at
    ``reported_at`` (None: it said nothing). kind: the title of its profile, "" without profiles.
    registered: Jupyters with the client of an nbgallery; takes_clients: whether those are let in.
    """

    environment: Environment
    is_stopping: bool
    active_at: datetime | None
    lifetime: Lifetime | None
    report: Report
    reported_at: datetime | None
    kind: str
    image: str
    profiles: tuple[ProfileChoice, ...]
    connected: tuple[TokenRow, ...]
    wanted: Wanted
    kept_settings: int
    kept_settings_at: datetime | None
    open_url: str
    at: datetime
    registered: tuple[RegisteredRow, ...] = ()
    takes_clients: bool = False

    @property
    def is_up(self) -> bool:
        return self.environment.is_ready and not self.is_stopping

    @property
    def is_starting(self) -> bool:
        return self.environment.is_starting and not self.is_stopping

    @property
    def is_moving(self) -> bool:
        """Whether it will look different in some seconds."""
        return self.is_stopping or self.environment.is_starting

    @property
    def extension(self) -> str:
        """What one press adds, in words; "" where it adds nothing."""
        lifetime = self.lifetime
        return in_words(lifetime.extension) if lifetime and lifetime.may_extend else ""

    @property
    def left(self) -> str:
        return in_words(self.lifetime.expires_at - self.at) if self.lifetime else ""

    @property
    def is_report_fresh(self) -> bool:
        return self.reported_at is not None and self.at - self.reported_at <= FRESH


def your_jupyter(actor: Actor, *, at: datetime) -> YourJupyter:
    """The page of the actor; asks the hub, for four seconds at most."""
    environment, server = environment_and_server_of(actor)
    person_id = actor.person_id or 0
    spawn = living_spawn_of(person_id)
    lifetime = lifetimes.lifetime_of(person_id, at=at)
    wanted = preferences.wanted_by(person_id)
    own_kind = preferences.profile_called(wanted.profile)
    running = preferences.profile_called(spawn.profile) if spawn and spawn.profile else None
    kept, kept_at = lab_settings.state_for(person_id)
    return YourJupyter(
        environment=environment,
        is_stopping=server.state is ServerState.STOPPING,
        active_at=server.active_at,
        lifetime=lifetime,
        report=read_report(spawn.report) if spawn else Report(),
        reported_at=spawn.reported_at if spawn else None,
        kind=running.title if running else "",
        image=(running.image or "") if running else "",
        profiles=tuple(
            ProfileChoice(profile, is_chosen=profile == own_kind)
            for profile in preferences.offered_profiles()
        ),
        connected=tuple(connected_jupyters_of(person_id, at=at)),
        wanted=replace(wanted, profile=own_kind.slug if own_kind else ""),
        kept_settings=kept,
        kept_settings_at=kept_at,
        open_url=lab_url(),
        at=at,
        registered=registered_environments_of(person_id),
        takes_clients=settings.NBCOMMONS_NBGALLERY,
    )


def in_words(time: timedelta) -> str:
    """«2 hours», «1 h 20 min», «9 minutes»: never more exact than it is useful."""
    minutes = max(0, int(time.total_seconds())) // 60
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return f"{hours} h {rest} min"
    count, word = (hours, "hour") if hours else (minutes, "minute")
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
