"""Where somebody is sent who must switch admin mode on before they go on."""

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode


def to_admin_mode(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that switches it on, which leads back to the page of ``request``."""
    query = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('people:admin_mode')}?{query}")
