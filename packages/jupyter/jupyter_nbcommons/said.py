"""What the panel in JupyterLab sends, read once: every field checked, none passed on unread."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jupyter_nbcommons.errors import NotTaken, TooLarge
from jupyter_nbcommons.sharing import Place

MOST_FORM_BYTES = 200_000
MOST_NOTEBOOK_BYTES = 20_000_000
MOST_NUMBER = 2**31 - 1
MOST_WORDS = 500

_TEXTS = ("title", "description", "visibility", "owner", "message", "category")
_LISTS = ("tags", "share_with")


def parse_form(body: bytes) -> Mapping[str, Any]:
    """An object in JSON. Raises ``TooLarge``, ``NotTaken``."""
    if len(body) > MOST_FORM_BYTES:
        raise TooLarge("That is more than fits into a form. Use fewer words.")
    return _object(body)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        form = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotTaken("A form is an object in JSON.") from error
    if not isinstance(form, dict):
        raise NotTaken("A form is an object in JSON.")
    return form


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be compared. revision: None for the newest; base: None if it is not known."""

    notebook: bytes
    revision: int | None
    base: int | None
    is_towards_mine: bool


def parse_question(body: bytes) -> Question:
    """A notebook and what to compare it with. Raises ``TooLarge``, ``NotTaken``."""
    form = _object(notebook_bytes(body))
    notebook = form.get("notebook")
    if not isinstance(notebook, dict):
        raise NotTaken("notebook: a notebook.")
    return Question(
        notebook=json.dumps(notebook).encode(),
        revision=None if form.get("revision") is None else number_in(form, "revision"),
        base=None if form.get("base") is None else number_in(form, "base"),
        is_towards_mine=form.get("direction") == "mine",
    )


def notebook_bytes(body: bytes) -> bytes:
    """``body`` if it can be a notebook without results. Raises ``TooLarge``."""
    if len(body) > MOST_NOTEBOOK_BYTES:
        raise TooLarge(
            "Without results this notebook is still too large to share. Move data that is "
            "written into the code to a file of its own."
        )
    return body


def publication(form: Mapping[str, Any]) -> dict[str, Any]:
    """What to say when publishing, as the client takes it; what is not said is left out."""
    said: dict[str, Any] = {name: text_in(form, name) for name in _TEXTS if name in form}
    said |= {name: _texts_in(form, name) for name in _LISTS if name in form}
    for name in ("replaces", "forks"):
        if form.get(name) is not None:
            said[name] = uuid_in(form, name)
    if form.get("replaces_version") is not None:
        said["replaces_version"] = number_in(form, "replaces_version")
    if decisions := decisions_in(form):
        said["decisions"] = decisions
    return said


def suggestion(form: Mapping[str, Any]) -> dict[str, Any]:
    """What to say of a suggested change, as the client takes it."""
    said: dict[str, Any] = {"message": text_in(form, "message")}
    if form.get("based_on") is not None:
        said["based_on"] = number_in(form, "based_on")
    if decisions := decisions_in(form):
        said["secrets"] = decisions
    return said


def decisions_in(form: Mapping[str, Any]) -> dict[str, str]:
    """``fine`` or ``blank`` by the key of what may be a secret."""
    decisions = form.get("decisions", {})
    if not isinstance(decisions, dict) or not set(decisions.values()) <= {"fine", "blank"}:
        raise NotTaken("decisions: fine or blank, by key.")
    return {str(key): str(value) for key, value in decisions.items()}


def place_in(form: Mapping[str, Any]) -> Place | None:
    """Where the notebook lies here; None when the form does not say."""
    path, digest = form.get("path"), form.get("digest")
    return Place(path, digest) if isinstance(path, str) and isinstance(digest, str) else None


def uuid_in(form: Mapping[str, Any], name: str) -> UUID:
    """The id in the field ``name``. Raises ``NotTaken``."""
    try:
        return UUID(form[name])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotTaken(f"{name}: the id of a notebook.") from error


def number_in(form: Mapping[str, Any], name: str) -> int:
    """The number of a version in the field ``name``. Raises ``NotTaken``."""
    value = form.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_NUMBER:
        raise NotTaken(f"{name}: the number of a version.")
    return value


def number_or_none(text: str, name: str) -> int | None:
    """A version's number in an address; None when it is empty."""
    if not text:
        return None
    is_sound = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_NUMBER))
    if not is_sound or not 0 <= int(text) <= MOST_NUMBER:
        raise NotTaken(f"{name}: a number.")
    return int(text)


def text_in(form: Mapping[str, Any], name: str) -> str:
    """The text in the field ``name``. Raises ``NotTaken``."""
    value = form.get(name)
    if not isinstance(value, str):
        raise NotTaken(f"{name}: text.")
    return value


def _texts_in(form: Mapping[str, Any], name: str) -> list[str]:
    value = form.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise NotTaken(f"{name}: a list of texts.")
    return value
