"""``nbcommons organisation``: bring in a list, show the tree."""

import pytest
from django.core.management import CommandError, call_command

from nbcommons.people.models import Organisation

pytestmark = pytest.mark.django_db

LIST = "id,name,parent\n1,Trade,\n2,Customs,1\n"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tree.csv"
    path.write_text(LIST)
    return path


def test_brings_in_a_list_and_shows_the_tree(file, capsys):
    call_command("organisation", "import", str(file))
    call_command("organisation", "list")

    told = capsys.readouterr().out
    assert "added: Trade" in told
    assert told.endswith("Trade\nTrade / Customs\n")


def test_as_a_dry_run_only_tells(file, capsys):
    call_command("organisation", "import", "--dry-run", str(file))

    assert "nothing written" in capsys.readouterr().out
    assert not Organisation.objects.exists()


def test_done_again_says_that_nothing_changed(file, capsys):
    call_command("organisation", "import", str(file))
    call_command("organisation", "import", str(file))

    assert "the tree is as the list says" in capsys.readouterr().out


def test_tells_each_fault_with_its_line(tmp_path):
    file = tmp_path / "tree.csv"
    file.write_text("id,name,parent\n1,Trade,9\n1,Tax,\n")

    with pytest.raises(CommandError) as error:
        call_command("organisation", "import", str(file))

    assert "Line 2: no line has the id 9" in str(error.value)
    assert "Line 3: the id 1 stands more than once." in str(error.value)
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_says_when_a_file_cannot_be_read(tmp_path, content):
    file = tmp_path / "tree.csv"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(CommandError, match="cannot be read"):
        call_command("organisation", "import", str(file))
