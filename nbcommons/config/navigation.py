"""What the shell of every page links to: the one place that knows which pages there are."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils import timezone

from nbcommons.administration.queries.notices import shown_notices
from nbcommons.core import plugins
from nbcommons.core.addresses import path_to
from nbcommons.core.navigation import NavLink, Shell, ShownNotice

_MAIN = (
    ("Browse", "gallery:browse", "search"),
    ("My notebooks", "gallery:mine", "notebook-text"),
    ("Teams", "gallery:teams", "users"),
)
# For those who read without signing in.
_READERS = (("Browse", "gallery:browse", "search"),)
_ACCOUNT = (
    ("Your Jupyter", "runtime:your_jupyter", "monitor"),
    ("Settings", "people:settings", "settings"),
)
_ADMINISTRATOR = (("Administration", "administration:overview", "shield-check"),)
_ADMINISTRATION = (
    ("Overview", "administration:overview", "monitor"),
    ("People", "people:accounts", "user"),
    ("Teams", "administration:teams", "users"),
    ("Organisations", "administration:organisations", "briefcase"),
    ("Left behind", "curation:left_behind", "hand-helping"),
    ("Access labels", "administration:labels", "key-round"),
    ("Tags", "administration:tags", "bookmark"),
    ("Proposed tags", "administration:tag_rules", "lightbulb"),
    ("Notices", "administration:notices", "bell"),
    ("Drafts", "administration:drafts", "hourglass"),
    ("Jobs", "administration:jobs", "timer"),
    ("Audit log", "administration:audit", "history"),
    ("In and out", "administration:transfer", "folder-input"),
)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The context processor: addresses of the shell, and which link leads to where we are."""
    return {
        "shell": Shell(
            home_url=_address("gallery:home"),
            search_url=_address("gallery:browse"),
            suggest_url=_address("gallery:complete"),
            opensearch_url=_address("gallery:opensearch"),
            add_url=_address("intake:add"),
            sign_in_url=_address("account_login"),
            is_open=_is_open(request),
            sign_out_url=_address("account_logout"),
            theme_url=_address("people:theme"),
            main_links=_links(request, _READERS if _is_reader(request) else _MAIN)
            + _of_plugins(request, "main"),
            account_links=_links(request, _ACCOUNT + _for_administrators(request))
            + _of_plugins(request, "account"),
            notice=_notice(request),
            notices=lambda: _notices(request),
            administration_links=_of_administration(request),
        )
    }


def _is_reader(request: HttpRequest) -> bool:
    actor = getattr(request, "actor", None)
    return actor is None or actor.person_id is None


def _is_open(request: HttpRequest) -> bool:
    """Whether there is something to read for whoever asks."""
    return not _is_reader(request) or settings.NBCOMMONS_ANONYMOUS_READING


def _for_administrators(request: HttpRequest) -> tuple[tuple[str, str, str], ...]:
    return _ADMINISTRATOR if getattr(request.user, "is_administrator", False) else ()


def _of_administration(request: HttpRequest) -> tuple[NavLink, ...]:
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_admin_mode:
        return ()
    overview = _address("administration:overview")
    return tuple(
        replace(link, is_here=request.path == overview) if link.url == overview else link
        for link in _links(request, _ADMINISTRATION)
    )


def _notices(request: HttpRequest) -> tuple[ShownNotice, ...]:
    actor = getattr(request, "actor", None)
    if actor is None:
        return ()
    return shown_notices(actor.person_id, at=timezone.now())


def _of_plugins(request: HttpRequest, place: str) -> tuple[NavLink, ...]:
    entries = plugins.menu_entries(place)
    if place == "account" and _for_administrators(request):
        entries += plugins.menu_entries("administrator")
    return tuple(
        NavLink(
            words=entry.words,
            url=entry.url,
            icon=entry.icon,
            is_here=request.path.startswith(entry.url),
        )
        for entry in entries
    )


def _notice(request: HttpRequest) -> str:
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_admin_mode:
        return ""
    return "Admin mode is on: you see everybody's notebooks, and what you do is logged."


def _links(
    request: HttpRequest, wanted: tuple[tuple[str, str, str], ...]
) -> tuple[NavLink, ...]:
    return tuple(
        NavLink(words=words, url=url, icon=icon, is_here=request.path.startswith(url))
        for words, name, icon in wanted
        if (url := _address(name))
    )


def _address(name: str) -> str:
    """The address of a page, or nothing where a site has been built without that page."""
    try:
        return path_to(name)
    except NoReverseMatch:
        return ""
