"""How large a Jupyter may grow and how long it may live, for whichever spawner starts it.

A person chooses by a word only: what the word means is in the operator's file, and a word that is
not there means the default. Images, limits and times never come from the person.
"""

import logging
from dataclasses import dataclass
from typing import Any

from nbcommons.runtime.profiles import default_of, profile_called
from nbcommons_hub.settings import HubSettings

KILL_AFTER_S = 20

log = logging.getLogger("nbcommons_hub")


@dataclass(frozen=True, slots=True)
class Kind:
    """A profile, with what it leaves open filled in from the settings.

    longest_s: how long it lives at most, however often its end is put off. image: None for the
    spawner's own.
    """

    slug: str
    memory_mb: int
    processes: int
    lifetime_s: int
    longest_s: int
    image: str | None


def kind_for(options: Any, settings: HubSettings) -> Kind:
    """What somebody gets who asks for these options."""
    word = options.get("profile") if isinstance(options, dict) else None
    found = profile_called(word, settings.profiles) or default_of(settings.profiles)
    slug = found.slug if found is not None else ""
    if word not in {None, "", slug}:
        log.warning("there is no profile %.40r here: the default is taken", word)
    lifetime_s = (found and found.lifetime_s) or settings.lifetime_s
    return Kind(
        slug=slug,
        memory_mb=(found and found.memory_mb) or settings.memory_mb,
        processes=(found and found.processes) or settings.processes,
        lifetime_s=lifetime_s,
        longest_s=lifetime_s + settings.extension_most_s,
        image=found.image if found is not None else None,
    )


def fit(spawner: Any, kind: Kind) -> None:
    """Give the spawner its limits, each time anew: its last start may have been another kind."""
    # Container spawners would read a person's wish by themselves, images included.
    spawner.user_options = {}
    if spawner.has_trait("longest_s"):  # ours
        spawner.longest_s = kind.longest_s
        spawner.memory_mb = kind.memory_mb
        spawner.processes = kind.processes
        return
    if spawner.has_trait("image"):
        own = getattr(spawner, "own_image", spawner.image)
        spawner.own_image = own
        spawner.image = kind.image or own
    spawner.mem_limit = kind.memory_mb << 20 or None
    if spawner.has_trait("extra_pod_config"):  # Kubernetes
        deadline = {"activeDeadlineSeconds": kind.longest_s}
        spawner.extra_pod_config = {**spawner.extra_pod_config, **deadline}
    if spawner.has_trait("extra_host_config"):  # Docker, which knows no deadline
        limit = {"pids_limit": kind.processes}
        spawner.extra_host_config = {**spawner.extra_host_config, **limit}
        guard = ["timeout", f"--kill-after={KILL_AFTER_S}", str(kind.longest_s)]
        spawner.cmd = [*guard, *_without_guard(spawner.cmd)]


def _without_guard(command: list[str]) -> list[str]:
    return command[3:] if command[:1] == ["timeout"] else command
