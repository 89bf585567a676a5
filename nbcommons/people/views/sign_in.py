"""The page of signing in."""

from http import HTTPStatus
from typing import Any

from allauth.account import views as account
from allauth.account.utils import get_next_redirect_url
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpResponse

from nbcommons.people import _pages


class SignIn(account.LoginView):  # type: ignore[misc]
    """Ours with the organisation's sign-in first; too many tries are answered as such."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["ways"] = _pages.ways_with(get_next_redirect_url(self.request))
        context["may_ask"] = _pages.may_ask_for_account()
        return context

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, "too_many_login_attempts"):
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        return response
