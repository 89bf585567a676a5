"""Files that old clients ask for: the operator's, for everybody."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from nbcommons.core.requests import CommonsRequest

MOST_BYTES = 5_000_000
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}\.(json|js)")
_KINDS = {"json": "application/json", "js": "text/javascript"}


@login_not_required
@require_safe
def integration(request: CommonsRequest, name: str) -> HttpResponseBase:
    """A file of ``NBCOMMONS_NBGALLERY_INTEGRATION``; pages anywhere may read it without cookies."""
    del request
    folder, known = settings.NBCOMMONS_NBGALLERY_INTEGRATION, _NAME.fullmatch(name)
    if not settings.NBCOMMONS_NBGALLERY or not folder or known is None:
        raise Http404
    path = Path(folder) / name
    if not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise Http404
    answer = HttpResponse(path.read_bytes(), content_type=f"{_KINDS[known[1]]}; charset=utf-8")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
