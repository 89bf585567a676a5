"""Every call of the API with data that a machine thought up, sound and unsound.

No answer may be a server error, and each must be as the description says: its status, its kind of
content, its headers, its form. In the process, without a network: as the owner of notebooks, as
somebody who has none, and as nobody. The same cases each time; more of them, and others, with
``NBCOMMONS_API_EXAMPLES=500``.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from nbcommons.config.urls import api
from nbcommons.intake.models import Draft
from nbcommons.intake.operations import drafts
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from tests.api.conftest import mint
from tests.factories.catalogue import publish, revise
from tests.factories.executions import actor_for, make_person

ROOT = Path(__file__).parents[2]
EXAMPLES = int(os.environ.get("NBCOMMONS_API_EXAMPLES", "12"))
IS_USUAL = "NBCOMMONS_API_EXAMPLES" not in os.environ
# Fewer would mean that something keeps the machine from thinking.
LEAST_CASES = 800

CALLERS = ("olga", "ann", "")
OPEN, PRIVATE, BINNED, DRAFT = (UUID(int=0xA0 + number) for number in range(4))
VERSIONS = 3

schema = schemathesis.openapi.from_dict(
    json.loads(json.dumps(api.get_openapi_schema(), default=str)),
    config=SchemathesisConfig.from_dict(
        {
            "generation": {
                # A NUL character is refused everywhere, which no description can say.
                "allow-x00": False,
                # What a newer client asks for besides is passed over.
                "allow-extra-parameters": False,
                # Whether tokens are looked at is judged by hand, see below.
                "with-security-parameters": False,
            }
        }
    ),
)
schema.app = WSGIHandler()

pytestmark = pytest.mark.django_db
cases: Counter[tuple[str, str]] = Counter()


@pytest.fixture(scope="module", autouse=True)
def told(request: pytest.FixtureRequest) -> Iterator[None]:
    """Says in the end how many cases there were; it must have been many."""
    yield
    if not cases:
        return
    total, callers = cases.total(), Counter[str]()
    statuses: Counter[str] = Counter()
    for (caller, status), count in cases.items():
        callers[caller or "nobody"] += count
        statuses[status] += count
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        answers = ", ".join(
            f"{count:,} times {status}" for status, count in sorted(statuses.items())
        )
        sys.stdout.write(
            f"\n{total:,} cases of the API ({dict(callers)}) were answered: {answers}\n"
        )
    # The least is of all operations, asked by everybody.
    mine = [test for test in request.session.items if test.path == request.path]
    if len(mine) >= len(CALLERS) * schema.statistic.operations.total:
        assert total >= LEAST_CASES


@pytest.fixture
def tokens(settings) -> Iterator[dict[str, str]]:
    """Two people's tokens, and notebooks that one of them has; nobody waits for their share."""
    settings.NBCOMMONS_API_READS_PER_MINUTE = 0
    settings.NBCOMMONS_API_WRITES_PER_MINUTE = 0
    settings.NBCOMMONS_API_REFUSALS_PER_MINUTE = 0
    olga, ann = make_person("olga"), make_person("ann")
    for uuid, visibility in (
        (OPEN, Visibility.EVERYONE),
        (PRIVATE, Visibility.PRIVATE),
        (BINNED, Visibility.EVERYONE),
    ):
        notebook = publish(olga, f"Notebook {uuid.int}", visibility=visibility, tags=("a",))
        Notebook.objects.filter(pk=notebook.pk).update(uuid=uuid)
        for number in range(1, VERSIONS):
            revise(notebook, text=f"Version {number}", code="a = 1", at=timezone.now())
    Notebook.objects.filter(uuid=BINNED).update(deleted_at=timezone.now())
    file = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    at = timezone.now()
    draft = drafts.bring_in(actor_for(olga), file_name="a.ipynb", raw=file, at=at)
    Draft.objects.filter(pk=draft.pk).update(uuid=DRAFT)
    store = MemoryStore()
    store.replace([])
    # Each request would close the connection on which this test's transaction runs.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with _place.using(store):
        yield {"olga": mint(olga), "ann": mint(ann)}
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("caller", CALLERS)
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=IS_USUAL,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_answers_as_described(case: Any, tokens: dict[str, str], caller: str) -> None:
    _aim(case)
    headers = {"Authorization": f"Bearer {tokens[caller]}"} if caller else {}
    # What a case changes is undone: the next one meets the same world.
    with transaction.atomic():
        response = case.call(headers=headers)
        transaction.set_rollback(True)

    cases[caller, str(response.status_code)] += 1
    # Whether a token is looked at is judged below; here every call shows a good one or none.
    excluded = [ignored_auth]
    if _is_refused_as_things_stand(response):
        excluded.append(positive_data_acceptance)
    case.validate_response(response, excluded_checks=excluded)
    if not caller:
        assert response.status_code in {401, 404, 405}, response.status_code


def _is_refused_as_things_stand(response: Any) -> bool:
    """Whether what was sent is sound, and cannot be done: nobody is called so, it has changed …"""
    if response.status_code == 412:
        return True
    return response.status_code == 422 and response.json()["title"] != "Not valid"


def _aim(case: Any) -> None:
    """Lead most of what is made up to things that are there."""
    path, query = case.path_parameters or {}, case.query or {}
    if (uuid := _uuid(path.get("uuid"))) is not None:
        # The same for the same, so that a case can be repeated.
        target = (OPEN, OPEN, PRIVATE, BINNED, uuid)[uuid.int % 5]
        path["uuid"] = str(target)
    if (uuid := _uuid(path.get("id"))) is not None and uuid.int % 4:
        path["id"] = str(DRAFT)
    body = case.body if isinstance(case.body, dict) else {}
    if _uuid(body.get("replaces")) is not None:
        body["replaces"] = str(OPEN)
    for places, name in ((path, "number"), (query, "from"), (query, "to")):
        number = places.get(name)
        if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**31:
            places[name] = number % (VERSIONS + 1) + 1


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) and text == str(UUID(text)) else None
    except ValueError:
        return None
