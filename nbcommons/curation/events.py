"""Facts about looking after a notebook; those about the notebook itself are the catalogue's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnershipOffered:
    """Somebody asks a person or a team to look after a notebook from now on."""

    actor_id: int | None
    notebook_id: int
    offer_id: int


@dataclass(frozen=True, slots=True)
class OwnershipOfferClosed:
    """An offer has its answer; ``outcome`` is accepted, declined, withdrawn or expired."""

    actor_id: int | None
    notebook_id: int
    offer_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class NotebooksHandedOver:
    """An administrator gave what somebody looked after to a person or a team (one of the two)."""

    actor_id: int | None
    person_id: int
    to_person_id: int | None
    to_team_id: int | None
    count: int


@dataclass(frozen=True, slots=True)
class SecretsSettled:
    """Somebody opened a notebook to others, and said what in it is no secret."""

    actor_id: int | None
    notebook_id: int
