"""What people write about suggested changes."""

from django import forms

from nbcommons.collaboration.operations.changes import REASON_LENGTH
from nbcommons.intake.operations.drafts import WHY_LENGTH


class SuggestForm(forms.Form):
    """Why a change is suggested."""

    message = forms.CharField(
        label="What it is good for",
        max_length=WHY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The first line stands for it in lists. Say then what made you do it, and how "
        "you know that it works.",
        error_messages={"required": "Say in a sentence what your change is good for."},
    )


class DeclineForm(forms.Form):
    """Why a change is not wanted."""

    reason = forms.CharField(
        label="Why not",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Its author reads this. Say what would make it a yes.",
        error_messages={"required": "Say in a sentence why, so that its author can do better."},
    )
