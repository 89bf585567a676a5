"""A person's Jupyter for programs: how long it lives, and putting its end off."""

from datetime import datetime
from typing import Annotated

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from nbcommons.core.conditional import conditional
from nbcommons.core.fields import NUMBER_ONLY
from nbcommons.core.requests import CommonsRequest
from nbcommons.people.credentials import Credential
from nbcommons.runtime import lab_settings, preferences
from nbcommons.runtime.lab_settings import MOST_FILES, PATH_LENGTH
from nbcommons.runtime.lifetimes import Lifetime, extend_environment, lifetime_of
from nbcommons.runtime.reports import MOST_NAMED, NAME_LENGTH, Report, keep_report

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


class ContentsIn(Schema):
    """What your Jupyter says of itself: names, no content."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"changed": ["Late payers.ipynb"], "more": 0, "kernels": 1}
        },
    )

    changed: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=NAME_LENGTH)]],
        Field(
            max_length=MOST_NAMED,
            description="Paths of notebooks with changes that are nowhere else.",
        ),
    ]
    more: Annotated[
        int, Field(ge=0, le=1_000_000, description="So many besides those named."), NUMBER_ONLY
    ] = 0
    kernels: Annotated[
        int, Field(ge=0, le=100_000, description="So many are running."), NUMBER_ONLY
    ] = 0


@router.put("/environment/report", response={204: None}, summary="What is in your Jupyter")
def report_environment(request: CommonsRequest, payload: ContentsIn) -> Status[None]:
    """Sent by your Jupyter; shown to you before you close it, and to nobody else."""
    report = Report(tuple(payload.changed), payload.more, payload.kernels)
    keep_report(request.actor, report, at=timezone.now())
    return Status(204, None)


class LabSettingsOut(Schema):
    """What you have set in JupyterLab, as far as it is carried over."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "is_kept": True,
                "files": {
                    "@jupyterlab/apputils-extension/themes.jupyterlab-settings": "{}",
                },
            }
        }
    )

    is_kept: Annotated[bool, Field(description="No: you do not want it carried over.")]
    files: Annotated[dict[str, str], Field(description="The text of each file, by its path.")]


class LabSettingsIn(Schema):
    """All that is to be carried over; what is not here any more is forgotten."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "files": {
                    "@jupyterlab/apputils-extension/themes.jupyterlab-settings": "{}",
                }
            }
        },
    )

    files: Annotated[
        dict[Annotated[str, Field(max_length=PATH_LENGTH)], str], Field(max_length=MOST_FILES)
    ]


@router.get("/jupyter-settings", response=LabSettingsOut, summary="Your JupyterLab settings")
@conditional
def read_lab_settings(request: CommonsRequest) -> LabSettingsOut:
    """Settings files of JupyterLab that your last Jupyter handed in."""
    wanted = preferences.wanted_by(request.actor.person_id)
    files = lab_settings.kept_for(request.actor.person_id) if wanted.keeps_settings else {}
    return LabSettingsOut(is_kept=wanted.keeps_settings, files=files)


@router.put(
    "/jupyter-settings", response={204: None}, summary="Carry your JupyterLab settings over"
)
def keep_lab_settings(request: CommonsRequest, payload: LabSettingsIn) -> Status[None]:
    """Settings files of JupyterLab alone, each a JSON object of at most 64 kB, 256 kB in all."""
    lab_settings.keep(request.actor, payload.files, at=timezone.now())
    return Status(204, None)


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
