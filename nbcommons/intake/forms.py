"""What people fill in to bring a notebook in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from nbcommons.intake._describing import PURPOSE_LENGTH, TITLE_LENGTH
from nbcommons.intake.models import Draft
from nbcommons.intake.operations.drafts import Details
from nbcommons.notebooks.models import Category, Visibility

SUGGESTED_PURPOSE_LENGTH = 400


class ManyFilesInput(forms.ClearableFileInput):
    """A file field that takes several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; each is read and judged on its own later."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> "Sequence[UploadedFile[Any]]":
        # An empty list is nothing chosen, which the field itself refuses when it is asked once.
        files = (data or [None]) if isinstance(data, list) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class UploadForm(forms.Form):
    """One or several notebook files."""

    notebooks = ManyFilesField(
        label="Notebook files",
        allow_empty_file=True,
        error_messages={"required": "Choose at least one notebook (a file ending in .ipynb)."},
    )


class DraftForm(forms.Form):
    """What a notebook is for, and who may use it."""

    title = forms.CharField(
        max_length=TITLE_LENGTH,
        help_text="Start with a verb. Say what someone gets, not which tools you used.",
        error_messages={
            "required": "Give the notebook a title, for example “Rank customers by how late "
            "they pay”."
        },
    )
    purpose = forms.CharField(
        required=False,
        max_length=PURPOSE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Two or three sentences for a colleague who has never met you. What goes in, "
        "what comes out, what to be careful about.",
    )
    category = forms.ChoiceField(label="Type", choices=Category.choices)
    tags = forms.MultipleChoiceField(required=False)
    more_tags = forms.CharField(
        label="Other tags, parted by commas", required=False, max_length=300
    )
    pictures = forms.MultipleChoiceField(required=False)
    visibility = forms.ChoiceField(label="Who can find and run it", choices=Visibility.choices)
    agreed = forms.BooleanField(
        label="I wrote this or may share it, and it contains no personal data, no results and "
        "no passwords.",
        error_messages={"required": "Tick the box to share the notebook."},
    )

    def __init__(self, *args: Any, draft: Draft, must_be_whole: bool = True, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["tags"].choices = [  # type: ignore[attr-defined]
            (tag["name"], tag["name"]) for tag in draft.tags
        ]
        self.fields["pictures"].choices = [  # type: ignore[attr-defined]
            (str(key), str(key)) for key in draft.pictures.values_list("pk", flat=True)
        ]
        if not must_be_whole:
            self.fields["title"].required = False
            self.fields["agreed"].required = False

    def details(self) -> Details:
        """The valid form as the operation takes it."""
        data = self.cleaned_data
        own = [name.strip() for name in data["more_tags"].split(",") if name.strip()]
        return Details(
            title=data["title"],
            purpose=data["purpose"],
            category=data["category"],
            visibility=data["visibility"],
            tags=(*data["tags"], *own),
            kept_pictures=frozenset(int(key) for key in data["pictures"]),
        )


def initial_of(draft: Draft) -> dict[str, Any]:
    """The form's values as ``draft`` has them now."""
    return {
        "title": draft.title,
        "purpose": draft.purpose,
        "category": draft.category,
        "visibility": draft.visibility,
        "tags": [tag["name"] for tag in draft.tags if tag["is_chosen"]],
        "pictures": [
            str(key) for key in draft.pictures.filter(is_kept=True).values_list("pk", flat=True)
        ],
    }
