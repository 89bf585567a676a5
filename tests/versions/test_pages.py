"""The pages: the list, one version, two compared, restoring, labels; and who sees which."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nbcommons.core.actor import Actor
from nbcommons.notebooks.models import Revision
from nbcommons.notebooks.operations import ShareWith, set_shares, set_visibility
from nbcommons.versions import _items, operations
from tests.factories.executions import NOW, make_person
from tests.factories.versions import LOAD, RANK, WHY, make_document, publish, with_versions

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system("tests")
MOST_QUERIES = 16


def address(notebook, rest=""):
    return f"/notebooks/{notebook.uuid}/{rest}"


def page_of(client, notebook, rest):
    response = client.get(address(notebook, rest))
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def words_of(html):
    """What a reader sees and hears, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") :]).split())


@pytest.fixture
def hidden_before_3(notebook, author):
    """The notebook was private until its third version."""
    set_visibility(notebook, "private", actor_id=author.pk, at=NOW)
    set_visibility(notebook, "everyone", actor_id=author.pk, at=NOW)
    publish(notebook, make_document(WHY, LOAD), message="Try 4")
    return notebook


class TestHistory:
    def test_lists_versions_with_what_they_changed(self, as_reader, notebook):
        operations.measure_missing(SYSTEM, limit=10)

        html = page_of(as_reader, notebook, "versions/")

        words = words_of(html)
        assert words.index("Try 3") < words.index("Try 2") < words.index("First try")
        assert "1 cell changed, 1 moved in version 3" in words
        assert "1 cell added in version 2" in words
        assert f'href="/notebooks/{notebook.uuid}/compare/?from=1&amp;to=2"' in html
        assert html.count('<span class="label">newest</span>') == 1

    def test_links_to_what_changed_also_while_that_is_not_counted(self, as_reader, notebook):
        assert "What changed in version 3" in words_of(
            page_of(as_reader, notebook, "versions/")
        )

    def test_offers_changes_to_those_who_may_edit_only(self, as_reader, as_author, notebook):
        for_reader = page_of(as_reader, notebook, "versions/")
        for_author = page_of(as_author, notebook, "versions/")

        assert "restore/" not in for_reader
        assert "label/" not in for_reader
        assert for_author.count("/restore/") == 2, "not the newest"
        assert for_author.count("/label/") == 3

    def test_hides_what_was_written_while_it_was_hidden(self, as_reader, hidden_before_3):
        operations.measure_missing(SYSTEM, limit=10)

        words = words_of(page_of(as_reader, hidden_before_3, "versions/"))

        assert "2 versions" in words
        assert "Try 2" not in words
        assert "Versions before 3 were written while" in words
        # What version 3 changed would tell of version 2.
        assert "in version 3" not in words
        assert "2 cells removed in version 4" in words

    def test_shows_all_to_those_who_may_edit(self, as_author, hidden_before_3):
        words = words_of(page_of(as_author, hidden_before_3, "versions/"))

        assert "First try" in words
        assert "were written while" not in words

    def test_takes_as_many_queries_for_many_versions_as_for_few(self, as_reader, author):
        counts = []
        for number in (2, 9, 60):
            cells = [(f"c{n}", "code", f"x = {n}") for n in range(number)]
            documents = [make_document(*cells[: n + 1]) for n in range(number)]
            notebook = with_versions(*documents, owner=author, title=f"Of {number}")
            with CaptureQueriesContext(connection) as captured:
                page_of(as_reader, notebook, "versions/")
            counts.append(len(captured))
        assert len(set(counts)) == 1, counts
        assert counts[0] <= MOST_QUERIES

    def test_has_pages(self, as_reader, author):
        documents = [make_document(("c", "code", f"x = {n}")) for n in range(55)]
        notebook = with_versions(*documents, owner=author, title="Many")

        first = page_of(as_reader, notebook, "versions/")
        last = page_of(as_reader, notebook, "versions/?page=2")

        assert 'id="v55"' in first
        assert 'id="v5"' not in first
        assert 'id="v5"' in last
        assert 'id="v6"' not in last
        # The oldest on a page can be compared with one on the next.
        assert "from=5&amp;to=6" in first

    @pytest.mark.parametrize("asked", ["0", "-1", "x", "9" * 5_000, "77", ""])
    def test_bears_odd_page_numbers(self, as_reader, notebook, asked):
        page_of(as_reader, notebook, f"versions/?page={asked}")


