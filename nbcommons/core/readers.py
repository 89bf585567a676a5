"""Pages that people may read without signing in, where the site allows it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase

from nbcommons.core.requests import CommonsRequest

Rest = ParamSpec("Rest")
View = Callable[Concatenate[CommonsRequest, Rest], HttpResponseBase]


def open_to_readers(view: View[Rest]) -> View[Rest]:
    """Lets nobody in where ``NBCOMMONS_ANONYMOUS_READING`` is on, and else to sign in.

    What they then see is for ``access`` to say.
    """

    @login_not_required
    @wraps(view)
    def guarded(
        request: CommonsRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponseBase:
        if request.actor.person_id is None and not settings.NBCOMMONS_ANONYMOUS_READING:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded
