"""The page of a draft: check what will be shared, describe it, share."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.core.errors import CommonsError, Denied
from nbcommons.core.requests import CommonsRequest
from nbcommons.intake._details import (
    Described,
    Details,
    changed_in,
    details_of,
    stamp_of_details,
)
from nbcommons.intake.errors import AlreadyShared
from nbcommons.intake.forms import CorrectedFileForm, DraftForm, initial_beside, initial_of
from nbcommons.intake.models import Becomes, Draft
from nbcommons.intake.operations import drafts, findings, publishing
from nbcommons.intake.queries.choices import (
    choices_of,
    editable_rows,
    readable_notebook,
    readable_rows,
)
from nbcommons.intake.queries.drafts import (
    DraftPage,
    discarded_draft_of,
    document_of,
    draft_page,
    drafts_of,
    removed_notes,
)
from nbcommons.intake.queries.likeness import alike
from nbcommons.intake.queries.meanwhile import Meanwhile, meanwhile_of
from nbcommons.intake.queries.targets import origin_of, target_of
from nbcommons.intake.views._shared import is_uuid
from nbcommons.notebooks.models import Category, Notebook, Visibility
from nbcommons.people.queries import people_here
from nbcommons.rendering.queries import rendered_document
from nbcommons.rendering.sandbox import leaf_of, leaf_response

SHARE, AUTOSAVE, FIND = "share", "autosave", "find"
CATEGORIES = [
    (Category.OPERATIONAL, "Working notebook", "Answers a real question from start to end"),
    (Category.BUILDING_BLOCK, "Building block", "One step that other notebooks can use"),
    (Category.COURSE, "Lesson", "Teaches something, with exercises"),
]


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    found = get_object_or_404(drafts_of(request.actor), uuid=uuid)
    choices = choices_of(request.actor, found)
    if request.method != "POST":
        form = DraftForm(initial=initial_of(found), draft=found, choices=choices)
        return _draft_page(request, found, form)
    do = request.POST.get("do", "keep")
    form = DraftForm(request.POST, draft=found, choices=choices, must_be_whole=do == SHARE)
    if not form.is_valid():
        status = 200 if do == AUTOSAVE else 422
        live = do == AUTOSAVE
        kept = _ticked(form)
        return _draft_page(request, found, form, is_live=live, kept=kept, status=status)
    # Kept first, in a step of its own: what was typed outlives whatever goes wrong after it.
    done, is_repicked = _describe(request, found, form, do)
    if do == AUTOSAVE:
        return _kept_by_itself(request, found, form, done, is_repicked=is_repicked)
    # Nothing is shared that was changed where its author does not see it on this page.
    if done.unsettled or (done.kept and do in {SHARE, FIND}):
        return _beside(request, found, form, done)
    if do == SHARE:
        return _share(request, found, form, done)
    return _do(request, found, form, do, done)


def _describe(
    request: CommonsRequest, found: Draft, form: DraftForm, do: str
) -> tuple[Described, bool]:
    """Keep what was said; tells too whether more pictures are kept than were ticked.

    Ticks were set for what the draft was to become before. What is shared at once nobody looks at
    again. About what was changed elsewhere only a button decides: what keeps itself asks nobody.
    """
    target_before = found.target_id
    done = drafts.describe_draft(
        request.actor,
        found,
        details=form.details(),
        seen=form.cleaned_data["stamp"],
        told="" if do == AUTOSAVE else form.cleaned_data["told"],
        at=timezone.now(),
    )
    is_last = do == SHARE and found.becomes != Becomes.VERSION
    if found.target_id == target_before or is_last:
        return done, False
    return done, drafts.keep_pictures_of_target(request.actor, found)


def _kept_by_itself(
    request: CommonsRequest,
    found: Draft,
    form: DraftForm,
    done: Described,
    *,
    is_repicked: bool,
) -> HttpResponse:
    """The page goes on showing what it sent: of what was changed elsewhere it is only told."""
    shown = _with_pictures_of(found, done.sent) if is_repicked else done.sent
    new = changed_in(details_of(found), since=form.cleaned_data["told"])
    told = meanwhile_of(
        request.actor,
        found,
        kept=done.kept,
        unsettled=done.unsettled,
        is_shown=new.isdisjoint(done.unsettled),
    )
    stamp = stamp_of_details(shown, but=done.unsettled)
    return _draft_page(
        request,
        found,
        form,
        is_live=True,
        is_repicked=is_repicked,
        stamp=stamp,
        meanwhile=told,
    )


def _beside(
    request: CommonsRequest, found: Draft, form: DraftForm, done: Described
) -> HttpResponse:
    """The page anew, with what was changed elsewhere; what was changed here too, as typed."""
    actor = request.actor
    initial = initial_beside(found, form, done.unsettled)
    fresh = DraftForm(initial=initial, draft=found, choices=choices_of(actor, found))
    told = meanwhile_of(actor, found, kept=done.kept, unsettled=done.unsettled)
    if "becomes" in done.unsettled:
        # Shown, not kept.
        found.becomes = done.sent.becomes
        found.target = readable_notebook(actor, done.sent.target)
    kept = _ticked(form) if "kept_pictures" in done.unsettled else None
    return _draft_page(request, found, fresh, meanwhile=told, kept=kept, status=409)


def _share(
    request: CommonsRequest, found: Draft, form: DraftForm, done: Described
) -> HttpResponseBase:
    try:
        # Which pictures are kept is settled, perhaps otherwise than it was ticked.
        details = replace(form.details(), kept_pictures=None)
        notebook = publishing.publish_draft(
            request.actor, found, details=details, at=timezone.now()
        )
    except (Denied, AlreadyShared):
        raise
    except CommonsError as error:
        form.add_error(None, str(error))
        # Nothing of the attempt was kept.
        found.refresh_from_db()
        stamp = stamp_of_details(_with_pictures_of(found, done.sent))
        return _draft_page(request, found, form, stamp=stamp, status=422)
    messages.success(request, _told_about(notebook, found))
    return redirect(f"/notebooks/{notebook.uuid}/")


def _told_about(notebook: Notebook, found: Draft) -> str:
    if found.becomes == Becomes.VERSION:
        return "Published as the newest version."
    words = {
        Visibility.PRIVATE: "Saved for you alone",
        Visibility.SHARED: "Shared with those you named",
        Visibility.EVERYONE: "Shared with everyone",
    }
    audience = words[Visibility(notebook.visibility)]
    labels = ", ".join(notebook.labels.order_by("name").values_list("name", flat=True))
    if labels and notebook.visibility == Visibility.EVERYONE:
        audience += f" who holds the access label {labels}"
    elif labels and notebook.visibility == Visibility.SHARED:
        audience += f", as far as they hold the access label {labels}"
    if notebook.owner_team_id and notebook.visibility == Visibility.PRIVATE:
        audience = "Saved for your team alone"
    return f"{audience}. Your notebook has its own page now."


def _do(
    request: CommonsRequest, found: Draft, form: DraftForm, do: str, done: Described
) -> HttpResponseBase:
    """What a button of the form asks for besides keeping what was typed."""
    verb, _, key = do.partition(":")
    if do == FIND:
        stamp = stamp_of_details(_with_pictures_of(found, done.sent))
        return _draft_page(request, found, form, stamp=stamp)
    if verb in {"fine", "open"}:
        findings.wave_through(request.actor, found, key, is_fine=verb == "fine")
    elif verb == "blank":
        findings.blank_out_findings(request.actor, found, [key])
        messages.success(request, "Blanked out in the draft. Your own file still has it.")
    elif verb in {Becomes.VERSION, Becomes.FORK}:
        target = UUID(key) if is_uuid(key) else None
        details = replace(done.details, kept_pictures=None, becomes=verb, target=target)
        drafts.describe_draft(request.actor, found, details=details, at=timezone.now())
    else:
        messages.success(request, "Kept as a draft. Nobody else can see it.")
    told = meanwhile_of(request.actor, found, kept=done.kept)
    if told:
        messages.success(request, f"Changed elsewhere meanwhile, and kept: {told.kept_names}.")
    place = {"fine": "#secrets", "open": "#secrets", "blank": "#secrets"}.get(verb, "")
    return redirect(reverse("intake:draft", args=[found.uuid]) + place)


def _kept_of(page: DraftPage) -> frozenset[int]:
    return frozenset(picture.key for picture in page.pictures if picture.is_kept)


def _ticked(form: DraftForm) -> frozenset[int]:
    """The keys of the pictures that are ticked in ``form``, right or wrong."""
    return frozenset(int(key) for key in form["pictures"].value() or [] if _is_number(str(key)))


def _with_pictures_of(found: Draft, said: Details) -> Details:
    return replace(said, kept_pictures=details_of(found).kept_pictures)


def _is_number(text: str) -> bool:
    """Of the digits that ``int`` reads: ``²`` is one for ``isdigit`` alone."""
    return text.isascii() and text.isdigit()


def _draft_page(
    request: CommonsRequest,
    found: Draft,
    form: DraftForm,
    *,
    is_live: bool = False,
    is_repicked: bool = False,
    kept: frozenset[int] | None = None,
    stamp: str | None = None,
    meanwhile: Meanwhile | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page; or, ``is_live``, the parts of it that follow from what was typed.

    kept: keys of the pictures that are ticked, unless as the draft has it. is_repicked: others are
    than the page shows. stamp: of what the page shows, unless the form has it: when nothing was
    kept, the stamp of the first look goes on.
    """
    actor = request.actor
    people = people_here().count()
    page: DraftPage = draft_page(actor, found, people_count=people)
    words = str(form["find"].value() or "")
    title = str(form["title"].value() or "")
    context = {
        "page": page,
        "form": form,
        "alike": alike(actor, found, title=title),
        "target": target_of(actor, found),
        "kept": _kept_of(page) if kept is None else kept,
        "is_repicked": is_repicked,
        "is_live": is_live,
        "stamp": str(form["stamp"].value() or "") if stamp is None else stamp,
        "meanwhile": meanwhile,
    }
    if is_live:
        return render(request, "intake/draft.html#live", context, status=status)
    tags = [
        {**tag, "is_chosen": tag["name"] in set(form["tags"].value() or [])}
        for tag in found.tags
    ]
    context |= {
        "origin": origin_of(actor, found),
        "mine": editable_rows(actor, words),
        "others": readable_rows(actor, words),
        "tags": tags,
        "categories": CATEGORIES,
        "choices": choices_of(actor, found),
    }
    return render(request, "intake/draft.html", context, status=status)


@require_POST
def replace_file(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    found = get_object_or_404(drafts_of(request.actor), uuid=uuid)
    form = CorrectedFileForm(request.POST, request.FILES)
    back = redirect("intake:draft", found.uuid)
    if not form.is_valid():
        messages.error(request, "Choose the corrected notebook first.")
        return back
    file = form.cleaned_data["corrected"]
    drafts.bring_in_again(
        request.actor,
        found,
        file_name=file.name or "notebook.ipynb",
        raw=file.read(),
        at=timezone.now(),
    )
    messages.success(request, "The corrected file is in its place. Your description stayed.")
    return back


@require_POST
def discard(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    found = get_object_or_404(drafts_of(request.actor), uuid=uuid)
    drafts.discard_draft(request.actor, found, at=timezone.now())
    return redirect(f"{reverse('intake:add')}?thrown={found.uuid}")


@require_POST
def take_back(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    found = discarded_draft_of(request.actor, uuid)
    if found is None:
        messages.error(request, "It is too late to have that draft back.")
        return redirect("intake:add")
    drafts.take_back_draft(request.actor, found, at=timezone.now())
    return redirect("intake:draft", found.uuid)


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
