"""Two who change the same at the same time: both get an answer in words, and nothing is lost."""

from functools import partial
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from nbcommons.access.actions import Action
from nbcommons.access.holding import held
from nbcommons.administration.operations import tags
from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied, Overtaken
from nbcommons.curation.operations.binning import delete_notebook, restore_notebook
from nbcommons.curation.operations.describing import edit_notebook
from nbcommons.curation.operations.ownership import answer_offer, offer_ownership
from nbcommons.curation.queries.describing import details_of
from nbcommons.intake.operations.publishing import publish_draft
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Tag
from nbcommons.people.models import Label, Team
from nbcommons.people.operations import labels, teams
from nbcommons.versions.operations import restore_version
from tests.api.conftest import mint
from tests.factories.catalogue import publish
from tests.factories.executions import actor_for
from tests.factories.intake import bring_draft, details
from tests.factories.people import make_person
from tests.factories.racing import at_once, overtaken
from tests.factories.versions import LOAD, RANK, WHY, make_document, with_versions

pytestmark = [
    pytest.mark.django_db(transaction=True),
]
SYSTEM = Actor.system("test")


@pytest.fixture
def ann():
    return make_person("ann", full_name="Ann Berg")


@pytest.fixture
def notebook(ann):
    return with_versions(
        make_document(WHY, LOAD),
        make_document(WHY, LOAD, RANK),
        owner=ann,
        visibility="private",
    )


@pytest.fixture
def site(ann):
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def program(ann):
    return Client(headers={"Authorization": f"Bearer {mint(ann)}"})


def web(notebook, part):
    return f"/notebooks/{notebook.uuid}/{part}"


def api(notebook, part=""):
    return f"/api/v1/notebooks/{notebook.uuid}{part}"


def patch(client, address, **changes):
    return partial(client.patch, address, changes, content_type="application/json")


def statuses(responses):
    return [getattr(response, "status_code", response) for response in responses]


class TestWhileAVersionIsRestored:
    """The writer who is waited for has made another version the current one."""

    def restore(self, ann, notebook, number=1):
        return partial(restore_version, actor_for(ann), notebook, number, at=timezone.now())

    def test_pages_wait_and_answer(self, ann, notebook, site):
        told = overtaken(
            self.restore(ann, notebook),
            partial(site.post, web(notebook, "versions/2/restore/")),
            partial(site.post, web(notebook, "versions/1/label/"), {"label": "first"}),
            partial(site.post, web(notebook, "deprecate/"), {"reason": "Use the other one."}),
            partial(site.post, web(notebook, "deprecate/undo/")),
        )

        assert set(statuses(told)) <= {302, 422}
        assert told[0].status_code == 302
        assert told[1].status_code == 302
        assert notebook.revisions.count() == 4

    def test_programs_wait_and_answer(self, ann, notebook, program):
        told = overtaken(
            self.restore(ann, notebook),
            partial(program.post, api(notebook, "/revisions/2/restore")),
            patch(program, api(notebook, "/revisions/1"), label="first"),
            patch(program, api(notebook), title="Another title"),
            patch(program, api(notebook), description="Another description"),
            patch(program, api(notebook), tags=["other"]),
            patch(program, api(notebook), visibility="everyone"),
        )

        assert all(status in {200, 201} for status in statuses(told)), statuses(told)
        now = Notebook.objects.get(pk=notebook.pk)
        assert (now.title, now.purpose) == ("Another title", "Another description")
        assert [tag.name for tag in now.tags.all()] == ["other"]
        assert now.visibility == "everyone"

    def test_a_stale_change_is_refused_in_words(self, ann, notebook, program):
        stale = program.get(api(notebook)).headers["ETag"]

        told = overtaken(
            self.restore(ann, notebook),
            partial(
                program.patch,
                api(notebook),
                {"title": "Mine"},
                content_type="application/json",
                headers={"If-Match": stale},
            ),
        )

        assert statuses(told) == [412]
        assert "changed after you read it" in told[0].json()["detail"]

    def test_a_gift_can_be_made_and_taken(self, ann, notebook):
        bob = make_person("bob")
        offer = offer_ownership(actor_for(ann), notebook, to_person=bob, at=timezone.now())

        told = overtaken(
            self.restore(ann, notebook),
            partial(answer_offer, actor_for(bob), offer, accepts=True, at=timezone.now()),
        )

        assert not isinstance(told[0], Exception), told
        assert Notebook.objects.get(pk=notebook.pk).owner == bob

    def test_a_new_version_is_published_after_it(self, ann, notebook):
        draft = bring_draft(ann)
        said = details(becomes="version", target=notebook.uuid, seen_number=None)

        told = overtaken(
            self.restore(ann, notebook),
            partial(publish_draft, actor_for(ann), draft, details=said, at=timezone.now()),
        )

        assert isinstance(told[0], Notebook), told
        assert notebook.revisions.count() == 4

    def test_four_at_once_make_one_version(self, notebook, site):
        told = at_once(*[partial(site.post, web(notebook, "versions/1/restore/"))] * 4)

        assert sorted(statuses(told)) == [302, 422, 422, 422]
        assert notebook.revisions.count() == 3


