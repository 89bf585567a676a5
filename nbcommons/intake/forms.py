"""What people fill in to bring a notebook in."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from nbcommons.intake._describing import PURPOSE_LENGTH, TITLE_LENGTH
from nbcommons.intake._details import Details, details_of, stamp_of_details
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.operations.drafts import MESSAGE_LENGTH, SHARED_LENGTH
from nbcommons.intake.queries.choices import Choices
from nbcommons.notebooks.models import Category, Visibility
from nbcommons.notebooks.tags import fault_of_tags

NO_TITLE = "Give the notebook a title, for example “Rank customers by how late they pay”."
STAMP_LENGTH = 600

# A change is suggested on a page of its own.
_BECOMES = [choice for choice in Becomes.choices if choice[0] != Becomes.CHANGE]


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
    target = forms.UUIDField(required=False)


class CorrectedFileForm(forms.Form):
    """One file that takes the place of a draft's."""

    corrected = forms.FileField(
        label="Corrected file",
        allow_empty_file=True,
        error_messages={"required": "Choose the corrected notebook."},
    )


class DraftForm(forms.Form):
    """What becomes of a draft, what it is for, and who may use it."""

    becomes = forms.ChoiceField(label="What it becomes", choices=_BECOMES, required=False)
    target = forms.UUIDField(
        label="Which notebook",
        required=False,
        error_messages={"invalid": "Choose a notebook from the list."},
    )
    find = forms.CharField(label="Find another one", required=False, max_length=100)
    seen = forms.IntegerField(required=False, min_value=1)
    # What of the draft the page shows, and what it has told of changes made elsewhere.
    stamp = forms.CharField(required=False, max_length=STAMP_LENGTH)
    told = forms.CharField(required=False, max_length=STAMP_LENGTH)
    message = forms.CharField(
        label="What is new in this version",
        required=False,
        max_length=MESSAGE_LENGTH,
        help_text="One sentence for people who use it.",
    )
    title = forms.CharField(
        max_length=TITLE_LENGTH,
        help_text="Start with a verb. Say what someone gets, not which tools you used.",
        error_messages={"required": NO_TITLE},
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
    shared_with = forms.CharField(
        label="People and teams",
        error_messages={"required": "Say with which people or teams you share it."},
        max_length=SHARED_LENGTH,
        help_text="User names, mail addresses or names of teams, parted by commas. They may read "
        "and run it; who may edit it you choose on its page.",
    )
    team = forms.ChoiceField(
        label="Looked after by",
        required=False,
        error_messages={
            "invalid_choice": "Looked after by: you no longer share as that team. Choose again."
        },
    )
    labels = forms.MultipleChoiceField(
        label="Access labels",
        required=False,
        error_messages={
            "invalid_choice": "Access labels: you no longer hold one that you chose. Choose again."
        },
    )
    agreed = forms.BooleanField(
        required=False,
        label="I wrote this or may share it, and it contains no personal data, no results and "
        "no passwords.",
    )

    def __init__(
        self, *args: Any, draft: Draft, choices: Choices, must_be_whole: bool = True, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self._must_be_whole = must_be_whole
        # An optional field says so; these are, unless what was chosen asks for them.
        becomes = self.data.get("becomes", Becomes.NEW)
        self.fields["title"].required = must_be_whole and becomes != Becomes.VERSION
        names_people = self.data.get("visibility", Visibility.SHARED) == Visibility.SHARED
        self.fields["shared_with"].required = self.fields["title"].required and names_people
        # An author's own that they took off elsewhere meanwhile is ticked here all the same.
        names = [*(tag["name"] for tag in draft.tags), *(self["tags"].value() or ())]
        self._offer("tags", [(name, name) for name in names])
        keys = draft.pictures.values_list("pk", flat=True)
        self._offer("pictures", [(str(key), str(key)) for key in keys])
        teams, labels = [*choices.teams], [*choices.labels]
        if not must_be_whole:
            # What was lost may wait with the draft, but is not shared.
            teams += [choices.lost_team] if choices.lost_team else []
            labels += choices.lost_labels
        self._offer("team", [("", "Me"), *((team.slug, team.name) for team in teams)])
        self._offer("labels", [(label.slug, label.name) for label in labels])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_more_tags(self) -> str:
        """While somebody types, nothing is said: the draft is kept, and the tag with it in part."""
        typed = str(self.cleaned_data["more_tags"])
        fault = fault_of_tags(typed.split(","))
        if fault and self.data.get("do") != "autosave":
            raise forms.ValidationError(fault)
        return typed

    def clean(self) -> dict[str, Any]:
        """What only a draft that is to be shared needs, in the words of its author's choice."""
        data = super().clean() or {}
        data["becomes"] = data.get("becomes") or Becomes.NEW
        if not self._must_be_whole:
            return data
        if data["becomes"] != Becomes.NEW and not data.get("target") and "target" in data:
            self.add_error("target", "Choose the notebook.")
        if not data.get("agreed"):
            self.add_error("agreed", "Tick the box to share the notebook.")
        return data

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
            becomes=data["becomes"],
            target=data["target"],
            message=data["message"],
            shared_with=data["shared_with"],
            team=data["team"],
            labels=frozenset(data["labels"]),
            seen_number=data["seen"],
        )


# Which fields of the form say what ``Details`` name otherwise, or in several.
_FIELDS = {
    "becomes": ("becomes", "target"),
    "tags": ("tags", "more_tags"),
    "kept_pictures": ("pictures",),
}


def initial_of(draft: Draft) -> dict[str, Any]:
    """The form's values as ``draft`` has them now."""
    details = details_of(draft)
    return {
        "becomes": details.becomes,
        "target": details.target,
        "message": details.message,
        "title": details.title,
        "purpose": details.purpose,
        "category": details.category,
        "visibility": details.visibility,
        "shared_with": details.shared_with,
        "team": details.team,
        "labels": list(details.labels),
        "tags": list(details.tags),
        "pictures": [str(key) for key in details.kept_pictures or ()],
        "stamp": stamp_of_details(details),
    }


def initial_beside(draft: Draft, typed: DraftForm, unsettled: Iterable[str]) -> dict[str, Any]:
    """The same, but what is ``unsettled`` between ``draft`` and ``typed`` as it was typed."""
    details, names = details_of(draft), tuple(unsettled)
    fields = ("find", *(field for name in names for field in _FIELDS.get(name, (name,))))
    values = {field: typed[field].value() for field in fields}
    if "tags" in names:
        # Ticks of an author's own that are gone from the draft have no box any more.
        offered = {tag["name"] for tag in draft.tags}
        own = [name for name in values["tags"] if name not in offered]
        values["more_tags"] = ", ".join((*own, *filter(None, [values["more_tags"]])))
    return {
        **initial_of(draft),
        **values,
        "stamp": stamp_of_details(details, but=names),
        "told": stamp_of_details(details) if names else "",
    }
