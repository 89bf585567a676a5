"""What the operator asked an import to do."""

from dataclasses import dataclass

from nbcommons.intake._bulk.items import Kind


@dataclass(frozen=True, slots=True)
class Orders:
    """How the notebooks of one source come in.

    owner_id, team_id: who looks after those of which the source does not say it; at most one.
    keeper_id: a person in whose name versions come in that have no known author. visibility:
    for those of which the source does not say it. label_ids: put on each new one.
    overwrites: also where somebody changed the notebook here meanwhile.
    """

    kind: Kind
    shown: str
    keeper_id: int
    visibility: str
    owner_id: int | None = None
    team_id: int | None = None
    label_ids: tuple[int, ...] = ()
    is_dry: bool = False
    overwrites: bool = False
    skips_same: bool = False
    takes_own_owners: bool = False

    @property
    def for_person_id(self) -> int | None:
        """Whose import it is, when the source itself names no owners."""
        return None if self.takes_own_owners else self.owner_id

    @property
    def for_team_id(self) -> int | None:
        return None if self.takes_own_owners else self.team_id
