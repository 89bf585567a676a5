"""What people fill in to look after a notebook."""

from typing import Any

from django import forms

from nbcommons.curation.operations.deprecating import LONGEST_REASON, SHORTEST_REASON
from nbcommons.curation.operations.describing import (
    LANGUAGE_LENGTH,
    PURPOSE_LENGTH,
    TITLE_LENGTH,
    VERSION_LENGTH,
)
from nbcommons.curation.operations.ownership import LONGEST_MESSAGE
from nbcommons.curation.queries.describing import Details
from nbcommons.notebooks.models import Category
from nbcommons.people.whom import LONGEST


class EditForm(forms.Form):
    """What people read about a notebook before they open it."""

    title = forms.CharField(
        max_length=TITLE_LENGTH,
        help_text="Start with a verb. Say what someone gets, not which tools you used.",
        error_messages={"required": "Give the notebook a title."},
    )
    purpose = forms.CharField(
        required=False,
        max_length=PURPOSE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Two or three sentences for a colleague who has never met you. What goes in, "
        "what comes out, what to be careful about.",
    )
    category = forms.ChoiceField(label="Type", choices=Category.choices)
    language = forms.CharField(
        max_length=LANGUAGE_LENGTH,
        widget=forms.TextInput(attrs={"list": "languages", "autocomplete": "off"}),
        error_messages={"required": "Say which language the code is in, as “python”."},
    )
    language_version = forms.CharField(
        label="Version of the language", required=False, max_length=VERSION_LENGTH
    )
    more_tags = forms.CharField(
        label="Other tags, parted by commas", required=False, max_length=600
    )
    seen = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    def __init__(self, *args: Any, tags: tuple[str, ...] = (), **options: Any) -> None:
        """``tags`` are those that stand beside the form with a tick, or came with one."""
        super().__init__(*args, **options)
        self.ticked = tags

    def details(self) -> Details:
        """The valid form as the operation takes it."""
        data = self.cleaned_data
        own = [name for name in data["more_tags"].split(",") if name.strip()]
        return Details(
            title=data["title"],
            purpose=data["purpose"],
            language=data["language"],
            category=data["category"],
            tags=(*self.ticked, *own),
            language_version=data["language_version"],
        )


class DeprecateForm(forms.Form):
    """Why a notebook should not be used any more."""

    reason = forms.CharField(
        label="Why should people not use it any more?",
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown on top of its page, with your name and the date.",
        error_messages={"required": "Say why, in a sentence or two."},
    )
    is_frozen = forms.BooleanField(label="Nobody may run it any more", required=False)


class ReceiverForm(forms.Form):
    """Who is to look after notebooks from now on: what was typed, or picked from several."""

    who = forms.CharField(
        label="A person or a team",
        required=False,
        max_length=LONGEST,
        help_text="Type a name or a user name.",
    )
    who_key = forms.CharField(required=False, max_length=24)


class TransferForm(ReceiverForm):
    """Giving one notebook away."""

    message = forms.CharField(
        label="A word to them",
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    keeps_editing = forms.BooleanField(required=False)