class TestWhileItGoes:
    @pytest.fixture
    def others(self, ann, notebook):
        actor, now = actor_for(ann), timezone.now()
        return [
            partial(restore_version, actor, notebook, 1, at=now),
            partial(edit_notebook, actor, notebook, details=details_of(notebook), at=now),
            partial(delete_notebook, actor, notebook, at=now),
            partial(
                publish_draft,
                actor,
                bring_draft(ann),
                details=details(becomes="version", target=notebook.uuid),
                at=now,
            ),
        ]

    def test_into_the_bin_others_are_told_so(self, ann, notebook, others):
        told = overtaken(
            partial(delete_notebook, actor_for(ann), notebook, at=timezone.now()), *others
        )

        assert [type(one) for one in told] == [Overtaken] * len(others), told
        assert {one.status for one in told} == {409}
        assert all("put into the bin" in str(one) for one in told)

    def test_for_good_others_are_told_so(self, notebook, others):
        told = overtaken(partial(catalogue.remove_notebook, notebook, actor_id=None), *others)

        assert [type(one) for one in told] == [Overtaken] * len(others), told
        assert all("for good" in str(one) for one in told)

    def test_out_of_the_bin_a_second_is_told_so(self, ann, notebook):
        delete_notebook(actor_for(ann), notebook, at=timezone.now())
        notebook.refresh_from_db()
        again = partial(restore_notebook, actor_for(ann), notebook)

        told = overtaken(again, again)

        assert isinstance(told[0], Overtaken)
        assert "out of the bin" in str(told[0])

    def test_deleted_by_several_at_once(self, notebook, site):
        told = at_once(*[partial(site.post, web(notebook, "delete/"))] * 4)

        assert statuses(told).count(302) == 1
        assert set(statuses(told)) <= {302, 404, 409}

    def test_who_may_not_change_it_hears_nothing_of_the_bin(self, notebook):
        stranger = make_person("stranger")
        delete_notebook(SYSTEM, notebook, at=timezone.now())

        with pytest.raises(Denied), transaction.atomic():
            held(actor_for(stranger), Action.NOTEBOOK_EDIT, notebook)


class TestOtherThings:
    def test_a_label_taken_away_by_two(self):
        label = labels.create_label(SYSTEM, name="Amber", at=timezone.now())
        away = partial(labels.delete_label, SYSTEM, label)

        told = overtaken(away, away)

        assert isinstance(told[0], Overtaken)

    def test_a_label_granted_while_it_is_taken_away(self, ann):
        label = labels.create_label(SYSTEM, name="Amber", at=timezone.now())

        told = overtaken(
            partial(labels.delete_label, SYSTEM, label),
            partial(labels.grant_label, SYSTEM, label, ann, at=timezone.now()),
        )

        assert isinstance(told[0], Overtaken)
        assert not Label.objects.exists()

    def test_a_team_given_up_while_its_members_change(self, ann):
        actor = actor_for(ann)
        team = teams.create_team(actor, teams.TeamDetails("Trade desk"), at=timezone.now())
        bob = make_person("bob")

        told = overtaken(
            partial(teams.delete_team, actor, team),
            partial(teams.delete_team, actor, team),
            partial(teams.add_member, actor, team, bob, at=timezone.now()),
            partial(teams.leave_team, actor, team),
        )

        assert [type(one) for one in told] == [Overtaken] * 3
        assert not Team.objects.exists()

    def test_a_label_described_while_it_is_taken_away_does_not_come_back(self):
        label = labels.create_label(SYSTEM, name="Amber", at=timezone.now())
        new = {"name": "Red", "description": "", "claim_name": ""}

        told = overtaken(
            partial(labels.delete_label, SYSTEM, label),
            partial(labels.describe_label, SYSTEM, label, **new),
        )

        assert isinstance(told[0], Overtaken)
        assert not Label.objects.exists()

    def test_a_tag_changed_while_it_is_taken_away(self, ann):
        publish(ann, tags=("invoices",))
        tag = Tag.objects.get(name="invoices")

        told = overtaken(
            partial(tags.delete_tag, SYSTEM, tag),
            partial(tags.delete_tag, SYSTEM, tag),
            partial(tags.rename_tag, SYSTEM, tag, "bills"),
            partial(tags.restrict_tag, SYSTEM, tag, is_restricted=True),
        )

        assert [type(one) for one in told] == [Overtaken] * 3


def test_what_never_was_is_gone_too(ann):
    nothing = Notebook(pk=999_999, uuid=UUID(int=1), owner=ann)

    with pytest.raises(Overtaken), transaction.atomic():
        held(actor_for(ann), Action.NOTEBOOK_EDIT, nothing)
