"""Finding what is wrong with the records."""

import pytest
from django.core.management import CommandError, call_command

from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Cell, Notebook, StoredContent
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from nbcommons.search.operations import rebuild_index
from tests.factories.catalogue import revise
from tests.factories.executions import make_person
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def notebook():
    notebook = bring_in(make_person("ann"))
    with _place.using(MemoryStore()):
        rebuild_index(Actor.system("test"))
        yield notebook


def faults(capsys, *options):
    with pytest.raises(CommandError, match="fault"):
        call_command("verify", *options)
    return capsys.readouterr().out


class TestVerify:
    @pytest.mark.usefixtures("notebook")
    def test_says_that_all_is_well(self, capsys):
        call_command("verify")

        assert "Read 1 contents" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"data": b"broken"}, "cannot be unpacked"),
            ({"size_bytes": 1}, "cannot be unpacked|another size"),
        ],
    )
    def test_finds_damaged_contents(self, notebook, capsys, changes, words):
        StoredContent.objects.update(**changes)

        said = faults(capsys)

        assert any(word in said for word in words.split("|"))
        assert f"version 1 of {notebook.uuid}" in said

    def test_finds_contents_that_were_exchanged(self, notebook, capsys):
        revise(notebook, text="other")
        one, other = StoredContent.objects.order_by("pk")
        StoredContent.objects.filter(pk=one.pk).update(
            data=other.data, size_bytes=other.size_bytes
        )

        assert "is not what was stored" in faults(capsys, "--without-index")

    def test_finds_references_that_do_not_fit(self, notebook, capsys):
        other = bring_in(make_person("ann"), "Other")
        revise(notebook, text="second")
        first = notebook.revisions.get(number=1)
        Notebook.objects.filter(pk=notebook.pk).update(current_revision=first)
        Cell.objects.filter(revision__notebook=other).first().delete()

        said = faults(capsys, "--without-index")

        assert f"The current version of the notebook {notebook.uuid} is not its newest" in said
        assert f"Version 1 of {other.uuid} has not as many cells" in said

    @pytest.mark.usefixtures("notebook")
    def test_finds_an_index_that_differs(self, capsys):
        bring_in(make_person("ann"), "Not indexed")

        assert "differs from the records in 1 notebook;" in faults(capsys)
