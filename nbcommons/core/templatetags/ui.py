"""Small words and shapes for templates: icons, figures, dates, initials, form controls."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Protocol
from zlib import crc32

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, Select, Textarea
from django.template import Context, Node, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, TextNode, Token
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from nbcommons.core.prose import prose as to_prose
from nbcommons.core.strips import RunStrip

register = template.Library()

AVATAR_TINTS = 5
DAYS_NAMED_BY_WEEKDAY = 6


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    """``{% icon "name" "extra classes" %}``: that of ``core/icons.svg``.

    No screen reader reads it: put words beside it. Most are named outright, and those are text
    as soon as the template is read: a page has dozens.
    """
    given = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    if not 1 <= len(given) <= 2:  # noqa: PLR2004 - a name, and perhaps classes
        raise TemplateSyntaxError("icon takes a name and perhaps classes.")
    if any(each.is_var or each.filters for each in given):
        return _Icon(given)
    return TextNode(_icon(*(str(each.var) for each in given)))


class _Icon(Node):
    """An icon whose name or classes are only known when the page is shown."""

    def __init__(self, given: list[FilterExpression]) -> None:
        self.given = given

    def render(self, context: Context) -> SafeString:
        return _icon(*(str(each.resolve(context)) for each in self.given))


@cache
def _icon(name: str, extra_class: str = "") -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        f"icon {extra_class}".rstrip(),
        static("core/icons.svg"),
        name,
    )


@register.simple_tag
def run_strip(strip: RunStrip) -> SafeString:
    """Thirty days of runs as a small picture that says its whole meaning to a screen reader."""
    return format_html(
        '<svg class="strip" viewBox="0 0 {} 29" width="{}" height="29" role="img" aria-label="{}">'
        '<path class="strip__none" d="{}"/><path class="strip__ok" d="{}"/>'
        '<path class="strip__bad" d="{}"/></svg>',
        strip.width,
        strip.width,
        strip.sentence,
        strip.quiet_path,
        strip.finished_path,
        strip.stopped_path,
    )


@register.simple_tag
def control(field: BoundField, extra_class: str = "", **attributes: str | bool) -> SafeString:
    """The input of a form field, dressed by its kind; help and error are linked by Django.

    Keywords become attributes: ``autocomplete="off"``; underscores become dashes.
    """
    widget = field.field.widget
    look = "input"
    if isinstance(widget, CheckboxInput):
        look = ""
    elif isinstance(widget, Select):
        look = "select"
    elif isinstance(widget, Textarea):
        look = "area"
    attrs: dict[str, str | bool] = {
        name.replace("_", "-"): value for name, value in attributes.items()
    }
    classes = " ".join(
        part for part in (look, extra_class, widget.attrs.get("class", "")) if part
    )
    if classes:
        attrs["class"] = classes
    return field.as_widget(attrs=attrs)


@register.filter
def prose(text: str) -> SafeString:
    """A little Markdown as safe HTML; put it in ``<div class="prose">``."""
    return to_prose(text)


class Stretch(Protocol):
    """A stretch of text that a search has found, or that stands beside it."""

    @property
    def text(self) -> str: ...

    @property
    def is_match(self) -> bool: ...


@register.filter
def marked(pieces: Iterable[Stretch]) -> SafeString:
    """The text of ``pieces``, what was found in it marked; a loop in a template costs thrice."""
    shown = (
        f"<mark>{escape(piece.text)}</mark>" if piece.is_match else escape(piece.text)
        for piece in pieces
    )
    return SafeString("".join(shown))


@register.simple_tag
def look_query(person: object) -> str:
    """What a frame must be told of how ``person`` likes to read: "?theme=dark&lines=1", or "".

    It stands in the address, so that a document looks the same to all who ask for it and a cache
    may keep it.
    """
    wanted = {
        "theme": getattr(person, "theme", ""),
        "text": getattr(person, "text_size", ""),
        "density": getattr(person, "density", ""),
        "lines": "1" if getattr(person, "shows_line_numbers", False) else "",
    }
    asked = {name: value for name, value in wanted.items() if value}
    return f"?{urlencode(asked)}" if asked else ""


@register.filter
def separated(number: int) -> str:
    """A number with separators: 1,204."""
    return f"{number:,}"


@register.filter
def counted(number: int, words: str) -> str:
    """A number with its word: ``{{ 1|counted:"person,people" }}`` is "1 person"."""
    one, many = words.split(",")
    return f"{number:,} {one if number == 1 else many}"


@register.filter
def day(moment: datetime | date) -> str:
    """A day in words, near ones by name: today, yesterday, Tuesday, 12 November, 3 May 2025."""
    return day_in_words(_as_date(moment), today=timezone.localdate())


@register.filter
def on_day(moment: datetime | date) -> str:
    """The same inside a sentence: today, on Tuesday, on 12 November."""
    words = day(moment)
    return words if words in {"today", "yesterday"} else f"on {words}"


def day_in_words(moment: date, *, today: date) -> str:
    """``moment`` as a colleague would say it on ``today``."""
    gone = (today - moment).days
    if gone == 0:
        return "today"
    if gone == 1:
        return "yesterday"
    if 1 < gone <= DAYS_NAMED_BY_WEEKDAY:
        return f"{moment:%A}"
    if moment.year == today.year:
        return f"{moment.day} {moment:%B}"
    return f"{moment.day} {moment:%B %Y}"


def _as_date(moment: datetime | date) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


@register.filter
def initials(name: str) -> str:
    """One or two letters that stand for a person: "Amara Osei" is AO, "amara.osei" too."""
    words = [
        word for word in name.replace(".", " ").replace("_", " ").split() if word[0].isalnum()
    ]
    if not words:
        return "?"
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


@register.filter
def tint(name: str) -> int:
    """The number of the avatar colour that ``name`` always gets, from 1."""
    return crc32(name.encode()) % AVATAR_TINTS + 1
