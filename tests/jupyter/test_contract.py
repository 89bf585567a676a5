"""The Jupyter side's own client against the real site: the two sides meet only here."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jupyter_nbcommons.errors import NotThere, PermissionEnded
from jupyter_nbcommons.reports import parse_reports
from jupyter_nbcommons.settings import Settings
from jupyter_nbcommons.site import Site
from nbcommons.core.actor import Actor
from nbcommons.executions.models import CellDay
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Visibility
from nbcommons.people import tokens
from nbcommons_ipynb.canonical import canonical_bytes
from tests.factories.executions import fingerprint_of, make_notebook, make_person
from tests.jupyter.servers import event

pytestmark = [
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def ask(live_server):
    """Asks the site as the Jupyter of ann, or with another token."""
    now = timezone.now()
    minted = tokens.mint_spawn_token(
        Actor.system("tests"),
        make_person("ann"),
        spawn_id="s1",
        expires_at=now + timedelta(hours=1),
        at=now,
    )

    def ask(question: Callable[[Site], Awaitable[Any]], token: str = minted.secret) -> Any:
        async def asked() -> Any:
            site = Site(Settings("http://commons.example.org", live_server.url, token, None))
            try:
                return await question(site)
            finally:
                await site.close()

        return asyncio.run(asked())

    return ask


class TestSite:
    def test_gives_a_notebook_and_its_version(self, ask, stored_notebook):
        received = ask(lambda site: site.notebook(stored_notebook.uuid, None))

        assert (received.uuid, received.revision) == (stored_notebook.uuid, 1)
        assert received.title == "Größe 🐧 zählen"
        document = json.loads(received.body)
        assert [cell["source"] for cell in document["cells"]] == ["a = 1"]
        assert document["metadata"]["nbcommons"]["uuid"] == str(stored_notebook.uuid)
        assert ask(lambda site: site.newest_version(stored_notebook.uuid)) == 1
        assert ask(lambda site: site.notebook(stored_notebook.uuid, 1)).revision == 1

    def test_knows_no_version_that_is_not_there(self, ask, stored_notebook):
        with pytest.raises(NotThere):
            ask(lambda site: site.notebook(stored_notebook.uuid, 99))

    def test_hides_what_is_private(self, ask):
        hidden = make_notebook("a = 1", visibility=Visibility.PRIVATE)

        with pytest.raises(NotThere):
            ask(lambda site: site.notebook(hidden.uuid, None))

    def test_refuses_an_unknown_token(self, ask, stored_notebook):
        with pytest.raises(PermissionEnded):
            ask(lambda site: site.notebook(stored_notebook.uuid, None), token="nbs_wrong")
        assert ask(lambda site: site.report({"events": []}), token="nbs_wrong") == 401

    def test_counts_what_jupyterlab_reports(self, ask):
        notebook = make_notebook("a = 1")
        sent = event(
            notebook=str(notebook.uuid),
            revision=1,
            cell={"fingerprint": fingerprint_of("a = 1"), "id": "c0", "index": 0},
            at=timezone.now().isoformat(),
        )
        reports = parse_reports(json.dumps({"events": [sent]}).encode())
        payload = {"events": [report.as_json() for report in reports]}

        statuses = [ask(lambda site: site.report(payload)) for _ in range(2)]

        assert statuses == [202, 202]
        (day,) = CellDay.objects.all()
        assert (day.successes, day.failures) == (1, 0)

    def test_takes_all_that_the_extension_lets_through(self, ask):
        """The limits here are no wider than the site's: else a sound report would be dropped."""
        extremes = [
            event(runtime_ms=30 * 24 * 3600 * 1000, revision=2**31 - 1),
            event(runtime_ms=0, revision=None, at="2026-11-22T10:00:00+14:00"),
            event(cell={"fingerprint": "0" * 32, "id": None, "index": -1}),
            event(cell={"fingerprint": "f" * 32, "id": "-_" * 32, "index": 1_000_000}),
            event(id=str(uuid.uuid4()).upper(), notebook=str(uuid.uuid4()).upper()),
        ]
        reports = parse_reports(json.dumps({"events": extremes}).encode())

        status = ask(lambda site: site.report({"events": [r.as_json() for r in reports]}))

        assert status == 202


@pytest.fixture
def stored_notebook():
    document = {
        "cells": [
            {
                "cell_type": "code",
                "id": "c0",
                "metadata": {},
                "source": "a = 1",
                "outputs": [],
                "execution_count": None,
            }
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return catalogue.create_notebook(
        owner_id=make_person("owner").pk,
        description=catalogue.Description("Größe 🐧 zählen", "", "python", "operational", ()),
        visibility=Visibility.EVERYONE,
        canonical=canonical_bytes(document),
        cells=[catalogue.CellFacts(0, "c0", "code", fingerprint_of("a = 1"), ())],
        at=timezone.now(),
    )
