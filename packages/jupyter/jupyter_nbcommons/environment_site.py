"""What a person's Jupyter asks the Commons about itself: its end, its home, its settings."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from jupyter_nbcommons.errors import (
    BadAnswer,
    JupyterSideError,
    NotTaken,
    PermissionEnded,
    SiteUnreachable,
    TooLarge,
)
from nbcommons_client import errors as client
from nbcommons_client._call import Answer, Call
from nbcommons_client.async_client import AsyncCommons

T = TypeVar("T")

TIMEOUT_S = 10.0
DRAFT_TIMEOUT_S = 40.0
MOST_HOME = 100


@dataclass(frozen=True, slots=True)
class Lifetime:
    """expires_at: None when the Commons knows of no end. extension_s: 0: it cannot be put off."""

    expires_at: datetime | None
    extension_s: int


@dataclass(frozen=True, slots=True)
class HomeNotebook:
    """A notebook that the home begins with."""

    uuid: UUID
    revision: int
    folder: str


@dataclass(frozen=True, slots=True)
class KeptSettings:
    """Settings of JupyterLab from earlier. is_wanted: whether to hand them in."""

    is_wanted: bool
    files: Mapping[str, str]


class EnvironmentSite:
    """Every method raises ``JupyterSideError``."""

    def __init__(self, commons: AsyncCommons) -> None:
        """Speak to the Commons by ``commons``."""
        self._commons = commons

    async def lifetime(self) -> Lifetime:
        """How long this Jupyter lives, as it stands now."""
        return await self._ask(Call("GET", "/me/environment", _lifetime))

    async def extend(self) -> Lifetime:
        """Put the end off by one step."""
        return await self._ask(Call("POST", "/me/environment/extend", _lifetime))

    async def report(self, report: Mapping[str, Any]) -> None:
        """Say what is in this Jupyter."""
        call = Call("PUT", "/me/environment/report", _nothing, json=dict(report))
        await self._ask(call)

    async def home(self) -> list[HomeNotebook]:
        """What the home begins with."""
        return await self._ask(Call("GET", "/me/home", _home))

    async def kept_settings(self) -> KeptSettings:
        """What was set in JupyterLab earlier."""
        return await self._ask(Call("GET", "/me/jupyter-settings", _settings))

    async def keep_settings(self, files: Mapping[str, str]) -> None:
        """Carry settings over to the next Jupyter."""
        call = Call("PUT", "/me/jupyter-settings", _nothing, json={"files": dict(files)})
        await self._ask(call)

    async def rescue(self, body: bytes, *, file_name: str) -> str:
        """Make a draft of a notebook without results that waits for days; its id."""
        call = Call(
            "POST",
            "/drafts",
            _draft,
            query={"file_name": file_name, "rescued": "true"},
            headers={"Content-Type": "application/x-ipynb+json"},
            body=body,
        )
        return await self._ask(call, timeout_s=DRAFT_TIMEOUT_S)

    async def _ask(self, call: Call[T], *, timeout_s: float = TIMEOUT_S) -> T:
        try:
            async with asyncio.timeout(timeout_s):
                return await self._commons.send(call)
        except (client.CallFailed, TimeoutError) as error:
            raise _told(error) from error


def _told(error: Exception) -> JupyterSideError:
    if isinstance(error, client.NotSignedIn | client.Denied):
        return PermissionEnded("The Commons no longer answers this Jupyter.")
    if isinstance(error, client.TooMuch):
        return TooLarge("It is larger than the Commons takes.")
    if isinstance(error, client.CallFailed) and error.status in {409, 413, 422}:
        return NotTaken(str(error))
    return SiteUnreachable("The Commons does not answer at the moment. Try again in a minute.")


def _object(answer: Answer) -> dict[str, Any]:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise client.BadAnswer("The answer is not JSON.") from error
    if not isinstance(told, dict):
        raise client.BadAnswer("The answer is no object.")
    return told


def _nothing(_: Answer) -> None:
    return None


def _lifetime(answer: Answer) -> Lifetime:
    told = _object(answer)
    try:
        ends = told["expires_at"]
        return Lifetime(ends and datetime.fromisoformat(ends), int(told["extension_s"]))
    except (KeyError, TypeError, ValueError) as error:
        raise client.BadAnswer("The answer is no lifetime.") from error


def _home(answer: Answer) -> list[HomeNotebook]:
    try:
        rows = _object(answer)["notebooks"][:MOST_HOME]
        return [
            HomeNotebook(UUID(row["uuid"]), int(row["revision"]), str(row["folder"]))
            for row in rows
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise client.BadAnswer("The answer is no home.") from error


def _settings(answer: Answer) -> KeptSettings:
    told = _object(answer)
    files = told.get("files")
    if not isinstance(files, dict):
        raise client.BadAnswer("The answer holds no settings.")
    return KeptSettings(bool(told.get("is_kept")), {str(k): str(v) for k, v in files.items()})


def _draft(answer: Answer) -> str:
    try:
        return str(UUID(_object(answer)["id"]))
    except (KeyError, TypeError, ValueError) as error:
        raise client.BadAnswer("The answer is no draft.") from error


__all__ = ["BadAnswer", "EnvironmentSite", "HomeNotebook", "KeptSettings", "Lifetime"]
