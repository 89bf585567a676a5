"""What the shell of every page links to: the one place that knows which pages there are."""

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from nbcommons.core.navigation import NavLink, Shell

_MAIN = (
    ("Browse", "gallery:browse", "search"),
    ("My notebooks", "gallery:mine", "notebook-text"),
    ("Teams", "gallery:teams", "users"),
)
_ACCOUNT = (("Settings", "people:settings", "settings"),)
_ADMINISTRATOR = (("Admin mode", "people:admin_mode", "shield-check"),)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The context processor: addresses of the shell, and which link leads to where we are."""
    return {
        "shell": Shell(
            home_url=_address("gallery:home"),
            search_url=_address("gallery:browse"),
            add_url=_address("intake:add"),
            sign_in_url=_address("account_login"),
            sign_out_url=_address("account_logout"),
            theme_url=_address("people:theme"),
            main_links=_links(request, _MAIN),
            account_links=_links(request, _ACCOUNT + _for_administrators(request)),
            notice=_notice(request),
        )
    }


def _for_administrators(request: HttpRequest) -> tuple[tuple[str, str, str], ...]:
    return _ADMINISTRATOR if getattr(request.user, "is_administrator", False) else ()


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
        return reverse(name)
    except NoReverseMatch:
        return ""
