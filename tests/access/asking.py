"""Asks an address as one kind of person, and takes back what that changed."""

import re
import uuid
from contextlib import contextmanager

import orjson
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from nbcommons.core.middleware import ADMIN_MODE_KEY
from tests.access.addresses import Ask
from tests.access.table import expectations
from tests.access.world import ADMIN_MODE, ADMINISTRATOR, NOBODY, NOBODY_READING

EXPECTED = expectations()
WHO = sorted({who for _, who, _ in EXPECTED})
SIGN_IN = "/sign-in/"
# 405: it takes another method.
REFUSED = {403, 404, 405}


def client_for(world, who: str) -> Client:
    client = Client()
    if who not in {NOBODY, NOBODY_READING}:
        client.force_login(world.people[ADMINISTRATOR if who == ADMIN_MODE else who])
    if who == ADMIN_MODE:
        session = client.session
        session[ADMIN_MODE_KEY] = "2999-01-01T00:00:00+00:00"
        session.save()
    return client


@contextmanager
def taken_back():
    """Whatever a request changes is as before afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask_for(client: Client, ask: Ask, key: uuid.UUID):
    if ask.name.startswith("nbgallery:"):
        name: dict[str, object] = {"named": str(key)}
    else:
        name = {"short": key.hex[:8]} if ask.name == "gallery:short" else {"uuid": key}
    url = reverse(ask.name, kwargs={**name, **ask.arguments})
    # What an earlier request left to be said once.
    client.cookies.pop("messages", None)
    with taken_back():
        if ask.method == "get":
            return client.get(url, ask.data)
        if ask.name.startswith("api:"):
            return client.generic(
                ask.method.upper(), url, orjson.dumps(ask.data), "application/json"
            )
        # Pages always say where they come from; clients of nbgallery have to.
        return client.post(url, ask.data, headers={"origin": settings.NBCOMMONS_SITE_URL})


def is_refused(got) -> bool:
    is_sent_away = got.status_code == 302 and got["Location"].startswith(SIGN_IN)
    return (
        is_sent_away or got.status_code in {401, 403, 404, 405, 429} or got.status_code >= 500
    )


def body_of(got) -> str:
    content = b"".join(got.streaming_content) if got.streaming else got.content
    return content.decode(errors="replace")


def plain(got, key: uuid.UUID) -> str:
    """An answer without what is made anew for each."""
    text = f"{got.status_code} " + body_of(got).replace(str(key), "KEY").replace(
        key.hex[:8], "KEY"
    )
    text += re.sub(f"{key}|{key.hex[:8]}", "KEY", got.headers.get("Location", ""))
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", text)
