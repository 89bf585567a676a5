"""The pages: a star, lists of suggested changes, one of them, and from a draft to one."""

import pytest
from django.urls import reverse

from nbcommons.collaboration.models import ChangeProposal, Star
from nbcommons.collaboration.operations.changes import withdraw_change
from nbcommons.intake.models import Becomes, Draft
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.files import ORIGIN_VERSION
from tests.factories.catalogue import canonical
from tests.factories.collaboration import suggest
from tests.factories.executions import NOW, actor_for
from tests.factories.intake import GROUP, LOAD, SELECT, bring_draft

pytestmark = pytest.mark.django_db

KEY = "ghp_" + "0aB1cD2eF3" * 3 + "gH4iJ5"


def page_of(change) -> str:
    return reverse("collaboration:change", args=[change.uuid])


class TestStar:
    def test_is_given_and_taken_back_without_javascript(self, notebook, bob, as_):
        client, url = as_(bob), f"/notebooks/{notebook.uuid}/"

        assert "Star<" in client.get(url).text
        back = client.post(f"{url}star/", {"do": "give"})
        assert back.status_code == 302
        assert "take the star back" in client.get(url).text
        client.post(f"{url}star/", {"do": "take"})
        assert not Star.objects.exists()

    def test_answers_htmx_with_the_button_alone(self, notebook, bob, as_):
        url = reverse("collaboration:star", args=[notebook.uuid])

        got = as_(bob).post(url, {"do": "give"}, headers={"HX-Request": "true"})

        assert got.status_code == 200
        assert "<html" not in got.text
        assert "1<span" in got.text

    def test_fills_a_shelf(self, notebook, bob, as_):
        client = as_(bob)
        assert "You have starred nothing yet" in client.get("/mine/?shelf=starred").text
        client.post(f"/notebooks/{notebook.uuid}/star/")

        assert "Rank late payers" in client.get("/mine/?shelf=starred").text


class TestChanges:
    def test_of_a_notebook_are_listed_for_those_who_may_see_them(
        self, notebook, ann, bob, cid, as_
    ):
        suggest(notebook, bob, LOAD, message="Leave out <b>most</b>\nIt is enough.")
        url = reverse("collaboration:of_notebook", args=[notebook.uuid])

        assert "Leave out &lt;b&gt;most&lt;/b&gt;" in as_(ann).get(url).text
        assert "you suggested it" in as_(bob).get(url).text
        assert "No change is suggested" in as_(cid).get(url).text
        assert "1 waits" in as_(ann).get(f"/notebooks/{notebook.uuid}/").text
        assert "waits for a decision" not in as_(cid).get(f"/notebooks/{notebook.uuid}/").text

    def test_of_mine_are_listed_with_their_notebook(self, notebook, ann, bob, as_):
        suggest(notebook, bob, LOAD, message="Leave out most")

        for who in (ann, bob):
            assert "Leave out most" in as_(who).get("/changes/").text
            assert "1 suggested change waits" in as_(who).get("/mine/").text

    def test_take_as_many_queries_however_many_there_are(
        self, notebook, ann, bob, as_, django_assert_max_num_queries
    ):
        for code in (LOAD, SELECT, GROUP):
            suggest(notebook, bob, code)
        client = as_(ann)
        client.get("/changes/")

        with django_assert_max_num_queries(9):
            client.get("/changes/")

    @pytest.mark.parametrize("page", ["0", "-1", "9" * 30, "²", "x"])
    def test_bear_any_number_of_a_page(self, page, notebook, bob, as_):
        change = suggest(notebook, bob, LOAD)

        for url in ("/changes/", page_of(change)):
            assert as_(bob).get(url, {"page": page}).status_code == 200


