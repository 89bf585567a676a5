"""The Python client against the real site."""

import asyncio
import inspect
import json
import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nbcommons.client import (
    AsyncCommons,
    BadAnswer,
    ChangedMeanwhile,
    Commons,
    Denied,
    Invalid,
    NotSignedIn,
    NotThere,
    Share,
    TooLarge,
    Unavailable,
    Unreachable,
)
from nbcommons.core.actor import Actor
from nbcommons.people import tokens
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from nbcommons_client.retrying import ONCE
from tests.factories.catalogue import revise
from tests.factories.executions import fingerprint_of, make_notebook, make_person
from tests.factories.gallery import bring_in
from tests.factories.intake import raw_notebook

pytestmark = [
    pytest.mark.django_db(transaction=True),
]


def mint(username: str, *scopes: str) -> str:
    now = timezone.now()
    person = make_person(username)
    return tokens.mint_personal_token(
        Actor.person(person.pk, username),
        person,
        scopes=scopes or tuple(tokens.SCOPES),
        label="",
        expires_at=now + timedelta(hours=1),
        at=now,
    ).secret


@pytest.fixture
def olga(live_server):
    with Commons(live_server.url, token=mint("olga")) as commons:
        yield commons


@pytest.fixture
def ann(live_server):
    with Commons(live_server.url, token=mint("ann")) as commons:
        yield commons


@pytest.fixture
def notebook():
    return bring_in(make_person("olga"), "Größe 🐧 zählen")


class TestReading:
    def test_says_who_calls(self, ann):
        me = ann.me()

        assert me.username == "ann"
        assert set(me.scopes) == set(tokens.SCOPES)

    def test_gives_a_notebook_and_its_content(self, ann, notebook):
        told = ann.notebook(notebook.uuid)
        file = ann.content(notebook.uuid)

        assert told.title == file.title == "Größe 🐧 zählen"
        assert told.uuid == notebook.uuid
        assert told.created_at == notebook.created_at
        assert told.may == ("run",)
        assert file.revision == 1
        assert json.loads(file.body)["metadata"]["nbcommons"]["uuid"] == str(notebook.uuid)
        assert ann.content(notebook.uuid, 1).etag == file.etag

    def test_keeps_what_has_not_changed(self, ann, notebook):
        known = ann.notebook(notebook.uuid)

        assert ann.notebook_if_changed(known) is known
        revise(notebook, text="second", at=timezone.now())
        assert ann.notebook_if_changed(known).version == 2

    def test_walks_over_all_pages(self, ann, notebook, monkeypatch):
        monkeypatch.setattr("nbcommons_client.client.MOST_IN_A_PAGE", 2)
        for number in range(4):
            revise(notebook, text=f"{number}", at=timezone.now())

        numbers = [revision.number for revision in ann.all_revisions(notebook.uuid)]

        assert numbers == [5, 4, 3, 2, 1]
        page = ann.revisions(notebook.uuid, limit=2, offset=4)
        assert (page.total, page.next_offset) == (5, None)

    def test_compares_versions(self, ann, notebook):
        revise(notebook, text="second", at=timezone.now())

        told = ann.diff(notebook.uuid, 1, 2)

        assert not told.is_coarse
        assert told.counts.removed == 5
        assert told.cells

    def test_tells_of_health(self, ann, notebook):
        health = ann.health(notebook.uuid)

        assert health.status == "unknown"
        assert health.sentence


class TestChanging:
    def test_changes_what_is_named(self, olga, ann, notebook):
        make_person("ben")

        told = olga.change(
            notebook.uuid, title="New", visibility="shared", share_with=[Share("ben")]
        )

        assert (told.title, told.description) == ("New", notebook.purpose)
        assert told.shared_with == (Share("ben"),)
        with pytest.raises(NotThere):
            ann.notebook(notebook.uuid)

    def test_overwrites_nothing_unseen(self, olga, notebook):
        seen = olga.notebook(notebook.uuid)
        changed = olga.change(notebook.uuid, title="First", if_match=seen.etag)

        with pytest.raises(ChangedMeanwhile):
            olga.change(notebook.uuid, title="Second", if_match=seen.etag)
        assert olga.change(notebook.uuid, title="Third", if_match=changed.etag).title == "Third"

    def test_deletes_restores_and_deprecates(self, olga, notebook):
        assert olga.remove(notebook.uuid).uuid == notebook.uuid
        assert olga.restore(notebook.uuid).title == notebook.title
        assert olga.deprecate(notebook.uuid, "Too old").deprecated.reason == "Too old"
        assert olga.take_deprecation_back(notebook.uuid).deprecated is None

    def test_labels_and_restores_versions(self, olga, notebook):
        revise(notebook, text="second", at=timezone.now())

        assert olga.label_revision(notebook.uuid, 1, "first one").label == "first one"
        assert olga.restore_revision(notebook.uuid, 1).number == 3
        assert olga.revision(notebook.uuid, 1).label == "first one"

    def test_reports_runs_once(self, ann):
        notebook = make_notebook("a = 1")
        event = {
            "id": str(uuid.uuid4()),
            "notebook": str(notebook.uuid),
            "cell": {"fingerprint": fingerprint_of("a = 1")},
            "success": True,
            "runtime_ms": 3,
            "at": timezone.now().isoformat(),
        }

        assert ann.report_executions([event]).accepted == 1
        assert ann.report_executions([event]).repeated == 1


