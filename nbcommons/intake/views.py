"""Pages: choose files, check what will be shared, share."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.core.requests import CommonsRequest
from nbcommons.intake.errors import Refused
from nbcommons.intake.forms import DraftForm, UploadForm, initial_of
from nbcommons.intake.models import Draft
from nbcommons.intake.operations import drafts, publishing
from nbcommons.intake.queries import (
    DraftPage,
    DraftRow,
    document_of,
    draft_page,
    draft_rows,
    drafts_of,
    removed_notes,
)
from nbcommons.notebooks.models import Category
from nbcommons.rendering.queries import rendered_document
from nbcommons.rendering.sandbox import leaf_of, leaf_response

CATEGORIES = [
    (Category.OPERATIONAL, "Working notebook", "Answers a real question from start to end"),
    (Category.BUILDING_BLOCK, "Building block", "One step that other notebooks can use"),
    (Category.COURSE, "Lesson", "Teaches something, with exercises"),
]


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


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: CommonsRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _add_page(request, UploadForm())
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        raise Refused("That is too much at once. Choose fewer files, or smaller ones.")
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _add_page(request, form, status=422)
    brought, refused = _bring_in_each(request, form.cleaned_data["notebooks"])
    if refused:
        return _add_page(request, UploadForm(), refused=refused, accepted=brought, status=422)
    if len(brought) == 1:
        return redirect("intake:draft", brought[0].uuid)
    messages.success(request, f"{len(brought)} notebooks are ready to check and describe.")
    return redirect("intake:add")


def _bring_in_each(
    request: CommonsRequest, files: "list[UploadedFile[Any]]"
) -> tuple[list[Draft], list[RefusedFile]]:
    """Each file on its own: a bad one among good ones loses nothing."""
    brought: list[Draft] = []
    refused: list[RefusedFile] = []
    for file in files:
        name = file.name or "notebook.ipynb"
        try:
            brought.append(
                drafts.bring_in(
                    request.actor, file_name=name, raw=file.read(), at=timezone.now()
                )
            )
        except Refused as error:
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
    )
    context = {"page": page, "form": form, "max_bytes": settings.NBCOMMONS_MAX_RAW_BYTES}
    return render(request, "intake/add.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    found = get_object_or_404(drafts_of(request.actor), uuid=uuid)
    if request.method != "POST":
        return _draft_page(request, found, DraftForm(initial=initial_of(found), draft=found))
    shares = request.POST.get("do") == "share"
    form = DraftForm(request.POST, draft=found, must_be_whole=shares)
    if not form.is_valid():
        return _draft_page(request, found, form, status=422)
    if not shares:
        drafts.describe_draft(request.actor, found, details=form.details())
        messages.success(request, "Kept as a draft. Nobody else can see it.")
        return redirect("intake:draft", found.uuid)
    try:
        notebook = publishing.publish_draft(
            request.actor, found, details=form.details(), at=timezone.now()
        )
    except Refused as error:
        form.add_error("pictures", str(error))
        return _draft_page(request, found, form, status=422)
    audience = "everyone" if notebook.visibility == "everyone" else "you alone"
    messages.success(request, f"Shared with {audience}. Your notebook has its own page now.")
    return redirect(f"/notebooks/{notebook.uuid}/")


def _draft_page(
    request: CommonsRequest, found: Draft, form: DraftForm, *, status: int = 200
) -> HttpResponse:
    people = get_user_model().objects.filter(is_active=True).count()
    page: DraftPage = draft_page(request.actor, found, people_count=people)
    tags = [
        {**tag, "is_chosen": tag["name"] in set(form["tags"].value() or [])}
        for tag in found.tags
    ]
    kept = {int(key) for key in form["pictures"].value() or [] if str(key).isdigit()}
    context = {
        "page": page,
        "form": form,
        "tags": tags,
        "kept": kept,
        "categories": CATEGORIES,
    }
    return render(request, "intake/draft.html", context, status=status)


@require_POST
def discard(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    found = get_object_or_404(drafts_of(request.actor), uuid=uuid)
    drafts.discard_draft(request.actor, found)
    messages.success(request, f"“{found.title}” was thrown away. Your own file is unchanged.")
    return redirect("intake:add")


@require_safe
def preview(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    """Exactly what will be shared, in the same sandbox as a shared notebook."""
    found = get_object_or_404(drafts_of(request.actor), uuid=uuid)
    leaf = leaf_of(
        rendered_document(document_of(found)),
        title=f"Preview of {found.title}",
        theme=request.GET.get("theme", ""),
        gone=removed_notes(found),
    )
    return leaf_response(request, leaf)


@require_safe
def picture(request: CommonsRequest, uuid: UUID, key: int) -> HttpResponse:
    """A picture of one's own draft, as it would be kept."""
    found = get_object_or_404(drafts_of(request.actor), uuid=uuid)
    shown = get_object_or_404(found.pictures, pk=key)
    response = HttpResponse(bytes(shown.content), content_type=shown.mime)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
