"""The form that writes a search: from what is typed to its fields, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from nbcommons.gallery.queries.addresses import tidy_text
from nbcommons.search.queries import Part, Question, parse, part_of

MAX_FIELD = 200
# Fields that hold a list, split at commas.
_LISTS = ("tag", "package")
_SINGLE = ("title", "owner", "team", "language", "category", "health")


@dataclass(frozen=True, slots=True)
class Builder:
    """What stands in the form. ``words`` also holds all that has no field of its own."""

    words: str = ""
    phrase: str = ""
    without: str = ""
    title: str = ""
    tag: str = ""
    package: str = ""
    owner: str = ""
    team: str = ""
    language: str = ""
    category: str = ""
    health: str = ""
    since: str = ""
    until: str = ""


def builder_for(question: Question) -> Builder:
    """The form filled in with ``question``."""
    held: dict[str, str] = {}
    words: list[str] = []
    for part in question.parts:
        name = _field_of(part)
        if name in _LISTS:
            held[name] = f"{held[name]}, {part.text}" if name in held else part.text
        elif name == "without":
            held[name] = f"{held.get(name, '')} {part.text}".strip()
        elif name and name not in held:
            held[name] = part.value if name in {"category", "health"} else part.text
        elif part.field == "updated" and not part.is_unwanted and _is_filled(held, part):
            continue
        else:
            words.append(str(part))
    return Builder(words=" ".join(words), **held)


def builder_from(data: Mapping[str, str]) -> Builder:
    """What somebody has filled in."""
    return Builder(
        **{
            one.name: data.get(one.name, "").replace("\x00", "").strip()[:MAX_FIELD]
            for one in fields(Builder)
        }
    )


def text_of(builder: Builder) -> str:
    """The search that ``builder`` describes, as a person would type it."""
    parts = list(parse(builder.words).parts)
    if builder.phrase:
        quoted = part_of("", builder.phrase)
        parts.append(Part(quoted.text, is_phrase=True))
    parts += [part_of("", word, is_unwanted=True) for word in builder.without.split()]
    parts += [
        part_of(name, getattr(builder, name)) for name in _SINGLE if getattr(builder, name)
    ]
    for name in _LISTS:
        values = (value.strip() for value in getattr(builder, name).split(","))
        parts += [part_of(name, value) for value in values if value]
    if builder.since or builder.until:
        parts.append(Part(_period(builder), "updated"))
    return tidy_text(str(parse(" ".join(str(part) for part in parts if part.text))))


def _field_of(part: Part) -> str:
    """The field of the form that can hold ``part``; empty when none can."""
    if part.is_unwanted:
        return "" if part.field or part.is_phrase else "without"
    if part.field in _LISTS or part.field in _SINGLE:
        return part.field
    return "phrase" if part.is_phrase and not part.field else ""


def _is_filled(held: dict[str, str], part: Part) -> bool:
    """Put the days that ``part`` asks for into the form, if it can hold them."""
    text = part.text
    if "since" in held or "until" in held or part.period is None:
        return False
    first, dots, last = text.partition("..")
    if dots:
        ends = {"since": first, "until": last}
    elif text.startswith(">="):
        ends = {"since": text[2:]}
    elif text.startswith("<="):
        ends = {"until": text[2:]}
    else:
        return False
    days = {name: day for name, day in ends.items() if day}
    if not all(len(day) == len("2026-01-01") for day in days.values()):
        return False
    held.update(days)
    return True


def _period(builder: Builder) -> str:
    if builder.since and builder.until:
        return f"{builder.since}..{builder.until}"
    return f">={builder.since}" if builder.since else f"<={builder.until}"
