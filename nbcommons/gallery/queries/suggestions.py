"""What is offered while somebody types into the search field, each with where it leads."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_to
from nbcommons.search.queries import Suggestion, SuggestionKind, suggest

MAX_TYPED = 100  # characters that are looked at
OPTIONS_SHOWN = 9

_KINDS = {
    SuggestionKind.NOTEBOOK: ("notebook-text", "Notebook"),
    SuggestionKind.TAG: ("bookmark", "Tag"),
    SuggestionKind.PACKAGE: ("blocks", "Package"),
    SuggestionKind.PERSON: ("user", "Person"),
    SuggestionKind.TEAM: ("users", "Team"),
    SuggestionKind.WORDS: ("search", ""),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One line under the search field."""

    words: str
    kind: str
    icon: str
    url: str


def options_for(actor: Actor, beginning: str) -> tuple[Option, ...]:
    """What ``actor`` may be about to type, made only of what they may read."""
    found = suggest(actor, beginning[:MAX_TYPED], limit=OPTIONS_SHOWN)
    return tuple(
        Option(item.text, _KINDS[item.kind][1], _KINDS[item.kind][0], url_of(item))
        for item in found
    )


def url_of(item: Suggestion) -> str:
    """Where a suggestion leads."""
    browse = path_to("gallery:browse")
    if item.kind is SuggestionKind.NOTEBOOK:
        return reverse("gallery:notebook", args=[item.notebook_uuid])
    if item.kind is SuggestionKind.PERSON:
        return reverse("gallery:person", args=[item.key])
    if item.kind is SuggestionKind.TEAM:
        return reverse("gallery:team", args=[item.key])
    name = {SuggestionKind.TAG: "tag", SuggestionKind.PACKAGE: "package"}.get(item.kind, "q")
    return f"{browse}?{urlencode({name: item.text})}"
