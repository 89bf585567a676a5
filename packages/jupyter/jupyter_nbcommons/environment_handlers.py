"""Addresses about this Jupyter itself: its end, what would be lost, connecting it. Thin."""

import json
import platform
from datetime import UTC, datetime
from typing import Any

from jupyter_server.base.handlers import JupyterHandler

from jupyter_nbcommons.answering import JsonHandler, guarded
from jupyter_nbcommons.environment_connect import State
from jupyter_nbcommons.errors import NotConnected, NotTaken, PermissionEnded

MOST_BYTES = 200_000
MOST_PATHS = 200
WORD_LENGTH = 100


class EnvironmentHandler(JsonHandler):
    """How long this Jupyter lives, and which notebooks in it are nowhere else."""

    @guarded("read", "nbcommons")
    async def get(self) -> None:
        ours = self.holder.environment
        if ours is None:
            self.tell({"remaining_s": None, "extension_s": 0, "changed": [], "drafts": None})
            return
        lifetime = await ours.life.lifetime()
        ends = lifetime.expires_at
        self.tell(
            {
                "remaining_s": ends and max(0, round((ends - _now()).total_seconds())),
                "extension_s": lifetime.extension_s,
                "changed": [one.path for one in await ours.changed()],
                "drafts": f"{ours.site_url}/mine/",
            }
        )


class ExtendHandler(JsonHandler):
    """Puts the end off."""

    _track_activity = True

    @guarded("write", "nbcommons")
    async def post(self) -> None:
        lifetime = await _environment(self).life.extend()
        ends = lifetime.expires_at
        self.tell(
            {
                "remaining_s": ends and max(0, round((ends - _now()).total_seconds())),
                "extension_s": lifetime.extension_s,
            }
        )


class RescueHandler(JsonHandler):
    """Takes changed notebooks along as private drafts."""

    _track_activity = True

    @guarded("write", "nbcommons")
    async def post(self) -> None:
        ours = _environment(self)
        outcomes = await ours.rescue.save(_paths_in(self.request.body))
        self.tell(
            {
                "outcomes": [
                    {
                        "path": one.path,
                        "is_saved": one.is_saved,
                        "message": one.message,
                        "url": f"{ours.site_url}/add/{one.draft}/" if one.draft else None,
                    }
                    for one in outcomes
                ],
                "drafts": f"{ours.site_url}/mine/",
            }
        )


class ConnectHandler(JsonHandler):
    """Connecting a Jupyter that no Commons started, and ending that."""

    @guarded("read", "nbcommons")
    async def get(self) -> None:
        holder = self.holder
        code = holder.connector.code if holder.connector else None
        self.tell(
            {
                "may_connect": holder.connector is not None,
                "state": await _state(self),
                "site": holder.proposed_site,
                "machine": platform.node()[:WORD_LENGTH],
                "user_code": code and code.user_code,
                "verification_uri": code and code.verification_uri,
            }
        )

    @guarded("write", "nbcommons")
    async def post(self) -> None:
        connector = self.holder.connector
        if connector is None:
            raise NotTaken("This Jupyter was started by a Commons and belongs to it.")
        told = _object_in(self.request.body)
        site, machine = told.get("site"), told.get("machine")
        if not isinstance(site, str) or not isinstance(machine, str):
            raise NotTaken("Say which Commons, and how to call this machine.")
        code = await connector.begin(site[:500], machine.strip()[:WORD_LENGTH] or "a Jupyter")
        self.tell(
            {
                "user_code": code.user_code,
                "verification_uri": code.verification_uri,
                "expires_in_s": code.expires_in_s,
            }
        )

    @guarded("write", "nbcommons")
    async def delete(self) -> None:
        if self.holder.connector is None:
            raise NotTaken("This Jupyter was started by a Commons and belongs to it.")
        await self.holder.disconnect()
        self.tell({})


async def _state(handler: JsonHandler) -> str:
    """``ended`` when the Commons no longer takes the token of a connection."""
    holder = handler.holder
    if holder.connector is None:
        return "none" if holder.connection is None else "connected"
    state = holder.connector.state
    if state is State.CONNECTED and holder.connection is not None:
        try:
            await holder.check()
        except PermissionEnded:
            return "ended"
        except Exception as error:  # noqa: BLE001 - any other failure says nothing of the token
            handler.log.info("nbcommons: the connection was not checked: %s", error)
    return state.value


def _environment(handler: JsonHandler) -> Any:
    ours = handler.holder.environment
    if ours is None:
        raise NotConnected("This Jupyter has no end that the Commons knows of.")
    return ours


def _paths_in(body: bytes) -> frozenset[str] | None:
    """Which notebooks are meant; None: all."""
    if not body:
        return None
    paths = _object_in(body).get("paths")
    if paths is None:
        return None
    if not isinstance(paths, list) or len(paths) > MOST_PATHS:
        raise NotTaken(f"paths: a list of at most {MOST_PATHS}.")
    return frozenset(path for path in paths if isinstance(path, str))


def _object_in(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise NotTaken("That is too large.")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotTaken("Send JSON.") from error
    if not isinstance(told, dict):
        raise NotTaken("Send an object.")
    return told


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a handler is an edge, and reads the clock


def environment_handlers() -> list[tuple[str, type[JupyterHandler]]]:
    """Addresses below the server's base, and what answers there."""
    return [
        (r"/nbcommons/environment", EnvironmentHandler),
        (r"/nbcommons/environment/extend", ExtendHandler),
        (r"/nbcommons/environment/rescue", RescueHandler),
        (r"/nbcommons/connect", ConnectHandler),
    ]
