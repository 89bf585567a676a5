"""What the Commons says, as JSON for the panel in JupyterLab."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from nbcommons_client.values import Alike, Draft, Me, Notebook, Search

TEAM = "team:"
MAY_PUBLISH = frozenset({"owner", "editor"})


def notebook_json(notebook: Notebook, me: Me, *, site_url: str) -> dict[str, Any]:
    """A notebook. whose: mine, team, editable or colleague; owner: a name for people."""
    return {
        "uuid": str(notebook.uuid),
        "title": notebook.title,
        "description": notebook.description,
        "visibility": notebook.visibility,
        "tags": list(notebook.tags),
        "version": notebook.version,
        "owner": notebook.owner.removeprefix(TEAM),
        "whose": _whose(notebook, me),
        "may": list(notebook.may),
        "url": f"{site_url}/notebooks/{notebook.uuid}/",
        "deprecated": notebook.deprecated and notebook.deprecated.reason,
    }


def _whose(notebook: Notebook, me: Me) -> str:
    if notebook.owner == me.username:
        return "mine"
    if notebook.owner in {TEAM + team.team for team in me.teams}:
        return "team" if "edit" in notebook.may else "colleague"
    return "editable" if "edit" in notebook.may else "colleague"


def me_json(me: Me) -> dict[str, Any]:
    """Who the person is; teams: those that they may publish for."""
    return {
        "username": me.username,
        "name": me.name,
        "teams": [
            {"handle": TEAM + team.team, "name": team.name}
            for team in me.teams
            if team.role in MAY_PUBLISH
        ],
    }


def draft_json(draft: Draft, alike: Iterable[Alike]) -> dict[str, Any]:
    """A draft: what was removed, proposed and found in it, and what is like it."""
    return {
        "id": str(draft.id),
        "cells": draft.cells,
        "removed": draft.removed,
        "repairs": list(draft.repairs),
        "secrets": [asdict(secret) for secret in draft.secrets],
        "pictures": [asdict(picture) for picture in draft.pictures],
        "proposed": {**asdict(draft.proposed), "tags": list(draft.proposed.tags)},
        "alike": [{**asdict(one), "uuid": str(one.uuid)} for one in alike],
    }


def search_json(found: Search) -> dict[str, Any]:
    """One page of results."""
    return {
        "total": found.page.total,
        "next_offset": found.page.next_offset,
        "is_building": found.is_building,
        "did_you_mean": found.did_you_mean and found.did_you_mean.q,
        "results": [
            {
                "uuid": str(one.uuid),
                "title": one.title,
                "snippet": one.snippet,
                "health": one.health,
                "people": one.people,
                "language": one.language,
                "url": one.url,
            }
            for one in found.page.items
        ],
    }
