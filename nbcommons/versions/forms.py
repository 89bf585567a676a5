"""The name that people give a version."""

from django import forms

from nbcommons.versions.operations import LABEL_LENGTH


class LabelForm(forms.Form):
    """A label; empty takes it away."""

    label = forms.CharField(
        required=False,
        max_length=LABEL_LENGTH,
        help_text="A few words by which people find this version again, for example “used for the "
        f"2026 report”. At most {LABEL_LENGTH} characters; leave it empty to take the label away.",
    )