def file_of(*codes: str) -> bytes:
    cells = [
        {
            "cell_type": "code",
            "metadata": {},
            "source": code,
            "execution_count": 1,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "canary"}],
        }
        for code in codes
    ]
    title = {"cell_type": "markdown", "metadata": {}, "source": "# Größe\n\nIt counts."}
    return json.dumps(
        {"cells": [title, *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    ).encode()


class TestDrafts:
    def test_come_in_from_a_file_and_are_published(self, ann, tmp_path):
        path = tmp_path / "größe & co.ipynb"
        path.write_bytes(file_of(*(f"a = '{'x' * 1000}{number}'" for number in range(500))))

        draft = ann.bring_in(path)

        assert draft.file_name == path.name
        assert draft.removed["outputs"] == 500
        assert draft.proposed.title == "Größe"
        assert ann.draft(draft.id) == draft
        assert [row.id for row in ann.drafts().items] == [draft.id]
        assert b"canary" not in ann.draft_content(draft.id)
        assert ann.alike(draft.id) == ()
        told = ann.publish(draft.id, tags=["x"], visibility="private")
        assert (told.title, told.tags, told.visibility) == ("Größe", ("x",), "private")
        assert ann.drafts().total == 0

    def test_tell_what_is_here_already(self, ann, olga):
        whole = file_of("load = open('invoices.csv').read()", "late = load.count(';late')")
        first = olga.publish(
            olga.bring_in(whole).id, title="Count late payers", visibility="everyone"
        )

        (one,) = ann.alike(ann.bring_in(whole).id)

        assert (one.uuid, one.title) == (first.uuid, "Count late payers")
        assert one.is_nearly_the_same
        assert one.same_cells == one.cells > 0
        assert not one.may_edit

    def test_become_versions_and_copies(self, ann, olga, notebook):
        version = olga.publish(
            olga.bring_in(file_of("b = 2"), file_name="b.ipynb").id,
            replaces=notebook.uuid,
            replaces_version=1,
            message="Better",
        )
        copy = ann.publish(ann.bring_in(file_of("c = 3")).id, forks=notebook.uuid)

        assert version.version == 2
        assert olga.revision(notebook.uuid, 2).message == "Better"
        assert copy.forked_from.notebook == notebook.uuid

    def test_ask_about_secrets(self, ann):
        draft = ann.bring_in(file_of('key = "AKIA' + 'Q7RT2KXJ5WPL9ZBN"'))

        (secret,) = draft.secrets
        with pytest.raises(Invalid, match="secret"):
            ann.publish(draft.id)
        assert ann.publish(draft.id, decisions={secret.key: "blank"}).version == 1

    def test_are_thrown_away(self, ann):
        draft = ann.bring_in(file_of("a = 1"))

        ann.discard(draft.id)

        with pytest.raises(NotThere):
            ann.draft(draft.id)

    def test_tell_what_is_no_notebook(self, ann, tmp_path):
        with pytest.raises(Invalid):
            ann.bring_in(b"nonsense")
        with pytest.raises(FileNotFoundError):
            ann.bring_in(tmp_path / "none.ipynb")
        with pytest.raises(TooLarge):
            ann.bring_in(b"x" * 21_500_000)


class TestConflicts:
    def test_are_told_when_a_version_came_between(self, olga, notebook):
        revise(notebook, text="second", at=timezone.now())

        with pytest.raises(ChangedMeanwhile) as told:
            olga.publish(
                olga.bring_in(file_of("b = 2")).id,
                replaces=notebook.uuid,
                replaces_version=1,
            )
        assert told.value.status == 409


class TestSearch:
    def test_tells_what_became_of_the_words(self, ann, notebook):
        with _place.using(MemoryStore()):
            rebuild_index(Actor.system("test"))
            found = ann.search("zahlem is:odd")
            (one,) = ann.search_all("zählen")

        assert found.corrected == ("zahlen",)
        assert not found.is_building
        assert one.uuid == notebook.uuid

    def test_is_not_taken_for_empty_while_it_is_rebuilt(self, ann):
        with _place.using(MemoryStore()):
            assert ann.search("zählen").is_building
            with pytest.raises(Unavailable, match="rebuilt"):
                list(ann.search_all("zählen"))


class TestFailures:
    def test_are_told_by_their_class(self, olga, ann, live_server, notebook):
        with pytest.raises(Denied) as denied:
            ann.change(notebook.uuid, title="Mine")
        assert denied.value.problem.status == 403
        with pytest.raises(NotThere):
            ann.notebook(uuid.uuid4())
        with pytest.raises(Invalid, match="title") as invalid:
            olga.change(notebook.uuid, title="")
        assert list(invalid.value.problem.errors) == ["title"]
        with (
            Commons(live_server.url, token="nbc_wrong") as stranger,
            pytest.raises(NotSignedIn),
        ):
            stranger.me()

    def test_include_answers_that_are_too_large(self, ann, notebook):
        with pytest.raises(BadAnswer):
            ann.content(notebook.uuid, most_bytes=100)

    def test_include_nothing_that_answers(self):
        with (
            Commons("http://127.0.0.1:9", token="nbc_x", patience=ONCE) as nobody,
            pytest.raises(Unreachable),
        ):
            nobody.me()


class TestAsync:
    def test_calls_the_same(self, live_server, notebook, tmp_path):
        path = tmp_path / "a.ipynb"
        path.write_bytes(file_of("a = 1"))
        revise(notebook, text="second", at=timezone.now())
        token = mint("olga")

        async def asked() -> tuple[Any, ...]:
            async with AsyncCommons(live_server.url, token=token) as commons:
                told, file = await asyncio.gather(
                    commons.notebook(notebook.uuid), commons.content(notebook.uuid)
                )
                numbers = [one.number async for one in commons.all_revisions(notebook.uuid)]
                with pytest.raises(NotThere):
                    await commons.notebook(uuid.uuid4())
                with pytest.raises(BadAnswer):
                    await commons.content(notebook.uuid, most_bytes=10)
                draft = await commons.bring_in(path)
                published = await commons.publish(draft.id)
                assert published.title == "Größe"
                return told, file, numbers, await commons.change(told.uuid, title="New")

        told, file, numbers, changed = asyncio.run(asked())

        assert (told.title, file.revision, numbers) == (notebook.title, 2, [2, 1])
        assert changed.title == "New"

    def test_offers_the_same(self):
        def offered(kind: type) -> dict[str, Callable[..., Any]]:
            return {
                name: list(inspect.signature(value).parameters.values())
                for name, value in vars(kind).items()
                if not name.startswith("_") and callable(value)
            }

        assert offered(Commons) == offered(AsyncCommons)


class TestSecrets:
    def test_are_in_no_log_and_no_error(self, live_server, notebook, caplog):
        caplog.set_level(logging.DEBUG)
        token = mint("ann")
        seen = []
        with Commons(live_server.url, token=token) as commons:
            commons.notebook(notebook.uuid)
            for fails in (
                lambda: commons.notebook(uuid.uuid4()),
                lambda: commons.change(notebook.uuid, title="x"),
            ):
                with pytest.raises(Exception) as told:
                    fails()
                seen += [str(told.value), repr(told.value)]
            seen += [repr(commons), repr(vars(commons))]
        with Commons("http://127.0.0.1:9", token=token, patience=ONCE) as nobody:
            with pytest.raises(Unreachable) as told:
                nobody.me()
            seen += [str(told.value), repr(told.value.__cause__)]

        assert "send_request_headers" in caplog.text
        assert not [text for text in (*seen, caplog.text) if token in text]


class TestTogether:
    def test_gives_stars_and_suggests_changes(self, olga, ann, notebook):
        assert ann.give_star(notebook.uuid).stars == 1
        assert [one.uuid for one in ann.starred().items] == [notebook.uuid]
        assert not ann.take_star_back(notebook.uuid).is_starred
        assert not ann.star(notebook.uuid).is_starred
        draft = ann.bring_in(raw_notebook("a = 2"))

        made = ann.suggest_change(notebook.uuid, draft.id, "Two is better", based_on=1)
        declined = olga.decline_change(made.id, "One is enough.")

        assert (made.status, made.based_on, made.may) == ("open", 1, ("withdraw",))
        assert made.cells is not None
        assert (declined.status, declined.reason) == ("declined", "One is enough.")
        (row,) = olga.suggested_changes(notebook.uuid, state="declined").items
        assert row.id == made.id
        assert olga.suggested_change(made.id) == declined
        assert b"a = 2" in olga.suggested_content(made.id)
        assert olga.suggested_diff(made.id).counts == declined.cells

    def test_withdraws(self, ann, notebook):
        made = ann.suggest_change(notebook.uuid, ann.bring_in(raw_notebook("a = 2")).id, "Two")

        assert ann.withdraw_change(made.id).status == "withdrawn"
