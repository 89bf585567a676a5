"""What the shell of every page shows around it; ``config/navigation.py`` fills it in."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link of the masthead or the account menu."""

    words: str
    url: str
    icon: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice of the site; ``text`` is a little Markdown, ``dismiss_url`` "" if it must stay."""

    text: str
    is_warning: bool
    dismiss_url: str = ""


def _no_notices() -> tuple[ShownNotice, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Shell:
    """Addresses and links that ``base.html`` needs. Empty strings stand for what is not there.

    ``notices`` is called by whole pages only: parts of them ask the database nothing for it.
    """

    home_url: str
    search_url: str
    suggest_url: str
    opensearch_url: str
    add_url: str
    sign_in_url: str
    sign_out_url: str
    theme_url: str
    main_links: tuple[NavLink, ...]
    account_links: tuple[NavLink, ...]
    notice: str = ""
    # Whether whoever asks may browse and search: who is signed in, and readers where allowed.
    is_open: bool = False
    notices: Callable[[], tuple[ShownNotice, ...]] = _no_notices
    administration_links: tuple[NavLink, ...] = ()
