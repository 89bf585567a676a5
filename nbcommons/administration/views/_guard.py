"""Who sees these pages at all."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponseBase
from django.views.decorators.cache import never_cache

from nbcommons.core.errors import Denied
from nbcommons.core.middleware import SAFE_METHODS
from nbcommons.core.requests import CommonsRequest
from nbcommons.people.admin_mode import to_admin_mode

Rest = ParamSpec("Rest")
View = Callable[Concatenate[CommonsRequest, Rest], HttpResponseBase]


def in_admin_mode(view: View[Rest]) -> View[Rest]:
    """Lets administrators in whose admin mode is on.

    Those whose mode is off are asked to switch it on; for everybody else there is no such page.
    """

    @never_cache
    @wraps(view)
    def guarded(
        request: CommonsRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponseBase:
        if request.actor.is_admin_mode:
            return view(request, *args, **kwargs)
        if not getattr(request.user, "is_administrator", False):
            raise Http404
        if request.method not in SAFE_METHODS:
            raise Denied("Your admin mode is over. Switch it on and do this again.")
        return to_admin_mode(request)

    return guarded
