"""The query language: what a person typed, taken apart. Whatever they type, never an error."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from nbcommons.search import _analysis
from nbcommons.search._periods import Period, period_of, tidied

MAX_CHARACTERS = 1_000
MAX_PARTS = 24
MAX_WANTED = 8
"""What is more is left out, and told: nobody asks for so much, and phrases cost most."""

_MOST_TOLD = 80  # characters of what was left out

# What a person may write before the colon, and what we call it.
FIELDS = {
    name: known
    for known, names in {
        "title": ("title",),
        "tag": ("tag", "tags"),
        "owner": ("owner", "by", "author"),
        "team": ("team",),
        "organisation": ("organisation", "organization", "org"),
        "package": ("package", "packages", "library", "uses"),
        "language": ("language", "lang"),
        "category": ("category", "type", "kind"),
        "health": ("health",),
        "updated": ("updated", "changed"),
        "created": ("created",),
        "label": ("label", "labels"),
        "is": ("is",),
    }.items()
    for name in names
}
DATES = frozenset({"updated", "created"})
# The only values that these fields have, in all the ways that people write them.
_VALUES: dict[str, dict[str, str]] = {
    "health": {
        "healthy": "healthy",
        "works": "healthy",
        "unhealthy": "unhealthy",
        "broken": "unhealthy",
        "unknown": "unknown",
        "not known yet": "unknown",
    },
    "category": {
        "operational": "operational",
        "working": "operational",
        "working notebook": "operational",
        "building_block": "building_block",
        "building-block": "building_block",
        "building block": "building_block",
        "block": "building_block",
        "course": "course",
        "lesson": "course",
    },
    "is": {"deprecated": "deprecated"},
}
# Two signs that text programs put in place of a minus are read as one; so is NOT in capitals.
_MINUS = r"[-\u2212\u2013]|NOT\s+"
_NAME = re.compile(rf"(?P<minus>{_MINUS})?(?P<name>[A-Za-z][A-Za-z_]{{1,19}}):(?=\S)")
_NAME_APART = re.compile(rf"(?:{_MINUS})?(?P<name>[A-Za-z][A-Za-z_]{{1,19}}):\s+\S")
_REST = r'(?=["\w]))?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))'
_PART = re.compile(rf"(?P<minus>(?:{_MINUS}){_REST}")
_VALUE = re.compile(rf"(?P<minus>-{_REST}")
_SPACE = re.compile(r"\s*")
QUOTES = str.maketrans(dict.fromkeys("“”„«»″", '"'))
_JOINERS = frozenset({"AND", "OR", "NOT"})


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked for: ``text`` in ``field`` (empty: anywhere), or anything but that."""

    text: str
    field: str = ""
    is_phrase: bool = False
    is_unwanted: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it is a plain word, which a weaker result may lack."""
        return not (self.field or self.is_phrase or self.is_unwanted)

    @property
    def value(self) -> str:
        """What it asks of a field that has few values, in our own word for it."""
        return _VALUES.get(self.field, {}).get(self.text.lower(), self.text.lower())

    @property
    def period(self) -> Period | None:
        """The days that it asks for; None in fields that hold no time."""
        return period_of(self.text) if self.field in DATES else None

    def __str__(self) -> str:
        sign = "-" if self.is_unwanted else ""
        name = f"{self.field}:" if self.field else ""
        return f'{sign}{name}"{self.text}"' if self.is_phrase else f"{sign}{name}{self.text}"


@dataclass(frozen=True, slots=True)
class Misread:
    """Something that looked like a filter and was none, so that its words were taken as words.

    ``is_known`` tells a field that exists, and has no such value, from one that does not exist.
    ``is_left_out`` tells of the part ``name`` that was too much: it was not looked for at all.
    ``is_apart`` tells of a blank between the colon and the value, ``is_joiner`` of an OR.
    """

    name: str
    is_known: bool = False
    is_left_out: bool = False
    is_apart: bool = False
    is_joiner: bool = False

    def __str__(self) -> str:
        return f"{self.name} (too much at once: left out)" if self.is_left_out else self.name


@dataclass(frozen=True, slots=True)
class Question:
    """A query taken apart; ``str()`` writes it so that it is read as the same again."""

    parts: tuple[Part, ...] = ()
    misread: tuple[Misread, ...] = field(default=(), compare=False)

    @property
    def words(self) -> tuple[str, ...]:
        """Words that should all be there."""
        return tuple(part.text for part in self.parts if part.is_word)

    @property
    def wanted(self) -> tuple[Part, ...]:
        """What must be there: phrases, and what is asked of a field."""
        return tuple(part for part in self.parts if not (part.is_word or part.is_unwanted))

    @property
    def unwanted(self) -> tuple[Part, ...]:
        """What must not be there."""
        return tuple(part for part in self.parts if part.is_unwanted)

    @property
    def filters(self) -> tuple[Part, ...]:
        """What is asked of fields, wanted or not."""
        return tuple(part for part in self.parts if part.field)

    @property
    def is_empty(self) -> bool:
        return not self.parts

    @property
    def has_text(self) -> bool:
        """Whether some notebooks match it better than others."""
        return any(part.field in {"", "title"} for part in self.parts if not part.is_unwanted)

    def values_of(self, name: str) -> tuple[str, ...]:
        """What is wanted of field ``name``."""
        return tuple(part.value for part in self.wanted if part.field == name)

    def without(self, part: Part) -> "Question":
        """The same question, not asking for ``part``."""
        return replace(self, parts=tuple(other for other in self.parts if other != part))

    def without_filters(self) -> "Question":
        """Only what is asked of no field in particular."""
        return replace(self, parts=tuple(part for part in self.parts if not part.field))

    def with_word(self, old: str, new: str) -> "Question":
        """The same question with the word ``old`` written as ``new``."""
        return replace(
            self,
            parts=tuple(
                replace(part, text=new) if part.is_word and part.text == old else part
                for part in self.parts
            ),
        )

    def __str__(self) -> str:
        return " ".join(map(str, self.parts))


def parse(text: str) -> Question:
    """``text`` taken apart.

    ``"two words"`` is a phrase, open to the end when the second quote is missing; ``-word`` and
    ``NOT word`` exclude; the names in ``FIELDS`` followed by a colon look in one field, and dates
    may be compared. ``AND`` and ``OR`` in capitals are passed over. All else is words: a filter
    that does not exist too, of which ``misread`` tells. So it does of what is too much: filters
    and what is excluded are then kept rather than words, and what is repeated counts once.
    """
    parts: list[Part] = []
    misread: list[Misread] = []
    written = _analysis.clean(text[:MAX_CHARACTERS]).translate(QUOTES).replace("\0", " ")
    place = _past_space(written, 0)
    while place < len(written):
        part, place, wrong = _read(written, place)
        if wrong is not None and wrong not in misread:
            misread.append(wrong)
        if part is not None:
            parts.append(part)
        place = _past_space(written, place)
    kept, left_out = _fitting(parts)
    if text[MAX_CHARACTERS:].strip():
        left_out.append(f"{_analysis.clean(text[MAX_CHARACTERS:]).strip()[:_MOST_TOLD]}…")
    misread += [Misread(name, is_left_out=True) for name in left_out]
    return Question(kept, tuple(misread))


def question_of(parts: Iterable[Part]) -> Question:
    """A question made of ``parts``, as if they had been typed."""
    return parse(" ".join(map(str, parts)))


def part_of(name: str, text: str, *, is_unwanted: bool = False) -> Part:
    """What a form asks of field ``name`` (empty: anywhere), quoted where it must be."""
    tidy = " ".join(text.translate(QUOTES).replace('"', " ").split())
    return Part(tidy, name, is_phrase=" " in tidy, is_unwanted=is_unwanted)


def _fitting(parts: list[Part]) -> tuple[tuple[Part, ...], list[str]]:
    """Those of ``parts`` that are looked for, and the others as they were written.

    Repetitions stay as long as there is room: in a title, a word may come twice.
    """
    each = dict.fromkeys(parts)
    wanted = [part for part in each if _is_wanted(part)]
    unwanted = [part for part in each if part.is_unwanted]
    narrowing = [*wanted[:MAX_WANTED], *unwanted][:MAX_PARTS]
    words = [part for part in each if part.is_word]
    chosen = {*narrowing, *words[: MAX_PARTS - len(narrowing)]}
    room = MAX_PARTS - len(chosen)
    room_wanted = MAX_WANTED - sum(map(_is_wanted, chosen))
    kept: list[Part] = []
    seen: set[Part] = set()
    for part in parts:
        if part in chosen and part in seen:
            if room <= 0 or (_is_wanted(part) and room_wanted <= 0):
                continue
            room -= 1
            room_wanted -= _is_wanted(part)
        if part in chosen:
            seen.add(part)
            kept.append(part)
    return tuple(kept), [str(part)[:_MOST_TOLD] for part in each if part not in chosen]


def _is_wanted(part: Part) -> bool:
    return not (part.is_word or part.is_unwanted)


def _read(written: str, place: int) -> tuple[Part | None, int, Misread | None]:
    """The part at ``place``, where to go on, and what was not understood."""
    named = _NAME.match(written, place)
    known = "" if named is None else FIELDS.get(named["name"].lower(), "")
    if named is None or not (known or _may_be_value(written[named.end()])):
        part, end = _part_at(written, place, "")
        return part, end, _apart(written, place) or _joiner(written[place:end])
    part, end = _part_at(written, named.end(), known, may_exclude=False)
    is_unwanted = named["minus"] is not None
    if known and part is not None and _is_value(part):
        return replace(part, text=_tidied(part), is_unwanted=is_unwanted), end, None
    if known and part is None:
        return None, end, None
    wrong = Misread(named["name"], is_known=bool(known))
    if is_unwanted:
        # As one: what is excluded must not fall apart into words that many notebooks hold.
        text = " ".join(written[named.end("minus") : end].replace('"', " ").split())
        return Part(text, is_phrase=" " in text, is_unwanted=True), end, wrong
    name = named["name"]
    return None if name in _JOINERS else Part(name), named.end(), wrong


def _part_at(
    written: str, place: int, name: str, *, may_exclude: bool = True
) -> tuple[Part | None, int]:
    match = (_PART if may_exclude else _VALUE).match(written, place)
    if match is None:  # cannot be: what is no quote and no space is a plain word
        return None, len(written)
    is_unwanted = may_exclude and match["minus"] is not None
    if match["quoted"] is not None:
        if match["minus"] and not may_exclude:
            return Part("-", name), place + 1
        text = " ".join(match["quoted"].split())
        part = Part(text, name, is_phrase=True, is_unwanted=is_unwanted)
        return (part if text else None), match.end()
    start = match.end("minus") if is_unwanted else place
    text = written[start : match.end()]
    if not name and not is_unwanted and text in _JOINERS:
        return None, match.end()
    return Part(text, name, is_unwanted=is_unwanted), match.end()


def _apart(written: str, place: int) -> Misread | None:
    """A filter whose value does not follow its colon at once."""
    named = _NAME_APART.match(written, place)
    if named is None or named["name"].lower() not in FIELDS:
        return None
    return Misread(named["name"], is_known=True, is_apart=True)


def _joiner(text: str) -> Misread | None:
    """An OR: it is passed over, and all words are looked for."""
    return Misread(text, is_joiner=True) if text == "OR" else None


def _may_be_value(sign: str) -> bool:
    """Whether somebody meant a filter: not in ``http://…``, ``std::sort``, ``localhost:8888``."""
    return not (sign in ":/\\" or sign.isdigit())


def _is_value(part: Part) -> bool:
    if part.field in DATES:
        return period_of(_tidied(part)) is not None
    values = _VALUES.get(part.field)
    return values is None or part.text.lower() in values


def _tidied(part: Part) -> str:
    return tidied(part.text) if part.field in DATES else part.text


def _past_space(written: str, place: int) -> int:
    match = _SPACE.match(written, place)
    return place if match is None else match.end()
