"""The forms for administrators."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from nbcommons.administration.models import SiteNotice
from nbcommons.administration.operations.notices import NoticeText
from nbcommons.intake.models import TagRule
from nbcommons.intake.operations.tag_rules import PATTERN_LENGTH
from nbcommons.notebooks.tags import tidy_tags
from nbcommons.people import rosters
from nbcommons.people.models import Organisation, Person
from nbcommons.people.queries import person_named

# Longer lists come in by the command line.
MAX_LIST_BYTES = 2_000_000
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class DayField(forms.DateField):
    """A day, of which the end is meant; None for none."""

    def __init__(self, *, label: str, help_text: str = "") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        )


def end_of(day: date | None) -> datetime | None:
    """The moment when ``day`` is over, in UTC; None for no day, and for the last of all days."""
    if day is None or day == date.max:  # "for ever", as many write it
        return None
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)


def last_day_before(moment: datetime | None) -> date | None:
    """The last whole day before ``moment``: what a form shows of an end."""
    return (moment - timedelta(seconds=1)).astimezone(UTC).date() if moment else None


class LabelForm(forms.Form):
    """How an access label is called and what it means."""

    name = forms.CharField(label="Name", max_length=60)
    description = forms.CharField(
        label="For whom",
        help_text="People who hold it read this in their settings.",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    claim_name = forms.CharField(
        label="Name at your identity provider",
        help_text="People whose sign-in says this name hold the label by themselves.",
        max_length=255,
        required=False,
        widget=forms.TextInput(attrs=_PLAIN),
    )


class GrantForm(forms.Form):
    """Who gets an access label, and until when."""

    username = forms.CharField(
        label="User name", max_length=64, widget=forms.TextInput(attrs=_PLAIN)
    )
    last_day = DayField(label="Last day", help_text="Empty: until you withdraw it.")

    def clean_username(self) -> Person:
        typed = str(self.cleaned_data["username"])
        person = person_named(typed)
        if person is None or not person.is_active:
            raise ValidationError(f"There is nobody here called {typed}.")
        return person


class NoticeForm(forms.Form):
    """What stands on every page for a while."""

    text = forms.CharField(
        label="What everybody should know",
        help_text="One or two sentences. A little Markdown works: links, emphasis.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tone = forms.ChoiceField(label="Kind", choices=SiteNotice.Tone.choices)
    last_day = DayField(label="Last day", help_text="Empty: until you end it.")
    is_dismissible = forms.BooleanField(label="People can put it away", required=False)

    def notice(self) -> NoticeText:
        """What was filled in, once it is valid."""
        return NoticeText(
            text=self.cleaned_data["text"],
            tone=self.cleaned_data["tone"],
            is_dismissible=self.cleaned_data["is_dismissible"],
            ends_at=end_of(self.cleaned_data["last_day"]),
        )


class TagForm(forms.Form):
    """Another name for a tag."""

    name = forms.CharField(label="Name", max_length=40, widget=forms.TextInput(attrs=_PLAIN))
    may_merge = forms.BooleanField(
        label="If there is such a tag already, the two may become one", required=False
    )


class RuleForm(forms.Form):
    """Which tags are proposed by a rule."""

    tags = forms.CharField(
        label="Tags",
        help_text="Parted by commas. Empty: it proposes none.",
        max_length=600,
        required=False,
        widget=forms.TextInput(attrs=_PLAIN),
    )

    def clean_tags(self) -> tuple[str, ...]:
        return tidy_tags(str(self.cleaned_data["tags"]).split(","))


class NewRuleForm(RuleForm):
    """A rule about a library or a word; it takes the place of one about the same."""

    kind = forms.ChoiceField(label="A notebook that", choices=TagRule.Kind.choices)
    pattern = forms.CharField(
        label="Library or word",
        help_text="A library by its outermost name, as code spells it: sklearn.",
        max_length=PATTERN_LENGTH,
        widget=forms.TextInput(attrs=_PLAIN),
    )

    field_order = ("kind", "pattern", "tags")


class OrganisationForm(forms.Form):
    """A part of the tree: its name, and what it belongs to."""

    name = forms.CharField(label="Name", max_length=150)
    parent = forms.TypedChoiceField(
        label="Belongs to", coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, but_of: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = set()
        if but_of is not None:  # nothing can stand below itself
            branch = Organisation.objects.filter(path__contains=[but_of.pk])
            below = set(branch.values_list("pk", flat=True))
        choices = [row for row in rosters.organisation_choices() if row[0] not in below]
        field = self.fields["parent"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", "Nothing: it stands at the top"), *choices]

    def chosen_parent(self) -> Organisation | None:
        """The organisation that was chosen; None for the top, or one that is gone by now."""
        key = self.cleaned_data["parent"]
        return Organisation.objects.filter(pk=key).first() if key else None


class ListForm(forms.Form):
    """A list of organisations: a file, or the text of one that was looked at before."""

    file = forms.FileField(
        label="CSV file",
        help_text="With the columns id, name and parent (the id of another line, or nothing).",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            cleaned["text"] = _decoded(file.read(MAX_LIST_BYTES + 1))
        if not cleaned.get("text") and not self.errors:
            self.add_error("file", "Choose a file.")
        return cleaned


def _decoded(content: bytes) -> str:
    if len(content) > MAX_LIST_BYTES:
        raise ValidationError(
            {"file": "So long a list comes in by `nbcommons organisation import FILE.csv`."}
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError({"file": "The file is not text in UTF-8."}) from error
