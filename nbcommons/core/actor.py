"""Who acts: a person, a person's token, or the system."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Actor:
    """The one in whose name something is read or written.

    ``person_id`` is None for nobody and for the system. ``scopes`` is None when the actor may
    do
    all that the person may, else the scopes of the token that was shown. ``name`` is for logs.
    """

    person_id: int | None
    name: str
    is_system: bool = False
    is_admin_mode: bool = False
    scopes: frozenset[str] | None = None

    @classmethod
    def system(cls, purpose: str) -> Self:
        """The system itself, saying what for: ``Actor.system("search index")``."""
        return cls(person_id=None, name=f"system: {purpose}", is_system=True)

    @classmethod
    def person(cls, person_id: int, name: str) -> Self:
        """A signed-in person, without admin powers."""
        return cls(person_id=person_id, name=name)

    @classmethod
    def nobody(cls) -> Self:
        """Someone who has not signed in."""
        return cls(person_id=None, name="nobody")

    def in_admin_mode(self) -> Self:
        """The same actor with admin powers switched on."""
        return replace(self, is_admin_mode=True)

    def limited_to(self, scopes: frozenset[str]) -> Self:
        """The same actor acting through a token with these scopes."""
        return replace(self, scopes=scopes)

    def has_scope(self, scope: str) -> bool:
        """Whether the token shown (if one was) covers ``scope``."""
        return self.scopes is None or scope in self.scopes

    @property
    def sees_everything(self) -> bool:
        return self.is_system or self.is_admin_mode
