"""The page where files are chosen."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nbcommons.core.plugins import PluginFailed
from nbcommons.core.requests import CommonsRequest
from nbcommons.intake.errors import Refused, TooManyDrafts
from nbcommons.intake.forms import UploadForm
from nbcommons.intake.models import Draft
from nbcommons.intake.operations import drafts
from nbcommons.intake.queries.choices import TargetRow, editable_row
from nbcommons.intake.queries.drafts import DraftRow, discarded_draft_of, draft_rows
from nbcommons.intake.views._shared import is_uuid


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that did not come in, and the sentence why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddPage:
    """The page where files are chosen."""

    drafts: tuple[DraftRow, ...]
    refused: tuple[RefusedFile, ...]
    accepted: tuple[DraftRow, ...]
    thrown: Draft | None = None
    target: TargetRow | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: CommonsRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _add_page(request, UploadForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        raise Refused("That is too much at once. Choose fewer files, or smaller ones.")
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _add_page(request, form, status=422)
    target = form.cleaned_data["target"]
    brought, refused = _bring_in_each(request, form.cleaned_data["notebooks"], target)
    if refused:
        return _add_page(request, UploadForm(), refused=refused, accepted=brought, status=422)
    if len(brought) == 1:
        return redirect("intake:draft", brought[0].uuid)
    messages.success(request, f"{len(brought)} notebooks are ready to check and describe.")
    return redirect("intake:add")


def _bring_in_each(
    request: CommonsRequest, files: "list[UploadedFile[Any]]", target: UUID | None
) -> tuple[list[Draft], list[RefusedFile]]:
    """Each file on its own: a bad one among good ones loses nothing."""
    brought: list[Draft] = []
    refused: list[RefusedFile] = []
    for file in files:
        name = file.name or "notebook.ipynb"
        try:
            brought.append(
                drafts.bring_in(
                    request.actor,
                    file_name=name,
                    raw=file.read(),
                    target=target,
                    at=timezone.now(),
                )
            )
        except (Refused, PluginFailed, TooManyDrafts) as error:
            refused.append(RefusedFile(name, str(error)))
    return brought, refused


def _add_page(
    request: CommonsRequest,
    form: UploadForm,
    *,
    refused: list[RefusedFile] | None = None,
    accepted: list[Draft] | None = None,
    status: int = 200,
) -> HttpResponse:
    accepted_uuids = {draft.uuid for draft in accepted or []}
    rows = draft_rows(request.actor)
    page = AddPage(
        drafts=tuple(row for row in rows if row.uuid not in accepted_uuids),
        refused=tuple(refused or ()),
        accepted=tuple(row for row in rows if row.uuid in accepted_uuids),
        thrown=_thrown(request),
        target=editable_row(request.actor, _target_asked_for(request)),
    )
    context = {"page": page, "form": form, "max_bytes": settings.NBCOMMONS_MAX_RAW_BYTES}
    return render(request, "intake/add.html", context, status=status)


def _target_asked_for(request: CommonsRequest) -> UUID | None:
    """The notebook that a new version is to be added to: from its own page, or said before."""
    named = request.POST.get("target", "") or request.GET.get("for", "")
    return UUID(named) if is_uuid(named) else None


def _thrown(request: CommonsRequest) -> Draft | None:
    """The draft that was thrown away a moment ago, to be had back."""
    named = request.GET.get("thrown", "")
    return discarded_draft_of(request.actor, UUID(named)) if is_uuid(named) else None
