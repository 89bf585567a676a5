"""The page this server shows when a notebook cannot be opened."""

import base64
import functools
import hashlib
from html import escape
from importlib import resources
from string import Template
from uuid import UUID

from jupyter_nbcommons.errors import JupyterSideError


def problem_page(
    error: JupyterSideError, *, site_url: str | None, uuid: UUID | None, again_url: str | None
) -> str:
    """A whole page: what went wrong and what to do next.

    site_url: None when this Jupyter knows no Commons. again_url: this request's own address.
    """
    links: list[tuple[str, str]] = []
    if again_url and error.can_try_again:
        links.append((again_url, "Try again"))
    if site_url and uuid:
        links.append((f"{site_url}/notebooks/{uuid}/", "Back to the notebook"))
    if site_url:
        links.append((f"{site_url}/", "Go to the Commons"))
    items = "".join(f'<a href="{escape(url)}">{escape(text)}</a>' for url, text in links)
    return Template(_file("problem.html")).substitute(
        heading=escape(error.heading),
        message=escape(str(error)),
        style=_file("problem.css"),
        actions=f'<p class="actions">{items}</p>' if items else "",
    )


@functools.cache
def content_security_policy() -> str:
    """What the page may load: its one style sheet, known by its hash."""
    digest = hashlib.sha256(_file("problem.css").encode()).digest()
    style = base64.b64encode(digest).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


@functools.cache
def _file(name: str) -> str:
    folder = resources.files("jupyter_nbcommons") / "templates"
    return (folder / name).read_text(encoding="utf-8")