class TestVersion:
    def test_says_on_top_that_it_is_old(self, as_reader, notebook):
        words = words_of(page_of(as_reader, notebook, "versions/1/"))

        assert "You are reading version 1 of 3" in words
        assert "Go to the newest version" in words

    def test_of_the_newest_leads_to_the_page_of_the_notebook(self, as_reader, notebook):
        words = words_of(page_of(as_reader, notebook, "versions/3/"))

        assert "You are reading the newest version" in words

    def test_shows_its_own_cells_in_the_frame(self, as_reader, notebook):
        old = as_reader.get(address(notebook, "versions/1/leaf/"))

        assert b"days" in old.content
        assert b"amount" not in old.content
        assert "sandbox" in old["Content-Security-Policy"]
        assert "default-src 'none'" in old["Content-Security-Policy"]

    def test_can_be_taken_away_as_jupyter_writes_it(self, as_reader, notebook):
        response = as_reader.get(address(notebook, "versions/2/download/"))

        assert response["Content-Type"] == "application/x-ipynb+json"
        assert response["Content-Disposition"] == (
            'attachment; filename="Rank late payers (version 2).ipynb"'
        )
        document = json.loads(response.content)
        assert len(document["cells"]) == 4
        assert document["metadata"]["nbcommons"]["revision"] == 2
        assert isinstance(document["cells"][1]["source"], list)

    @pytest.mark.parametrize(
        "title", ["a/b\\c", "…", "x" * 200, "Ünïcode 报告", 'with "quotes"']
    )
    def test_can_be_taken_away_whatever_its_title(self, as_reader, author, title):
        notebook = with_versions(make_document(LOAD), owner=author, title=title)

        response = as_reader.get(address(notebook, "versions/1/download/"))

        assert response.status_code == 200
        assert "\n" not in response["Content-Disposition"]
        assert "/" not in response["Content-Disposition"].replace("application/", "")

    @pytest.mark.parametrize(
        "rest",
        ["versions/9/", "versions/0/", "versions/9/leaf/", "versions/9/download/",
         "compare/?from=1&to=9", "compare/?from=x", "compare/?from=1&to=-2",
         f"versions/{'9' * 30}/"],
    )  # fmt: skip
    def test_that_does_not_exist_is_not_found(self, as_reader, notebook, rest):
        response = as_reader.get(address(notebook, rest))

        assert response.status_code == 404
        assert b"version" in response.content.lower()

    @pytest.mark.parametrize(
        "rest",
        ["versions/2/", "versions/2/leaf/", "versions/2/download/", "compare/?from=2&to=4",
         "compare/?from=4&to=1"],
    )  # fmt: skip
    def test_that_is_hidden_answers_like_one_that_does_not_exist(
        self, as_reader, as_author, hidden_before_3, rest
    ):
        hidden = as_reader.get(address(hidden_before_3, rest))

        assert hidden.status_code == 404
        assert b"Try 2" not in hidden.content
        assert as_author.get(address(hidden_before_3, rest)).status_code == 200

    def test_written_before_it_was_shared_with_me_is_hidden(self, as_reader, reader, author):
        notebook = with_versions(
            make_document(LOAD), make_document(RANK), owner=author, visibility="shared"
        )
        shares = [ShareWith(person_id=reader.pk)]
        notebook.refresh_from_db()
        set_shares(notebook, shares, actor_id=author.pk, at=NOW)

        assert as_reader.get(address(notebook, "versions/1/")).status_code == 404
        assert as_reader.get(address(notebook, "versions/2/")).status_code == 200


