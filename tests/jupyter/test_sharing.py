"""Sharing from a person's Jupyter against the real site."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from jupyter_nbcommons import said
from jupyter_nbcommons.copies import Copies
from jupyter_nbcommons.errors import (
    ChangedMeanwhile,
    DraftGone,
    NotAllowed,
    NotTaken,
    NotThere,
    PermissionEnded,
    SiteUnreachable,
    TooLarge,
)
from jupyter_nbcommons.received import digest_of
from jupyter_nbcommons.sharing import Place, Sharing
from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Revision, Visibility
from nbcommons.people import tokens
from nbcommons_client.async_client import AsyncCommons
from nbcommons_client.retrying import ONCE
from tests.factories.executions import make_notebook, make_person
from tests.jupyter.servers import free_port, notebook_text

SITE = "http://commons.example.org"
FORM = {"title": "Rank payers", "visibility": "everyone", "tags": ["invoices"]}
QUESTION = Callable[[Sharing], Awaitable[Any]]


@pytest.fixture
def ask(live_server, tmp_path: Path):
    """Asks the site as the Jupyter of somebody."""

    def ask(person, question: QUESTION, *, address: str = live_server.url, token: str = ""):
        now = timezone.now()
        minted = tokens.mint_spawn_token(
            Actor.system("tests"),
            person,
            spawn_id=f"spawn-of-{person.username}",
            expires_at=now + timedelta(hours=1),
            at=now,
        )

        async def asked() -> Any:
            commons = AsyncCommons(
                address, token=token or minted.secret, patience=ONCE, environment={}
            )
            copies = Copies(tmp_path, tmp_path / ".memory.json")
            async with commons:
                return await question(Sharing(commons, copies, site_url=SITE))

        return asyncio.run(asked())

    return ask


def body(*sources: str) -> bytes:
    return notebook_text(*sources).encode()


def published(notebook: bytes, **form: Any) -> QUESTION:
    """Bring it in and publish it, as the panel does."""

    async def question(sharing: Sharing) -> dict[str, Any]:
        draft = await sharing.draft(notebook, file_name="a.ipynb")
        place = said.place_in(form)
        return await sharing.publish(UUID(draft["id"]), said.publication(form), place)

    return question


@pytest.mark.django_db(transaction=True)
class TestSharing:
    def test_makes_a_notebook_of_what_is_open(self, ask, tmp_path: Path):
        ann = make_person("ann")
        digest = digest_of(json.loads(body("a = 1")))

        told = ask(ann, published(body("a = 1"), **FORM, path="a.ipynb", digest=digest))

        assert (told["title"], told["version"], told["whose"]) == ("Rank payers", 1, "mine")
        assert told["url"] == f"{SITE}/notebooks/{told['uuid']}/"
        memory = json.loads((tmp_path / ".memory.json").read_text())
        assert memory == {told["uuid"]: {"1": ["a.ipynb", digest]}}

    def test_tells_what_is_there_already_and_what_may_be_secret(self, ask):
        ann = make_person("ann")
        code = "frame = load_the_invoices_of_the_year(2026)", "password = 'hunter2-Xk92!x'"
        form = {**FORM, "decisions": {}}

        draft = ask(ann, lambda sharing: sharing.draft(body(*code), file_name="a.ipynb"))
        with pytest.raises(NotTaken) as refused:
            ask(ann, published(body(*code), **form))
        form["decisions"] = {secret["key"]: "blank" for secret in draft["secrets"]}
        told = ask(ann, published(body(*code), **form))
        again = ask(ann, lambda sharing: sharing.draft(body(*code), file_name="a.ipynb"))

        assert [secret["cell"] for secret in draft["secrets"]] == [1]
        assert "hunter2" not in json.dumps(draft)
        assert "decisions" in refused.value.errors
        assert [one["uuid"] for one in again["alike"]] == [told["uuid"]]

    def test_says_that_somebody_was_faster(self, ask):
        ann = make_person("ann")
        told = ask(ann, published(body("a = 1"), **FORM))
        version = {"replaces": told["uuid"], "replaces_version": 1}

        second = ask(ann, published(body("a = 2"), message="Two", **version))
        with pytest.raises(ChangedMeanwhile):
            ask(ann, published(body("a = 3"), **version))

        assert second["version"] == 2
        assert Revision.objects.get(notebook__uuid=told["uuid"], number=2).message == "Two"

    def test_knows_what_a_colleague_may_do(self, ask):
        ann, ben = make_person("ann"), make_person("ben")
        told = ask(ann, published(body("a = 1"), **FORM))
        uuid = UUID(told["uuid"])

        seen = ask(ben, lambda sharing: sharing.notebook(uuid, base=1))
        with pytest.raises(NotAllowed):
            ask(ben, published(body("a = 2"), replaces=told["uuid"], replaces_version=1))
        mine = ask(ben, published(body("a = 2"), **FORM, forks=told["uuid"]))

        assert (seen["whose"], seen["owner"], seen["may"]) == ("colleague", "ann", ["run"])
        assert seen["base_digest"] == digest_of(json.loads(body("a = 1")))
        assert mine["whose"] == "mine"

    def test_says_that_what_it_replaces_or_began_from_is_gone(self, ask):
        ann, hidden = make_person("ann"), make_notebook("a = 1", visibility=Visibility.PRIVATE)

        for field in ("replaces", "forks"):
            with pytest.raises(NotThere, match="no such notebook for you"):
                ask(ann, published(body("a = 2"), **FORM, **{field: str(hidden.uuid)}))

    def test_tells_a_draft_that_is_gone_from_a_notebook_that_is(self, ask):
        ann, ben = make_person("ann"), make_person("ben")
        told = ask(ann, published(body("a = 1"), **FORM))
        version = {"replaces": UUID(told["uuid"]), "replaces_version": 1}

        for form in ({"title": "A"}, version):
            with pytest.raises(DraftGone, match="Press once more"):
                ask(ann, lambda sharing, form=form: sharing.publish(uuid4(), form, None))
        with pytest.raises(DraftGone):
            ask(
                ben,
                lambda sharing: sharing.suggest(
                    UUID(told["uuid"]), uuid4(), {"message": "Two is better"}
                ),
            )
        with pytest.raises(NotThere) as gone:
            ask(ben, lambda sharing: sharing.suggest(uuid4(), uuid4(), {"message": "Two"}))

        assert not isinstance(gone.value, DraftGone)

    def test_hides_what_is_private(self, ask):
        hidden = make_notebook("a = 1", visibility=Visibility.PRIVATE)

        with pytest.raises(NotThere):
            ask(make_person("ben"), lambda sharing: sharing.notebook(hidden.uuid, base=None))

    def test_says_what_stands_in_the_way(self, ask):
        ann = make_person("ann")
        nowhere = f"http://127.0.0.1:{free_port()}"

        with pytest.raises(SiteUnreachable, match="Nothing is lost"):
            ask(ann, lambda sharing: sharing.me(), address=nowhere)
        with pytest.raises(PermissionEnded):
            ask(ann, lambda sharing: sharing.me(), token="nbs_of-yesterday")
        with pytest.raises(NotTaken):
            ask(ann, lambda sharing: sharing.draft(b"no notebook", file_name="a.ipynb"))

    def test_suggests_a_change_to_a_colleague(self, ask):
        ann, ben = make_person("ann"), make_person("ben")
        told = ask(ann, published(body("a = 1"), **FORM))
        uuid = UUID(told["uuid"])
        form = {"message": "Two is better", "based_on": 1, "decisions": {}}

        async def suggested(sharing: Sharing) -> dict[str, Any]:
            draft = await sharing.draft(body("a = 2"), file_name="a.ipynb")
            return await sharing.suggest(uuid, UUID(draft["id"]), said.suggestion(form))

        change = ask(ben, suggested)

        assert change["url"] == f"{SITE}/changes/{change['id']}/"
        made = UUID(change["id"])
        assert ask(ben, lambda sharing: sharing.suggestion(made)) == change
        with pytest.raises(NotThere):
            ask(ben, lambda sharing: sharing.suggestion(uuid4()))
        assert Revision.objects.filter(notebook__uuid=uuid).count() == 1

    def test_throws_a_draft_away(self, ask):
        ann = make_person("ann")
        draft = ask(ann, lambda sharing: sharing.draft(body("1"), file_name="a.ipynb"))
        uuid = UUID(draft["id"])

        ask(ann, lambda sharing: sharing.discard(uuid))
        with pytest.raises(NotThere):
            ask(ann, lambda sharing: sharing.discard(uuid))

    def test_forgets_nothing_because_it_cannot_write(self, ask, tmp_path: Path):
        (tmp_path / ".memory.json").mkdir()
        ann = make_person("ann")

        told = ask(ann, published(body("a = 1"), **FORM, path="a.ipynb", digest="0" * 64))
        ask(ann, lambda sharing: sharing.note(Place("../x", "0" * 64), uuid4(), 1))

        assert told["version"] == 1


class TestSaid:
    @pytest.mark.parametrize("form", [b"[]", b"nothing", b"1", b'{"a":' * 3])
    def test_is_an_object(self, form: bytes):
        with pytest.raises(NotTaken):
            said.parse_form(form)

    def test_has_its_bounds(self):
        with pytest.raises(TooLarge):
            said.parse_form(b" " * (said.MOST_FORM_BYTES + 1))
        with pytest.raises(TooLarge):
            said.notebook_bytes(b" " * (said.MOST_NOTEBOOK_BYTES + 1))

    @pytest.mark.parametrize(
        "form",
        [
            {"title": 1},
            {"tags": "a"},
            {"tags": [1]},
            {"replaces": "../x"},
            {"replaces_version": 0},
            {"replaces_version": True},
            {"decisions": {"a": "keep"}},
            {"decisions": []},
        ],
    )
    def test_is_checked_field_by_field(self, form: dict[str, Any]):
        with pytest.raises(NotTaken):
            said.publication(form)

    def test_passes_on_nothing_unknown(self):
        assert said.publication({"title": "A", "admin": True, "path": "x"}) == {"title": "A"}


@pytest.mark.django_db(transaction=True)
class TestCompare:
    def test_says_cell_by_cell_whose_change_it_is(self, ask):
        """Version 1 is a, b, c. Ann made b2 of b and added d; ben made c2 of c here."""
        ann, ben = make_person("ann"), make_person("ben")
        a, b, c = (f"value_{name} = load('{name}')\nprint(value_{name})" for name in "abc")
        told = ask(ann, published(body(a, b, c), **FORM))
        newer = body(a, b.replace("print", "show"), c, "an_added_cell = 1")
        ask(ann, published(newer, replaces=told["uuid"], replaces_version=1))
        mine = body(a, b, c.replace("print", "draw"))
        uuid = UUID(told["uuid"])

        compared = ask(
            ben,
            lambda sharing: sharing.compare(
                uuid, mine, revision=None, base=1, is_towards_mine=False
            ),
        )

        steps = compared["difference"]["cells"]
        assert [(step["kind"], step.get("by")) for step in steps] == [
            ("same", None),
            ("changed", "them"),
            ("changed", "you"),
            ("added", "them"),
        ]
        assert compared["version"] == 2
        assert compared["digest"] == digest_of(json.loads(newer))
        assert [cell["source"] for cell in compared["old"]][1] == b
        assert len(compared["new"]) == 4

    def test_shows_what_i_changed(self, ask):
        ann = make_person("ann")
        told = ask(ann, published(body("a = 1", "b = 2"), **FORM))
        uuid = UUID(told["uuid"])

        compared = ask(
            ann,
            lambda sharing: sharing.compare(
                uuid, body("a = 1", "b = 3"), revision=None, base=1, is_towards_mine=True
            ),
        )

        (_, changed) = compared["difference"]["cells"]
        assert changed["lines"][0]["from"] == ["b = 2"]
        assert changed["lines"][0]["to"] == ["b = 3"]
        assert "by" not in changed

    def test_refuses_what_is_no_notebook(self, ask):
        ann = make_person("ann")
        uuid = UUID(ask(ann, published(body("a = 1"), **FORM))["uuid"])

        with pytest.raises(NotTaken):
            ask(
                ann,
                lambda sharing: sharing.compare(
                    uuid, b'{"cells": 1}', revision=None, base=None, is_towards_mine=True
                ),
            )

    @pytest.mark.parametrize(
        "question",
        [{}, {"notebook": []}, {"notebook": {}, "base": 0}, {"notebook": {}, "revision": "1"}],
    )
    def test_is_asked_in_one_form(self, question: dict[str, Any]):
        with pytest.raises(NotTaken):
            said.parse_question(json.dumps(question).encode())
