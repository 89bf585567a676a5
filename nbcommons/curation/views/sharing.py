"""The page that says who may see a notebook, and what is offered while somebody types a name."""

import re
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.rates import charge
from nbcommons.core.requests import CommonsRequest
from nbcommons.curation.errors import (
    ChangedMeanwhile,
    Invalid,
    LabelNotHeld,
    NobodyLeft,
    Undecided,
)
from nbcommons.curation.operations.sharing import MOST_SHARES, change_sharing
from nbcommons.curation.queries.choosing import Somebody, found_by, somebody, suggestions
from nbcommons.curation.queries.sharing import Share, Sharing, sharing_of, sharing_page
from nbcommons.curation.views._shared import notebook_for, refuse_nobody, words_for
from nbcommons.notebooks.models import Notebook, Visibility

PARTS = {"form", "reach"}
_KEY = re.compile(r"([pt])([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Adding:
    """What stands in the field to add somebody, and what came of it."""

    typed: str = ""
    may_edit: bool = False
    error: str = ""
    choices: tuple[Somebody, ...] = ()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: CommonsRequest, uuid: UUID) -> HttpResponseBase:
    notebook = notebook_for(request, Action.NOTEBOOK_SHARE, uuid)
    if request.method != "POST":
        return _page(request, notebook, sharing_of(notebook))
    wanted = _posted(request)
    do = request.POST.get("do", "look")
    if do == "save":
        return _save(request, notebook, wanted)
    adding = Adding()
    if do == "add" or do.startswith("pick:"):
        wanted, adding = _added(request, wanted, do)
    elif do.startswith("remove:"):
        rest = tuple(share for share in wanted.shares if share.key != do.partition(":")[2])
        wanted = replace(wanted, shares=rest)
    return _page(request, notebook, wanted, adding=adding, stamp=request.POST.get("seen", ""))


@never_cache
@require_safe
def suggest(request: CommonsRequest) -> HttpResponse:
    """Names of people and teams that go on from what was typed, as options of a field."""
    refuse_nobody(request)
    charge(
        f"suggest:{request.actor.person_id}",
        per_minute=settings.NBCOMMONS_SUGGESTIONS_PER_MINUTE,
    )
    found = suggestions(request.GET.get("who", ""))
    return render(request, "curation/_options.html", {"found": found})


def _posted(request: CommonsRequest) -> Sharing:
    """What the form says; whatever it cannot mean is left out."""
    shares = (
        _share(key, may_edit=request.POST.get(f"may_{key}") == "edit")
        for key in request.POST.getlist("share")[: MOST_SHARES + 1]
    )
    labels = (key for key in request.POST.getlist("labels") if re.fullmatch("[0-9]{1,18}", key))
    return Sharing(
        visibility=request.POST.get("visibility", ""),
        shares=tuple({share.key: share for share in shares if share is not None}.values()),
        label_ids=frozenset(int(key) for key in labels),
    )


def _share(key: str, *, may_edit: bool) -> Share | None:
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    number = int(found[2])
    if found[1] == "p":
        return Share(person_id=number, may_edit=may_edit)
    return Share(team_id=number, may_edit=may_edit)


def _added(request: CommonsRequest, wanted: Sharing, do: str) -> tuple[Sharing, Adding]:
    typed = request.POST.get("who", "")
    may_edit = request.POST.get("who_may") == "edit"
    picked = somebody(do.partition(":")[2]) if do.startswith("pick:") else None
    found = (picked,) if picked is not None else found_by(typed)
    if len(found) != 1:
        return wanted, Adding(typed, may_edit, words_for(typed, found), found)
    share = Share(found[0].person_id, found[0].team_id, may_edit)
    rest = tuple(one for one in wanted.shares if one.key != share.key)
    # Who names somebody means them to see it.
    opened = (
        Visibility.SHARED.value
        if wanted.visibility == Visibility.PRIVATE
        else wanted.visibility
    )
    return replace(wanted, visibility=opened, shares=(*rest, share)), Adding()


def _save(request: CommonsRequest, notebook: Notebook, wanted: Sharing) -> HttpResponseBase:
    try:
        is_changed = change_sharing(
            request.actor,
            notebook,
            sharing=wanted,
            seen=request.POST.get("seen", ""),
            fine=frozenset(request.POST.getlist("fine")),
            at=timezone.now(),
        )
    except ChangedMeanwhile as error:
        notebook.refresh_from_db()
        return _page(request, notebook, wanted, problem=error, status=409)
    except (Invalid, LabelNotHeld, NobodyLeft) as error:
        stamp = request.POST.get("seen", "")
        return _page(request, notebook, wanted, problem=error, stamp=stamp, status=422)
    if is_changed:
        messages.success(request, "Saved. It counts from now on.")
    if guard.allows(request.actor, Action.NOTEBOOK_READ, notebook):
        return redirect(f"/notebooks/{notebook.uuid}/")
    return redirect("/mine/")


def _page(
    request: CommonsRequest,
    notebook: Notebook,
    wanted: Sharing,
    *,
    adding: Adding | None = None,
    problem: Exception | None = None,
    stamp: str = "",
    status: int = 200,
) -> HttpResponse:
    part = request.GET.get("part")
    template = "curation/sharing.html" + (f"#{part}" if part in PARTS else "")
    context = {
        "page": sharing_page(request.actor, notebook, wanted, stamp=stamp),
        "adding": adding or Adding(),
        "problem": problem,
        "secrets": problem.findings if isinstance(problem, Undecided) else (),
        "fine": request.POST.getlist("fine"),
        "is_part": part in PARTS,
    }
    return render(request, template, context, status=status)
