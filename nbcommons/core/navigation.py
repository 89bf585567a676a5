"""What the shell of every page shows around it; ``config/navigation.py`` fills it in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link of the masthead or the account menu."""

    words: str
    url: str
    icon: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """Addresses and links that ``base.html`` needs. Empty strings stand for what is not there."""

    home_url: str
    search_url: str
    add_url: str
    sign_in_url: str
    sign_out_url: str
    theme_url: str
    main_links: tuple[NavLink, ...]
    account_links: tuple[NavLink, ...]
    notice: str = ""