class TestCompare:
    def test_tells_what_changed_in_one_sentence(self, as_reader, notebook):
        words = words_of(page_of(as_reader, notebook, "compare/?from=1&to=3"))

        assert "1 cell changed, 1 added. Everything else is the same." in words
        assert "What changed from version 1 to version 3" in words

    def test_shows_old_and_new_words_and_says_them_aloud(self, as_reader, notebook):
        html = page_of(as_reader, notebook, "compare/?from=2&to=3")

        assert "days<span" in html
        assert re.search(r"<del><span class=\"vh\">changed: </span>days<span", html)
        assert re.search(r"<ins><span class=\"vh\">changed: </span>amount<span", html)
        assert '<span class="vh">removed</span>' in html
        assert '<span class="vh">added</span>' in html

    def test_shows_moved_cells_at_both_places(self, as_reader, notebook):
        words = words_of(page_of(as_reader, notebook, "compare/?from=2&to=3"))

        assert "Cell 3 moved: it is now cell 1" in words
        assert "Cell 1 , moved, was cell 3" in words

    def test_folds_what_is_the_same(self, as_reader, notebook):
        html = page_of(as_reader, notebook, "compare/?from=1&to=2")

        folded = re.search(r'<details class="diff-same">.*?</details>', html, re.DOTALL)
        assert "Cells 1 to 2 and their text are the same" in folded[0]
        assert "pd.read_csv" in folded[0]
        assert "<details open" not in html

    def test_of_the_last_two_is_what_is_meant_without_numbers(self, as_reader, notebook):
        assert "from version 2 to version 3" in words_of(
            page_of(as_reader, notebook, "compare/")
        )

    def test_goes_back_too(self, as_reader, notebook):
        words = words_of(page_of(as_reader, notebook, "compare/?from=3&to=1"))

        assert "What changed from version 3 back to version 1" in words
        assert "1 cell changed, 1 removed" in words

    def test_of_one_version_with_itself_says_so(self, as_reader, notebook):
        assert "This is the same version twice" in words_of(
            page_of(as_reader, notebook, "compare/?from=2&to=2")
        )

    def test_of_equal_versions_says_that_nothing_differs(self, as_reader, author, notebook):
        operations.restore_version(
            Actor.person(author.pk, author.username), notebook, 1, at=NOW
        )

        assert "Nothing differs" in words_of(
            page_of(as_reader, notebook, "compare/?from=1&to=4")
        )

    def test_of_a_notebook_with_one_version_leads_to_the_list(self, as_reader, author):
        notebook = with_versions(make_document(LOAD), owner=author)

        response = as_reader.get(address(notebook, "compare/"), follow=True)

        assert response.redirect_chain == [(address(notebook, "versions/"), 302)]
        assert "one version only" in response.content.decode()

    def test_tells_of_kernel_and_tags(self, as_reader, author):
        cell = {"cell_type": "code", "id": "a", "source": "x = 1", "metadata": {},
                "outputs": [], "execution_count": None}  # fmt: skip
        old = make_document(cell, kernelspec={"name": "p", "display_name": "Python 3"})
        new = make_document(
            {**cell, "metadata": {"tags": ["optional"]}},
            kernelspec={"name": "p", "display_name": "R"},
        )
        notebook = with_versions(old, new, owner=author)

        words = words_of(page_of(as_reader, notebook, "compare/"))

        assert "Kernel changed from “Python 3” to “R”" in words
        assert "Tag added: “optional”" in words

    def test_escapes_what_authors_wrote(self, as_reader, author):
        evil = "<script>alert(1)</script>\u202e"
        notebook = with_versions(
            make_document(("a", "code", f"x = 1 # {evil}"), ("b", "markdown", f"a {evil}")),
            make_document(("a", "code", f"x = 2 # {evil}"), ("b", "markdown", f"b {evil}")),
            owner=author,
        )

        html = page_of(as_reader, notebook, "compare/")

        assert "<script>alert" not in html
        assert "\u202e" not in html
        assert "⟨U+202E⟩" in html

    def test_takes_as_many_queries_for_many_versions_as_for_few(self, as_reader, author):
        counts = []
        for number in (2, 30):
            documents = [make_document(("c", "code", f"x = {n}")) for n in range(number)]
            notebook = with_versions(*documents, owner=author, title=f"Of {number}")
            with CaptureQueriesContext(connection) as captured:
                page_of(as_reader, notebook, f"compare/?from=1&to={number}")
            counts.append(len(captured))
        assert len(set(counts)) == 1, counts
        assert counts[0] <= MOST_QUERIES

    def test_of_huge_notebooks_comes_in_pages(self, as_reader, author, monkeypatch):
        monkeypatch.setattr(_items, "PAGE_ROWS", 40)
        cells = [(f"c{n}", "code", f"x_{n} = {n}\ny = 1") for n in range(60)]
        notebook = with_versions(
            make_document(*cells),
            make_document(*((i, kind, source + "\nz = 2") for i, kind, source in cells)),
            owner=author,
        )

        first = page_of(as_reader, notebook, "compare/?from=1&to=2")
        last = page_of(as_reader, notebook, "compare/?from=1&to=2&page=99")

        assert "60 cells changed" in words_of(first)
        assert "60 cells changed" in words_of(last)
        assert 'id="new-0"' in first
        assert 'id="new-59"' not in first
        assert 'id="new-59"' in last
        assert "from=1&amp;to=2&amp;page=2" in first

    def test_says_when_it_stopped_looking(self, as_reader, author):
        many = 400
        notebook = with_versions(
            make_document(
                *((f"a{n}", "code", f"one two {n} three\n" * 60) for n in range(many))
            ),
            make_document(
                *((f"b{n}", "code", f"one two {n + many} three\n" * 60) for n in range(many))
            ),
            owner=author,
        )

        words = words_of(page_of(as_reader, notebook, "compare/"))

        assert "These two are very large and very different" in words


