"""Parameters as clients of nbgallery write them."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

AS_JSON = "is_asked_as_json"
MOST_COUNT = 100
MOST_PAGE = 500
DEFAULT_COUNT = 20

# What scripts write for nothing.
_NOTHING = {"", "null", "undefined"}
_TRUE = {"yes", "y", "true", "on"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WHOLE = re.compile(r"\s*([+-]?[0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Listing:
    """Which part of a list, and in which order (``sort`` may be a word that says nothing here)."""

    page: int = 1
    count: int = DEFAULT_COUNT
    sort: str = ""
    with_deprecated: bool = False

    @property
    def start(self) -> int:
        return (self.page - 1) * self.count


def told(value: object) -> str:
    """The text, empty for what scripts write for nothing."""
    text = str(value).strip() if value is not None else ""
    return "" if text in _NOTHING else text


def told_uuid(value: object) -> UUID | None:
    """The UUID if it is one in full."""
    text = told(value).lower()
    return UUID(text) if _UUID.fullmatch(text) else None


def told_yes(value: object) -> bool:
    """A number that is not 0, or a word for yes."""
    text = told(value).lower()
    number = _WHOLE.match(text)
    return int(number[1]) != 0 if number else text in _TRUE


def told_int(value: object) -> int | None:
    """The whole number at the beginning, if there is one."""
    number = _WHOLE.match(told(value))
    return int(number[1]) if number else None


def told_ms(value: object, *, is_in_seconds: bool, most: int) -> int:
    """A time in milliseconds, from 0 to ``most``; 0 for what is no number."""
    try:
        number = float(told(value))
    except ValueError:
        return 0
    if math.isnan(number):
        return 0
    return int(min(max(number * (1000 if is_in_seconds else 1), 0), most))


def told_tags(value: object) -> tuple[str, ...]:
    """Tags parted by commas."""
    names: Iterable[str] = (told(name) for name in told(value).split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def listing_of(given: Mapping[str, str], *, deprecated: str = "show_deprecated") -> Listing:
    """The part of a list that was asked for, within bounds."""
    page = told_int(given.get("page")) or 1
    count = told_int(given.get("count")) or DEFAULT_COUNT
    return Listing(
        page=min(max(page, 1), MOST_PAGE),
        count=min(max(count, 1), MOST_COUNT),
        sort=told(given.get("sort")),
        with_deprecated=told_yes(given.get(deprecated)),
    )


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: by the address, a parameter, or by naming one format."""
    if getattr(request, AS_JSON, False) or request.GET.get("format") == "json":
        return True
    accept = request.headers.get("Accept", "")
    is_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    return "application/json" in accept and (is_script or "," not in accept)