class TestChange:
    def test_shows_why_and_what_changes(self, notebook, ann, bob, as_):
        change = suggest(
            notebook,
            bob,
            LOAD,
            SELECT,
            GROUP,
            "late.head()",
            message="Show some\n\nNot all.",
            based_on=1,
        )

        text = as_(ann).get(page_of(change)).text

        assert "<h1>Show some</h1>" in text
        assert "<p>Not all.</p>" in text
        assert "starting from" in text
        assert "late.head()" in text
        assert "Decline" in text
        assert "Withdraw it" not in text
        assert "moved on since" not in text

    def test_says_that_the_notebook_has_moved_on(self, notebook, ann, bob, as_):
        change = suggest(notebook, bob, LOAD, based_on=1)
        catalogue.add_revision(
            notebook, author_id=ann.pk, canonical=canonical("", "b"), cells=[], at=NOW
        )

        assert "moved on since" in as_(bob).get(page_of(change)).text

    def test_does_not_exist_for_others(self, notebook, bob, cid, as_):
        change = suggest(notebook, bob, LOAD)

        for part in ("change", "download", "withdraw", "decline"):
            url = reverse(f"collaboration:{part}", args=[change.uuid])
            ask = as_(cid).post if part in {"withdraw", "decline"} else as_(cid).get
            assert ask(url, {"reason": "No."}).status_code == 404

    def test_is_downloaded_as_a_notebook_that_says_where_it_belongs(
        self, notebook, ann, bob, as_
    ):
        change = suggest(notebook, bob, LOAD, message="a/b: Größe")

        got = as_(ann).get(reverse("collaboration:download", args=[change.uuid]))

        assert got.json()["metadata"]["nbcommons"]["uuid"] == str(notebook.uuid)
        assert "attachment" in got.headers["Content-Disposition"]

    def test_is_declined_with_a_reason(self, notebook, ann, bob, as_):
        change = suggest(notebook, bob, LOAD)
        url = reverse("collaboration:decline", args=[change.uuid])

        refused = as_(ann).post(url, {"reason": " "})
        as_(ann).post(url, {"reason": "Not\nyet."})

        assert refused.status_code == 422
        assert "so that its author can do better" in refused.text
        text = as_(bob).get(page_of(change)).text
        assert "Declined" in text
        assert "Not<br>yet." in text
        assert as_(bob).post(url, {"reason": "No."}).status_code == 403

    def test_is_not_shown_once_withdrawn(self, notebook, ann, bob, as_):
        change = suggest(notebook, bob, LOAD, SELECT, GROUP, "late.head()")
        as_(bob).post(reverse("collaboration:withdraw", args=[change.uuid]))

        assert "late.head()" in as_(bob).get(page_of(change)).text
        assert "late.head()" not in as_(ann).get(page_of(change)).text
        download = reverse("collaboration:download", args=[change.uuid])
        assert as_(ann).get(download).status_code == 409

    def test_says_when_somebody_was_faster(self, notebook, ann, bob, as_):
        change = suggest(notebook, bob, LOAD)
        withdraw_change(actor_for(bob), change, at=NOW)

        url = reverse("collaboration:decline", args=[change.uuid])
        assert as_(ann).post(url, {"reason": "No."}).status_code == 409


class TestSuggest:
    @pytest.fixture
    def draft(self, bob):
        return bring_draft(bob, LOAD, SELECT, GROUP, "late.head()")

    @pytest.fixture
    def url(self, draft, notebook):
        return reverse("collaboration:suggest", args=[draft.uuid, notebook.uuid])

    def test_shows_what_would_change_and_suggests_it(self, notebook, bob, as_, url):
        client = as_(bob)
        shown = client.get(url).text

        got = client.post(url, {"message": "Show some\nNot all.", "do": "suggest"})

        assert "late.head()" in shown
        assert "Rank late payers" in shown
        change = ChangeProposal.objects.get()
        assert got["Location"] == page_of(change)
        assert change.message == "Show some\nNot all."
        assert change.notebook == notebook

    def test_keeps_what_was_typed_when_something_is_missing(self, notebook, bob, as_):
        draft = bring_draft(bob, f"token = '{KEY}'")
        url = reverse("collaboration:suggest", args=[draft.uuid, notebook.uuid])
        client = as_(bob)

        empty = client.post(url, {"message": "", "do": "suggest"})
        refused = client.post(url, {"message": "Show some", "do": "suggest"})
        key = Draft.objects.get().findings.get().key
        client.post(url, {"message": "Show some", "do": f"blank:{key}"})
        again = client.get(url)

        assert empty.status_code == refused.status_code == 422
        assert "a token of GitHub" in refused.text
        assert "Show some" in again.text
        assert Draft.objects.get().becomes == Becomes.CHANGE
        client.post(url, {"message": "Show some", "do": "suggest"})
        assert ChangeProposal.objects.count() == 1

    def test_asks_about_what_is_typed_too(self, bob, as_, url):
        refused = as_(bob).post(url, {"message": f"Use {KEY}", "do": "suggest"})

        assert refused.status_code == 422
        assert "in why you suggest it" in refused.text

    def test_leads_back_to_the_draft_as_it_was(self, bob, as_, url, draft):
        client = as_(bob)
        client.post(url, {"message": "Show some", "do": "keep"})

        text = client.get(reverse("intake:draft", args=[draft.uuid])).text

        assert 'value="fork" checked' in text

    def test_is_for_ones_own_drafts(self, cid, as_, url):
        assert as_(cid).get(url).status_code == 404

    def test_is_for_notebooks_that_one_may_run(self, notebook, ann, bob, as_, url):
        catalogue.set_visibility(notebook, "private", actor_id=ann.pk, at=NOW)

        assert as_(bob).get(url).status_code == 404

    def test_is_offered_where_the_file_says_that_it_is_a_copy(
        self, notebook, ann, bob, as_, settings
    ):
        said = {
            "v": ORIGIN_VERSION,
            "uuid": str(notebook.uuid),
            "revision": 1,
            "site": settings.NBCOMMONS_SITE_URL,
        }
        for who, is_offered in ((bob, True), (ann, False)):
            draft = bring_draft(who, LOAD, metadata={"nbcommons": said})
            text = as_(who).get(reverse("intake:draft", args=[draft.uuid])).text
            link = f"/drafts/{draft.uuid}/suggest/{notebook.uuid}/"
            assert (link in text) == is_offered