class TestRestore:
    def test_asks_first(self, as_author, notebook):
        words = words_of(page_of(as_author, notebook, "versions/1/restore/"))

        assert "Restore version 1?" in words
        assert "Nothing is lost" in words
        assert notebook.revisions.count() == 3

    def test_makes_a_new_version_and_goes_there(self, as_author, notebook):
        response = as_author.post(address(notebook, "versions/1/restore/"), follow=True)

        assert response.redirect_chain == [(address(notebook, "versions/4/"), 302)]
        assert "Version 1 is back, as version 4." in response.content.decode()
        assert Revision.objects.get(notebook=notebook, number=4).message == "Version 1 restored"

    def test_of_what_is_there_already_is_refused_in_words(self, as_author, notebook):
        response = as_author.post(address(notebook, "versions/3/restore/"))

        assert response.status_code == 422
        assert "nothing was changed" in response.content.decode()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_refused_to_readers(self, as_reader, notebook, method):
        response = getattr(as_reader, method)(address(notebook, "versions/1/restore/"))

        assert response.status_code == 403
        assert notebook.revisions.count() == 3


class TestLabel:
    def test_is_given_and_shown_in_the_list(self, as_author, notebook):
        response = as_author.post(
            address(notebook, "versions/2/label/"), {"label": "for the report"}, follow=True
        )

        assert response.redirect_chain == [(address(notebook, "versions/"), 302)]
        assert "Version 2 has the label “for the report” now." in response.content.decode()
        assert "Version 2, for the report" in page_of(as_author, notebook, "compare/")

    def test_stands_in_the_form(self, as_author, notebook):
        as_author.post(address(notebook, "versions/2/label/"), {"label": "for the report"})

        assert 'value="for the report"' in page_of(as_author, notebook, "versions/2/label/")

    @pytest.mark.parametrize("label", ["x" * 41, "taken"])
    def test_that_cannot_be_used_is_told_at_the_field(self, as_author, notebook, label):
        as_author.post(address(notebook, "versions/1/label/"), {"label": "taken"})

        response = as_author.post(address(notebook, "versions/2/label/"), {"label": label})

        assert response.status_code == 422
        assert 'aria-invalid="true"' in response.content.decode()
        assert label in response.content.decode()

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_is_refused_to_readers(self, as_reader, notebook, method):
        response = getattr(as_reader, method)(address(notebook, "versions/1/label/"))

        assert response.status_code == 403


class TestPermission:
    @pytest.mark.parametrize(
        "rest",
        ["versions/", "versions/1/", "versions/1/leaf/", "versions/1/download/", "compare/",
         "versions/1/restore/", "versions/1/label/"],
    )  # fmt: skip
    def test_private_notebooks_do_not_exist_for_others(self, as_reader, author, rest):
        private = with_versions(
            make_document(LOAD), make_document(RANK), owner=author, visibility="private"
        )

        assert as_reader.get(address(private, rest)).status_code == 404
        assert as_reader.post(address(private, rest)).status_code in {404, 405}

    def test_editors_by_share_may_restore(self, client, notebook, author):
        editor = make_person("editor")
        share = ShareWith(person_id=editor.pk, may_edit=True)
        set_shares(notebook, [share], actor_id=author.pk, at=NOW)
        client.force_login(editor)

        response = client.post(address(notebook, "versions/1/restore/"))

        assert response.status_code == 302
        assert Revision.objects.get(notebook=notebook, number=4).author == editor
