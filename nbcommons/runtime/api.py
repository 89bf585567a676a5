"""A person's Jupyter for programs: how long it lives, and putting its end off."""

from datetime import datetime
from typing import Annotated

from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from nbcommons.core.conditional import conditional
from nbcommons.core.requests import CommonsRequest
from nbcommons.people.credentials import Credential
from nbcommons.runtime.lifetimes import Lifetime, extend_environment, lifetime_of

router = Router(auth=Credential("executions:write"), tags=["me"])


class EnvironmentOut(Schema):
    """Your Jupyter as the Commons has it on record."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "is_running": True,
                "profile": "large",
                "started_at": "2026-11-20T08:00:00Z",
                "expires_at": "2026-11-20T16:00:00Z",
                "latest_at": "2026-11-21T00:00:00Z",
                "extension_s": 7200,
            }
        }
    )

    is_running: Annotated[bool, Field(description="Or starting.")]
    profile: Annotated[str, Field(description="Its kind; empty where there is one kind only.")]
    started_at: datetime | None
    expires_at: Annotated[datetime | None, Field(description="It closes then.")]
    latest_at: Annotated[
        datetime | None, Field(description="Its end cannot be put off beyond this.")
    ]
    extension_s: Annotated[
        int, Field(ge=0, description="So many seconds `extend` would add; 0: it is refused.")
    ]


@router.get("/environment", response=EnvironmentOut, summary="Your Jupyter")
@conditional
def read_environment(request: CommonsRequest) -> EnvironmentOut:
    """Asks nobody else, so it may be called every minute."""
    return _told(lifetime_of(request.actor.person_id, at=timezone.now()))


@router.post(
    "/environment/extend",
    response=EnvironmentOut,
    summary="Put off the end of your Jupyter",
)
def extend_own_environment(request: CommonsRequest) -> EnvironmentOut:
    """By one step, as far as this commons allows; its token counts as long."""
    return _told(extend_environment(request.actor, at=timezone.now()))


def _told(lifetime: Lifetime | None) -> EnvironmentOut:
    if lifetime is None:
        return EnvironmentOut(
            is_running=False,
            profile="",
            started_at=None,
            expires_at=None,
            latest_at=None,
            extension_s=0,
        )
    return EnvironmentOut(
        is_running=True,
        profile=lifetime.profile,
        started_at=lifetime.started_at,
        expires_at=lifetime.expires_at,
        latest_at=lifetime.latest_at,
        extension_s=int(lifetime.extension.total_seconds()),
    )
