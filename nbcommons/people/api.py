"""What a program learns about the one in whose name it calls."""

from typing import Annotated

from ninja import Router, Schema
from pydantic import ConfigDict, Field

from nbcommons.core.conditional import conditional
from nbcommons.core.requests import CommonsRequest
from nbcommons.people.credentials import Credential
from nbcommons.people.models import Membership, Person

router = Router(auth=Credential(), tags=["me"])


class TeamOut(Schema):
    """A team of yours."""

    team: Annotated[str, Field(description="Its short name.")]
    name: str
    role: Annotated[str, Field(description="owner, editor or member")]


class MeOut(Schema):
    """Who you are here."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "username": "ann",
                "name": "Ann Lee",
                "scopes": ["notebooks:read"],
                "teams": [{"team": "customs", "name": "Customs", "role": "editor"}],
            }
        }
    )

    username: str
    name: str
    scopes: Annotated[
        list[str] | None,
        Field(description="What this token may do; null for the session of a page."),
    ]
    teams: list[TeamOut]


@router.get("", response=MeOut, summary="Who calls")
@conditional
def read_me(request: CommonsRequest) -> MeOut:
    """Any token may ask this, whatever its scopes."""
    person = Person.objects.get(pk=request.actor.person_id or 0)
    scopes = request.actor.scopes
    memberships = Membership.objects.filter(person=person).order_by("team__slug")
    return MeOut(
        username=person.username,
        name=str(person),
        scopes=None if scopes is None else sorted(scopes),
        teams=[
            TeamOut(team=slug, name=name, role=role)
            for slug, name, role in memberships.values_list("team__slug", "team__name", "role")
        ],
    )
