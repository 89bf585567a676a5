"""Making anew what is derived."""

import pytest
from django.core.management import CommandError, call_command

from nbcommons.health.models import NotebookHealth
from nbcommons.notebooks.models import Cell
from nbcommons.rendering.models import Rendering
from nbcommons.search import _place
from nbcommons.search._backend import MemoryStore
from tests.factories.executions import make_person
from tests.factories.gallery import bring_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    with _place.using(MemoryStore()) as store:
        yield store


class TestRebuild:
    def test_makes_all_of_it(self, index, capsys):
        bring_in(make_person("ann"))
        Cell.objects.update(token_hash=None)

        call_command("rebuild", "all")

        said = capsys.readouterr().out
        for words in (
            "Rendered 1 notebook in",
            "Judged 1 notebook in",
            "Indexed 1 notebook in",
        ):
            assert words in said
        assert Rendering.objects.count() == NotebookHealth.objects.count() == 1
        assert not Cell.objects.filter(token_hash=None).exists()
        assert index.is_current()

    def test_replaces_what_is_there(self):
        bring_in(make_person("ann"))
        call_command("rebuild", "rendering")
        Rendering.objects.update(data=b"broken")

        call_command("rebuild", "rendering")

        assert bytes(Rendering.objects.get().data) != b"broken"
        assert not NotebookHealth.objects.exists()

    def test_names_what_there_is(self):
        with pytest.raises(CommandError, match="search"):
            call_command("rebuild", "everything")
