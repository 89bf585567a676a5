"""Pages of teams: finding one, reading about it, looking after it."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nbcommons.core.errors import Denied
from nbcommons.core.pages import render_page
from nbcommons.core.paging import page_number
from nbcommons.core.refusals import told_in
from nbcommons.core.requests import CommonsRequest
from nbcommons.gallery.forms import MemberForm, TeamForm
from nbcommons.gallery.queries.addresses import words_of
from nbcommons.gallery.queries.teams import (
    TeamFormPage,
    landing_choices,
    members_page,
    readable_count,
    team_page,
    teams_page,
)
from nbcommons.people import rosters
from nbcommons.people.models import Person, Team
from nbcommons.people.operations import teams as operations
from nbcommons.people.queries import person_named


@require_safe
def teams(request: CommonsRequest) -> HttpResponseBase:
    page = teams_page(request.actor, query=words_of(request.GET), page=page_number(request.GET))
    return render_page(request, "gallery/teams.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: CommonsRequest) -> HttpResponseBase:
    if not operations.may_make_teams(request.actor):
        raise Denied("Ask an administrator for a team: they make them here.")
    if request.method != "POST":
        page = TeamFormPage(form=TeamForm())
        return render_page(request, "gallery/team_form.html", page)
    form = TeamForm(request.POST)
    if form.is_valid():
        with told_in(form):
            made = operations.create_team(request.actor, form.details(), at=timezone.now())
            messages.success(request, f"{made} is there. Take in the others now.")
            return redirect("gallery:team_members", made.slug)
    return render_page(request, "gallery/team_form.html", TeamFormPage(form=form), status=422)


@require_safe
def team(request: CommonsRequest, slug: str) -> HttpResponseBase:
    found = _team(slug)
    if found.slug != slug:
        return redirect("gallery:team", found.slug)
    page = team_page(request.actor, found, page=page_number(request.GET))
    return render_page(request, "gallery/team.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: CommonsRequest, slug: str) -> HttpResponseBase:
    found = _team(slug)
    if request.method != "POST":
        if found.slug != slug:
            return redirect("gallery:team_members", found.slug)
        return _members(request, found, MemberForm())
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _members(request, found, form, status=422)
    person, role = form.cleaned_data["username"], form.cleaned_data["role"]
    with told_in(form):
        operations.add_member(request.actor, found, person, role=role, at=timezone.now())
        messages.success(request, f"{person} is in {found} now.")
        return redirect("gallery:team_members", found.slug)
    return _members(request, found, form, status=422)


@require_POST
def member(request: CommonsRequest, slug: str, username: str) -> HttpResponse:
    found, person = _team(slug), _person(username)
    match request.POST.get("change"):
        case "remove":
            operations.remove_member(request.actor, found, person)
            messages.success(request, f"{person} is no longer in {found}.")
        case "role":
            role = request.POST.get("role", "")
            if role not in operations.Role.values:
                raise Http404
            operations.change_role(request.actor, found, person, role=role)
            messages.success(request, f"{person} is {operations.Role(role).label.lower()} now.")
        case _:
            raise Http404
    return redirect("gallery:team_members", found.slug)


@require_POST
def leave(request: CommonsRequest, slug: str) -> HttpResponse:
    found = _team(slug)
    operations.leave_team(request.actor, found)
    messages.success(request, f"You have left {found}.")
    return redirect("gallery:team", found.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: CommonsRequest, slug: str) -> HttpResponseBase:
    found = _looked_after(request, slug)
    choices = landing_choices(request.actor, found)
    if request.method != "POST":
        form = TeamForm(
            landing=choices,
            initial={
                "name": found.name,
                "description": found.description,
                "landing_notebook": str(found.landing_notebook_uuid or ""),
            },
        )
        return _form_page(request, found, form)
    form = TeamForm(request.POST, landing=choices)
    if form.is_valid():
        details = form.details(landing_kept=found.landing_notebook_uuid)
        with told_in(form):
            operations.describe_team(request.actor, found, details)
            messages.success(request, "Saved.")
            return redirect("gallery:team", found.slug)
    return _form_page(request, found, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: CommonsRequest, slug: str) -> HttpResponseBase:
    found = _looked_after(request, slug)
    if request.method != "POST":
        page = TeamFormPage(
            form=TeamForm(),
            name=found.name,
            slug=found.slug,
            notebook_count=readable_count(request.actor, found),
        )
        return render_page(request, "gallery/team_delete.html", page)
    operations.delete_team(request.actor, found)
    messages.success(request, f"{found} is no longer here.")
    return redirect("gallery:teams")


def _team(slug: str) -> Team:
    found = rosters.team_named(slug)
    if found is None:
        raise Http404
    return found


def _person(username: str) -> Person:
    found = person_named(username)
    if found is None:
        raise Http404
    return found


def _looked_after(request: CommonsRequest, slug: str) -> Team:
    found = _team(slug)
    if not operations.may_look_after(request.actor, found):
        raise Denied("Only owners of the team may do that.")
    return found


def _members(
    request: CommonsRequest, team: Team, form: MemberForm, *, status: int = 200
) -> HttpResponseBase:
    page = members_page(
        request.actor,
        team,
        query=words_of(request.GET),
        page=page_number(request.GET),
        form=form,
    )
    return render_page(request, "gallery/team_members.html", page, status=status)


def _form_page(
    request: CommonsRequest, team: Team, form: TeamForm, *, status: int = 200
) -> HttpResponseBase:
    page = TeamFormPage(form=form, name=team.name, slug=team.slug)
    return render_page(request, "gallery/team_form.html", page, status=status)
