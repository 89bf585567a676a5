"""Reads about a person's Jupyter: what it is doing, and the link that opens a notebook in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from nbcommons.core.actor import Actor
from nbcommons.people.models import Person
from nbcommons.runtime._hub import HubRefused, HubUnreachable, Server, ServerState, hub
from nbcommons.runtime.models import Spawn


class EnvironmentState(StrEnum):
    """What a page can say about somebody's Jupyter."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    UNKNOWN = "unknown"


class StepState(StrEnum):
    """How far one step of starting has come."""

    DONE = "done"
    NOW = "now"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to an open notebook, in words for the page."""

    words: str
    state: StepState

    @property
    def is_done(self) -> bool:
        return self.state is StepState.DONE

    @property
    def is_now(self) -> bool:
        return self.state is StepState.NOW


@dataclass(frozen=True, slots=True)
class Environment:
    """Somebody's Jupyter as a page shows it.

    ``problem`` is a sentence when it could not be started or the hub does not answer, else "".
    ``started_at`` and ``expires_at`` (after which it is gone) are None while it is not running.
    ``is_near``: the hub let it begin, and only its own start is still ahead.
    """

    state: EnvironmentState
    steps: tuple[Step, ...]
    problem: str = ""
    started_at: datetime | None = None
    expires_at: datetime | None = None
    is_near: bool = False

    @property
    def look_again_ms(self) -> int:
        """When it is worth asking again while it starts.

        Sooner near the end, when each moment is one too many. No more people are there at once
        than the hub starts at a time; those in line may be many.
        """
        return LOOK_NEAR_MS if self.is_near else LOOK_MS

    @property
    def is_ready(self) -> bool:
        return self.state is EnvironmentState.READY

    @property
    def is_starting(self) -> bool:
        return self.state is EnvironmentState.STARTING

    @property
    def has_problem(self) -> bool:
        return self.problem != ""

    @property
    def may_go_on(self) -> bool:
        """Whether following the run link makes sense now: the hub starts what is stopped."""
        return not self.has_problem and not self.is_starting


LOOK_MS, LOOK_NEAR_MS = 1000, 300
# How long a busy hub may take to notice that it was asked, before a page says "stopped" again.
WISH_S = 15

STEPS = (
    "A private space is made, just for you",
    "Jupyter starts in it",
    "The notebook opens",
)


def environment_of(actor: Actor) -> Environment:
    """What the actor's Jupyter is doing now; asks the hub, for four seconds at most.

    Never raises: a hub that does not answer is the state ``unknown`` with its ``problem``.
    """
    return environment_and_server_of(actor)[0]


def environment_and_server_of(actor: Actor) -> tuple[Environment, Server]:
    """The same, and what the hub itself says; a stopped server where it does not answer."""
    stopped = Server(ServerState.STOPPED)
    person = Person.objects.filter(pk=actor.person_id or 0).first()
    if person is None:
        return Environment(EnvironmentState.STOPPED, _steps(0)), stopped
    client = hub()
    try:
        server = client.server_of(person.username)
        problem = in_line = ""
        if server.state is ServerState.STARTING:
            in_line = client.words_in_line(person.username)
        if server.state is ServerState.STOPPED:
            problem = _sentence(client.why_not_started(person.username))
    except (HubUnreachable, HubRefused) as error:
        return Environment(EnvironmentState.UNKNOWN, _steps(0), problem=str(error)), stopped
    if in_line:
        steps = _steps(0, before=(in_line,))
        return Environment(EnvironmentState.STARTING, steps), server
    is_wanted = (
        server.state is ServerState.STOPPED and cache.get(wish_key(person.pk)) is not None
    )
    spawn = living_spawn_of(person.pk)
    return _environment(server, spawn, problem, is_wanted=is_wanted), server


def wish_key(person_id: int) -> str:
    """Where it is noted for ``WISH_S`` seconds that the person has asked for their Jupyter."""
    return f"runtime.wanted:{person_id}"


def living_spawn_of(person_id: int) -> Spawn | None:
    """The newest life of the person's Jupyter of which we have not heard the end."""
    spawns = Spawn.objects.filter(person_id=person_id, ended_at__isnull=True)
    return spawns.order_by("-started_at").first()


def spawn_known_as(spawn_id: str) -> Spawn | None:
    """The life of a Jupyter that the hub calls so, ended or not."""
    return Spawn.objects.filter(spawn_id=spawn_id).first()


def run_url(notebook_uuid: UUID | str, revision: int | None = None) -> str:
    """The link that opens a notebook in the reader's own Jupyter, starting it if need be.

    It passes through the hub's sign-in each time: a bare link would lead into the Jupyter of
    whoever used this browser before.
    """
    query = {"uuid": str(notebook_uuid)} | ({"revision": revision} if revision else {})
    return _through_sign_in(f"nbcommons/open?{urlencode(query)}")


def lab_url() -> str:
    """The link that opens the reader's own Jupyter as they left it; as ``run_url``."""
    return _through_sign_in("lab")


def _through_sign_in(path: str) -> str:
    jupyter = settings.NBCOMMONS_JUPYTER_URL
    target = f"{urlsplit(jupyter).path}hub/user-redirect/{path}"
    return f"{jupyter}hub/oauth_login?next={quote(target, safe='')}"


def is_hub_answering() -> bool:
    """Whether Jupyter's hub answers, within a second."""
    return hub().is_answering()


def _environment(
    server: Server, spawn: Spawn | None, problem: str, *, is_wanted: bool
) -> Environment:
    expires_at = spawn.expires_at if spawn is not None else None
    if server.state is ServerState.READY:
        return Environment(
            EnvironmentState.READY,
            _steps(2),
            started_at=server.started_at,
            expires_at=expires_at,
        )
    if server.state is ServerState.STOPPED and (problem or not is_wanted):
        return Environment(EnvironmentState.STOPPED, _steps(0), problem=problem)
    # One that is still stopping starts anew as soon as it is gone.
    has_space = spawn is not None and server.state is ServerState.STARTING
    steps = _steps(1 if has_space else 0)
    return Environment(EnvironmentState.STARTING, steps, is_near=has_space)


def _steps(done: int, *, before: tuple[str, ...] = ()) -> tuple[Step, ...]:
    """The steps of a start, ``done`` of them behind; ``before`` come ahead of the usual ones."""
    steps = before + STEPS
    states = [StepState.DONE] * done + [StepState.NOW] + [StepState.WAITING] * len(steps)
    return tuple(Step(words, state) for words, state in zip(steps, states, strict=False))


def _sentence(message: str) -> str:
    """The hub's message if somebody wrote it for people; a plain sentence otherwise."""
    if not message:
        return ""
    if message.endswith((".", "!")):
        return message
    return (
        "Your Jupyter could not be started. Try again in a minute; if it goes on, tell whoever "
        "runs the Notebook Commons here."
    )
