"""The forms of one's own settings."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms

from nbcommons.people import tokens
from nbcommons.people.forms._checks import NameField
from nbcommons.people.forms.organisation import OrganisationField, offer_organisations
from nbcommons.people.mail import Kind
from nbcommons.people.models import Person
from nbcommons.people.operations.own import Preferences


class ProfileForm(forms.Form):
    """What others see of me."""

    full_name = NameField(
        label="Your name",
        help_text="Shown beside everything you share.",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organisation = OrganisationField()
    interests = forms.CharField(
        label="What you work on",
        help_text="Colleagues find you by it: customs data, network charts, statistics.",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_mentor = forms.BooleanField(label="Others may ask me for help", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_organisations(self)


class PreferencesForm(forms.Form):
    """How the site looks to me, and which mails I get."""

    theme = forms.ChoiceField(
        label="Colours", choices=Person.Theme.choices, required=False, widget=forms.RadioSelect
    )
    density = forms.ChoiceField(
        label="Spacing",
        choices=Person.Density.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    text_size = forms.ChoiceField(
        label="Text", choices=Person.TextSize.choices, required=False, widget=forms.RadioSelect
    )
    time_zone = forms.ChoiceField(label="Time zone", required=False)
    shows_line_numbers = forms.BooleanField(
        label="Number the lines of code in notebooks", required=False
    )
    mails = forms.MultipleChoiceField(
        label="Write to me when",
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shown = [
            kind for kind in Kind if kind != Kind.ADMINISTRATION or person.is_administrator
        ]
        self._kept_off = [kind for kind in person.mail_off if kind not in self._shown]
        mails = self.fields["mails"]
        zones = self.fields["time_zone"]
        if isinstance(mails, forms.ChoiceField) and isinstance(zones, forms.ChoiceField):
            mails.choices = [(kind.value, kind.label) for kind in self._shown]
            zones.choices = time_zones(person.time_zone)

    def preferences(self) -> Preferences:
        """What was chosen, once it is valid."""
        chosen = dict(self.cleaned_data)
        wanted = set(chosen.pop("mails"))
        off = [kind.value for kind in self._shown if kind.value not in wanted]
        return Preferences(**chosen, mail_off=self._kept_off + off)


class TokenForm(forms.Form):
    """A token for a program of mine."""

    label = forms.CharField(
        label="What it is for",
        help_text="So that you know it again: the program, the machine.",
        max_length=150,
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=list(tokens.SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one thing that it may do."},
    )
    days = forms.TypedChoiceField(
        label="It works for",
        coerce=int,
        choices=[("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("0", "ever")],
        initial="90",
    )

    def expires_at(self, at: datetime) -> datetime | None:
        """When a token made ``at`` ends; None: never."""
        days = self.cleaned_data["days"]
        return at + timedelta(days=days) if days else None


def time_zones(own: str = "") -> list[tuple[str, Any]]:
    """The zones that this machine knows, by part of the world; ``own`` is kept if it does not."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(available_timezones() | ({own} if own else set())):
        area, _, place = name.partition("/")
        if area in _AREAS and place:
            groups.setdefault(area, []).append((name, place.replace("_", " ")))
        elif name == own:
            groups.setdefault("Other", []).append((name, name))
    return [("", "That of the site"), ("UTC", "UTC"), *groups.items()]


_AREAS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)
