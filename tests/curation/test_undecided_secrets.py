"""What an import found that may be a secret is asked about before others read it."""

import pytest
from django.core.management import call_command

from nbcommons.activity.models import AuditEntry
from nbcommons.curation.errors import Undecided, Unsettled
from nbcommons.curation.operations.ownership import offer_ownership
from nbcommons.curation.operations.sharing import change_sharing
from nbcommons.curation.queries.sharing import Sharing, sharing_of
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Visibility
from tests.curation.test_pages import filled, text
from tests.factories.bulk import notebook_file
from tests.factories.curation import make_team
from tests.factories.executions import NOW, actor_for, make_notebook, make_person
from tests.factories.imports import bring_in, only_notebook

pytestmark = pytest.mark.django_db
TOKEN = "ghp_" + "0aB1cD2eF3" * 3 + "gH4iJ5"
KEY = "AKIA" + "QWERTYUIOPASDFGH"


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def leaky(ann, tmp_path) -> Notebook:  # noqa: ARG001 - whose it becomes
    """Brought in for everyone, and so kept private."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "key.ipynb").write_bytes(
        notebook_file("Key", f'key = "{KEY}"\nsend("jane.roe@statistics.gov.uk")')
    )
    bring_in(tmp_path / "in", "--owner", "ann", "--visibility", "everyone", tmp_path=tmp_path)
    return only_notebook()


def open_up(person, notebook, **changes):
    return change_sharing(
        actor_for(person),
        notebook,
        sharing=Sharing(Visibility.EVERYONE, (), frozenset()),
        at=NOW,
        **changes,
    )


def fresh(notebook) -> Notebook:
    return Notebook.objects.get(pk=notebook.pk)


class TestChangeSharing:
    def test_asks_before_it_opens_what_an_import_kept_private(self, ann, leaky):
        with pytest.raises(Undecided) as caught:
            open_up(ann, leaky)

        assert {found.words for found in caught.value.findings} >= {
            "a key of Amazon Web Services in cell 2"
        }
        assert KEY not in str(caught.value)
        assert KEY not in str(caught.value.findings)
        assert fresh(leaky).visibility == Visibility.PRIVATE

    def test_opens_it_once_somebody_has_decided_and_asks_no_more(self, ann, leaky):
        with pytest.raises(Undecided) as caught:
            open_up(ann, leaky)

        assert open_up(ann, leaky, fine=[found.key for found in caught.value.findings])
        close = Sharing(Visibility.PRIVATE, (), frozenset())
        change_sharing(actor_for(ann), fresh(leaky), sharing=close, at=NOW)
        assert open_up(ann, fresh(leaky))

        assert fresh(leaky).visibility == Visibility.EVERYONE
        assert AuditEntry.objects.filter(fact="SecretsSettled").count() == 1

    def test_asks_programs_about_keys_and_not_about_addresses(self, ann, leaky):
        with pytest.raises(Undecided) as caught:
            open_up(ann, leaky, takes_hints=True)

        assert [found.words for found in caught.value.findings] == [
            "a key of Amazon Web Services in cell 2"
        ]

    def test_never_opens_what_the_operator_forbids(self, ann, leaky, settings):
        settings.NBCOMMONS_SECRETS_BLOCKING = ("aws_key",)
        with pytest.raises(Undecided) as caught:
            open_up(ann, leaky)

        with pytest.raises(Undecided) as again:
            open_up(ann, leaky, fine=[found.key for found in caught.value.findings])

        assert [found.is_blocking for found in again.value.findings] == [True]

    def test_asks_nothing_of_a_notebook_whose_author_was_asked(self, ann):
        notebook = make_notebook(owner=ann, visibility=Visibility.PRIVATE)

        assert open_up(ann, notebook)

    def test_asks_nothing_while_it_stays_private(self, ann, leaky):
        label_free = sharing_of(leaky)

        assert not change_sharing(actor_for(ann), leaky, sharing=label_free, at=NOW)

    def test_asks_again_whoever_opens_it_further(self, ann, leaky):
        """However it came to be shared, while nobody has decided."""
        Notebook.objects.filter(pk=leaky.pk).update(visibility=Visibility.SHARED)

        with pytest.raises(Undecided):
            open_up(ann, leaky)

    def test_looks_at_older_versions_and_what_is_said_of_them(self, ann, leaky):
        """Who may edit reads all versions."""
        clean = catalogue.add_revision(
            leaky,
            author_id=ann.pk,
            canonical=b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
            cells=[],
            message=f"now without {TOKEN}",
            at=NOW,
        )
        assert clean.number == 2

        with pytest.raises(Undecided) as caught:
            open_up(ann, fresh(leaky), takes_hints=True)

        assert {found.words for found in caught.value.findings} == {
            "a key of Amazon Web Services in cell 2 of version 1",
            "a token of GitHub in the message",
        }

    def test_asks_about_a_version_that_an_import_brings_later(self, ann, tmp_path):
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "late.ipynb").write_bytes(notebook_file("Late"))
        bring_in(folder, "--visibility", "private", tmp_path=tmp_path)
        (folder / "late.ipynb").write_bytes(notebook_file("Late", f'key = "{KEY}"'))
        bring_in(folder, "--visibility", "private", tmp_path=tmp_path)

        with pytest.raises(Undecided):
            open_up(ann, only_notebook())

    def test_asks_where_it_was_taken_along_to(self, ann, leaky, tmp_path):
        call_command("export", "--to", str(tmp_path / "out"))
        catalogue.remove_notebook(leaky, actor_id=None)

        bring_in(tmp_path / "out", tmp_path=tmp_path)

        with pytest.raises(Undecided):
            open_up(ann, only_notebook())
        assert leaky.uuid == only_notebook().uuid


class TestOfferOwnership:
    def test_lets_no_team_read_it_before_somebody_decided(self, ann, leaky):
        team = make_team("Crew", ann="owner")

        with pytest.raises(Unsettled):
            offer_ownership(actor_for(ann), leaky, to_team=team, at=NOW)

        assert fresh(leaky).owner == ann

    def test_does_not_share_it_with_its_giver(self, ann, leaky):
        bob = make_person("bob")

        with pytest.raises(Unsettled):
            offer_ownership(actor_for(ann), leaky, to_person=bob, keeps_editing=True, at=NOW)
        assert offer_ownership(actor_for(ann), leaky, to_person=bob, at=NOW)


class TestPage:
    def test_names_what_was_found_and_takes_a_word_for_each(self, client, ann, leaky):
        client.force_login(ann)
        url = f"/notebooks/{leaky.uuid}/sharing/"
        opened = {**filled(text(client.get(url))), "visibility": "everyone", "do": "save"}

        refused = client.post(url, opened)

        page = text(refused)
        assert refused.status_code == 422
        assert "What may be a secret" in page
        assert "A key of Amazon" in page
        assert KEY not in page
        keys = [line.split('"')[0] for line in page.split('name="fine" value="')[1:]]
        assert keys
        assert client.post(url, {**opened, "fine": keys}).status_code == 302
        assert fresh(leaky).visibility == Visibility.EVERYONE
