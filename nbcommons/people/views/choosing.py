"""Offers while somebody types a name."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nbcommons.core.requests import CommonsRequest
from nbcommons.people import rosters


@require_safe
def suggest_people(request: CommonsRequest) -> HttpResponse:
    """Options of a datalist for the beginning of a name; ``name`` says which field holds it."""
    field = request.GET.get("name", "q")
    typed = request.GET.get(field, "").replace("\x00", "")[:100]
    return render(request, "people/_suggested.html", {"people": rosters.people_like(typed)})
