"""What other programs read of the site: feeds, short links, OpenSearch, robots."""

import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.http import require_safe

from nbcommons.core.actor import Actor
from nbcommons.core.pages import unless_known
from nbcommons.core.readers import open_to_readers
from nbcommons.core.requests import CommonsRequest
from nbcommons.gallery.queries.addresses import address_from
from nbcommons.gallery.queries.feeds import Feed, list_feed, mine_feed
from nbcommons.gallery.queries.short import notebook_of_short
from nbcommons.search.operations import note_feed_use
from nbcommons.search.queries import actor_of_feed

FEED_MINUTES = 15  # how long a feed reader may wait before it asks again

# What XML 1.0 has no way to write, not even escaped: one such sign would break all of a feed.
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@open_to_readers
@require_safe
def feed(request: CommonsRequest) -> HttpResponseBase:
    """The feed of a list for whoever is signed in here, or reads without."""
    return _list_feed(request, request.actor)


@login_not_required
@require_safe
def feed_by_key(request: CommonsRequest, secret: str) -> HttpResponseBase:
    """The same for a feed reader, which knows the secret of its person."""
    return _list_feed(request, _actor(secret))


@require_safe
def own_feed(request: CommonsRequest) -> HttpResponseBase:
    return _atom(request, mine_feed(request.actor))


@login_not_required
@require_safe
def own_feed_by_key(request: CommonsRequest, secret: str) -> HttpResponseBase:
    return _atom(request, mine_feed(_actor(secret)))


@open_to_readers
@require_safe
def short_link(request: CommonsRequest, short: str) -> HttpResponseBase:
    """Short enough to be said aloud or printed; as long-lived as the notebook."""
    found = notebook_of_short(request.actor, short)
    if found is None:
        raise Http404
    return redirect("gallery:notebook", found.uuid)


@login_not_required
@require_safe
def open_search(request: CommonsRequest) -> HttpResponseBase:
    """Tells a browser how to search here from its address bar."""
    context = {
        "site": settings.NBCOMMONS_SITE_URL,
        "search": settings.NBCOMMONS_SITE_URL + reverse("gallery:browse"),
        "suggestions": settings.NBCOMMONS_SITE_URL + reverse("gallery:complete"),
        "here": settings.NBCOMMONS_SITE_URL + request.path,
    }
    return render(
        request,
        "gallery/opensearch.xml",
        context,
        content_type="application/opensearchdescription+xml",
    )


@login_not_required
@require_safe
def robots(request: CommonsRequest) -> HttpResponse:
    """Nothing here is for search engines, unless everybody in the world may read it."""
    del request
    lines = ["User-agent: *"]
    if settings.NBCOMMONS_ANONYMOUS_READING:
        lines += [f"Disallow: {path}" for path in _PRIVATE_PATHS]
    else:
        lines.append("Disallow: /")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


_PRIVATE_PATHS = (
    "/api/",
    "/feeds/",
    "/settings/",
    "/sign-in/",
    "/join/",
    "/mine/",
    "/people/",
    "/notebooks/*/run/",
    "/notebooks/*/versions/",
    "/*?",
)


def _actor(secret: str) -> Actor:
    actor = actor_of_feed(secret)
    if actor is None:
        raise Http404
    note_feed_use(actor, at=timezone.now())
    return actor


def _list_feed(request: CommonsRequest, actor: Actor) -> HttpResponseBase:
    found = list_feed(actor, address_from(request.GET))
    if found is None:
        answer = HttpResponse("The search index is being made.", status=503)
        answer.headers["Retry-After"] = "60"
        return answer
    return _atom(request, found)


def _writable(text: str) -> str:
    """``text`` as a feed can hold it."""
    return _UNWRITABLE.sub("", text)


def _atom(request: CommonsRequest, found: Feed) -> HttpResponseBase:
    atom = Atom1Feed(
        title=_writable(f"{found.title} · Notebook Commons"),
        link=_writable(found.url),
        description="",
        feed_url=_writable(settings.NBCOMMONS_SITE_URL + request.get_full_path()),
        language="en",
    )
    for entry in found.entries:
        atom.add_item(
            title=_writable(entry.title),
            link=entry.url,
            description=_writable(escape(entry.purpose)),
            author_name=_writable(entry.author),
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            unique_id=entry.uid,
            categories=[_writable(tag) for tag in entry.tags],
        )
    response = HttpResponse(
        atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )
    response.headers["Cache-Control"] = f"private, max-age={FEED_MINUTES * 60}"
    return unless_known(request, response)
