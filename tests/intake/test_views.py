"""Choosing files, checking what is left, sharing it."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from nbcommons.core.actor import Actor
from nbcommons.intake.errors import AlreadyShared
from nbcommons.intake.models import Draft, DraftPicture
from nbcommons.intake.operations import drafts, publishing
from nbcommons.intake.queries.drafts import bare_document_of
from nbcommons.notebooks.models import Notebook, StoredContent
from nbcommons.notebooks.queries import document_of
from tests.factories.executions import actor_for, make_notebook, make_person
from tests.factories.intake import LOAD, SELECT, make_label, raw_notebook, share as share_new
from tests.factories.racing import at_once
from tests.ipynb.builders import coded, picture

pytestmark = pytest.mark.django_db


def notebook_bytes(**changes):
    cells = changes.pop(
        "cells",
        [
            {
                "cell_type": "markdown",
                "metadata": {},
                "source": ["# Rank late payers\n", "\n", "Who pays us late, and by how much?"],
            },
            {
                "cell_type": "code",
                "metadata": {"collapsed": False},
                "execution_count": 3,
                "source": "import pandas as pd\nprint(1)",
                "outputs": [
                    {"output_type": "stream", "name": "stdout", "text": "CANARY-OUT\n"}
                ],
            },
        ],
    )
    whole = {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": cells,
    } | changes
    return json.dumps(whole).encode()


def file(content, name="late.ipynb"):
    return SimpleUploadedFile(name, content, content_type="application/x-ipynb+json")


@pytest.fixture
def ann():
    return make_person("ann")


@pytest.fixture
def visitor(ann):
    client = Client()
    client.force_login(ann)
    return client


@pytest.fixture
def draft(visitor):
    visitor.post("/add/", {"notebooks": file(notebook_bytes())})
    return Draft.objects.get()


def share(visitor, draft, **changes):
    form = {
        "title": "Rank customers by how late they pay",
        "purpose": "Says who pays late.",
        "category": "operational",
        "visibility": "everyone",
        "tags": ["tables"],
        "agreed": "on",
        "do": "share",
    } | changes
    return visitor.post(f"/add/{draft.uuid}/", {k: v for k, v in form.items() if v is not None})


class TestAdd:
    def test_asks_nobody_but_people_signed_in(self):
        assert Client().get("/add/").status_code == 302

    def test_leads_from_one_file_to_its_draft(self, visitor):
        answer = visitor.post("/add/", {"notebooks": file(notebook_bytes())})

        draft = Draft.objects.get()
        assert answer.headers["Location"] == f"/add/{draft.uuid}/"
        assert draft.title == "Rank late payers"
        assert draft.purpose == "Who pays us late, and by how much?"

    def test_makes_the_next_version_of_the_notebook_it_was_asked_for(self, visitor, ann):
        mine = make_notebook(owner=ann, title="Late payers")

        page = visitor.get(f"/add/?for={mine.uuid}").text
        visitor.post("/add/", {"notebooks": file(notebook_bytes()), "target": str(mine.uuid)})

        assert "<h1>Add a new version</h1>" in page
        assert "Late payers" in page
        draft = Draft.objects.get()
        assert (draft.becomes, draft.target) == ("version", mine)

    @pytest.mark.parametrize("visibility", ["everyone", "private"])
    def test_tells_nothing_of_a_notebook_that_is_not_ones_own(self, visitor, visibility):
        other = make_notebook(title="Canary", visibility=visibility)

        page = visitor.get(f"/add/?for={other.uuid}").text
        visitor.post("/add/", {"notebooks": file(notebook_bytes()), "target": str(other.uuid)})

        assert "<h1>Add a notebook</h1>" in page
        assert "Canary" not in page
        draft = Draft.objects.get()
        assert (draft.becomes, draft.target) == ("new", None)

    def test_bears_any_notebook_that_is_asked_for(self, visitor):
        assert visitor.get("/add/?for=1%00").status_code == 200
        answer = visitor.post("/add/", {"notebooks": file(notebook_bytes()), "target": "x"})
        assert answer.status_code == 422

    def test_takes_several_files_at_once(self, visitor):
        answer = visitor.post(
            "/add/",
            {
                "notebooks": [
                    file(notebook_bytes(), "a.ipynb"),
                    file(notebook_bytes(), "b.ipynb"),
                ]
            },
        )

        assert answer.headers["Location"] == "/add/"
        assert Draft.objects.count() == 2

    def test_tells_what_is_wrong_with_one_file_and_keeps_the_other(self, visitor):
        answer = visitor.post(
            "/add/",
            {"notebooks": [file(b"{", "bad.ipynb"), file(notebook_bytes(), "good.ipynb")]},
        )

        assert answer.status_code == 422
        page = answer.content.decode()
        assert "bad.ipynb" in page
        assert "good.ipynb" in page
        assert Draft.objects.count() == 1

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"{",
            b'{"nbformat": 4, "cells": [NaN]}',
            b"PK\x03\x04 zip",
            b"\x00" * 100,
            b"[" * 100_000,
            notebook_bytes(nbformat=9),
            notebook_bytes(cells=[1, "two"]),
            notebook_bytes(metadata={"x": "\ud800"}),
            b'{"nbformat": 4, "nbformat": 4, "cells": []}',
        ],
        ids=[
            "empty",
            "cut",
            "nan",
            "zip",
            "nul",
            "deep",
            "format-9",
            "odd-cells",
            "half-character",
            "twice",
        ],
    )
    def test_answers_hostile_files_with_a_sentence_or_takes_them_in(self, visitor, raw):
        answer = visitor.post("/add/", {"notebooks": file(raw)})

        assert answer.status_code in {302, 422}
        if answer.status_code == 422:
            assert not Draft.objects.exists()
            assert not DraftPicture.objects.exists()
            assert "Traceback" not in answer.content.decode()

    def test_says_so_when_too_much_comes_at_once(self, visitor, settings):
        settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 500

        answer = visitor.post("/add/", {"notebooks": file(notebook_bytes())})

        assert answer.status_code == 422
        assert "too much at once" in answer.content.decode()

    def test_says_so_when_nothing_was_chosen(self, visitor):
        answer = visitor.post("/add/", {})

        assert answer.status_code == 422
        assert "Choose at least one notebook" in answer.content.decode()


class TestDraft:
    def test_shows_what_was_removed_and_never_the_results(self, visitor, draft):
        page = visitor.get(f"/add/{draft.uuid}/").content.decode()

        assert "Results below cells" in page
        assert "1 line of text" in page
        assert "CANARY" not in page

    def test_previews_in_a_document_without_an_origin(self, visitor, draft):
        answer = visitor.get(f"/add/{draft.uuid}/preview/")

        assert "sandbox allow-scripts" in answer.headers["Content-Security-Policy"]
        assert "1 line removed" in answer.content.decode()

    def test_is_hidden_from_others(self, draft):
        other = Client()
        other.force_login(make_person("bob"))

        for address in ("", "preview/"):
            assert other.get(f"/add/{draft.uuid}/{address}").status_code == 404
        assert share(other, draft).status_code == 404
        assert other.post(f"/add/{draft.uuid}/discard/").status_code == 404

    def test_becomes_a_notebook_and_is_gone(self, visitor, draft, ann):
        answer = share(visitor, draft)

        notebook = Notebook.objects.get()
        assert answer.headers["Location"] == f"/notebooks/{notebook.uuid}/"
        assert notebook.owner == ann
        assert notebook.current_revision.number == 1
        assert [tag.name for tag in notebook.tags.all()] == ["tables"]
        assert not Draft.objects.exists()

    def test_keeps_typed_words_when_something_is_missing(self, visitor, draft):
        answer = share(visitor, draft, agreed=None, purpose="Words that I typed")

        assert answer.status_code == 422
        assert "Words that I typed" in answer.content.decode()
        assert not Notebook.objects.exists()

    def test_says_so_when_it_has_been_shared_already(self, draft):
        ann = actor_for(draft.person)
        details = drafts.Details("Twice", "", "operational", "everyone", ())
        publishing.publish_draft(ann, draft, details=details, at=timezone.now())
        gone = Draft(pk=draft.pk or 1, person_id=ann.person_id)

        with pytest.raises(AlreadyShared):
            publishing.publish_draft(ann, gone, details=details, at=timezone.now())

    @pytest.mark.django_db(transaction=True)
    def test_pressed_four_times_at_once_is_shared_once(self, ann, draft):
        def press():
            client = Client()
            client.force_login(ann)
            return share(client, draft).status_code

        answers = at_once(press, press, press, press)

        assert Notebook.objects.count() == 1
        assert answers.count(302) == 1
        assert set(answers) <= {302, 404, 409}

    def test_says_who_sees_it_when_it_is_labelled(self, ann, visitor, draft):
        make_label("amber", ann)

        share(visitor, draft, labels=["amber"])

        page = visitor.get(f"/notebooks/{Notebook.objects.get().uuid}/").text
        assert "Shared with everyone who holds the access label " in page
        assert "Shared with everyone. " not in page

    def test_names_the_field_of_a_team_that_was_lost_meanwhile(self, visitor, draft):
        told = share(visitor, draft, team="gone", labels=["gone"])

        assert told.status_code == 422
        assert "Looked after by: you no longer share as that team." in told.text
        assert "Access labels: you no longer hold one that you chose." in told.text
        assert "Select a valid choice" not in told.text

    def test_blanks_out_a_key_in_what_was_proposed(self, visitor):
        key = "ghp_" + "a8Kd92mfLq0Xz71YtRb53NcVw64GhJp2Se9U"
        cells = [{"cell_type": "markdown", "metadata": {}, "source": f"# Use {key}"}]
        visitor.post("/add/", {"notebooks": file(notebook_bytes(cells=cells))})
        draft = Draft.objects.get()

        share(visitor, draft, do="keep", title=f"Use {key}", tags=[])
        page = visitor.get(f"/add/{draft.uuid}/").text
        share(
            visitor, draft, do=f"blank:{draft.findings.get().key}", title=f"Use {key}", tags=[]
        )

        assert "A token of GitHub</b> in the text and the title" in page
        assert Draft.objects.get().title == "Use REMOVED"

    def test_can_wait_without_being_complete(self, visitor, draft):
        answer = share(visitor, draft, agreed=None, title="", do="keep", visibility="private")

        assert answer.status_code == 302
        assert Draft.objects.get().visibility == "private"

    def test_takes_the_authors_own_tags(self, visitor, draft):
        share(visitor, draft, tags=[], more_tags="Cash  flow, cash flow ,LATE")

        assert {tag.name for tag in Notebook.objects.get().tags.all()} == {"cash flow", "late"}

    def test_says_when_a_tag_is_too_long_and_cuts_none(self, visitor, draft):
        kept = share(visitor, draft, do="autosave", more_tags="x" * 41, purpose="Typed")
        answer = share(visitor, draft, more_tags="x" * 41)

        assert kept.status_code == 200
        assert Draft.objects.get().purpose == "Typed"
        assert answer.status_code == 422
        assert "A tag has 40 signs at most" in answer.text

    def test_can_be_thrown_away(self, visitor, draft):
        visitor.post(f"/add/{draft.uuid}/discard/")
        drafts.drop_expired_drafts(
            Actor.system("tests"), at=timezone.now() + timedelta(minutes=11)
        )

        assert not Draft.objects.exists()
        assert not StoredContent.objects.exists()

    def test_keeps_itself_and_answers_with_what_follows(self, visitor, draft):
        answer = visitor.post(
            f"/add/{draft.uuid}/",
            {
                "title": "Typed so far",
                "category": "operational",
                "visibility": "private",
                "do": "autosave",
            },
        )

        page = answer.content.decode()
        assert answer.status_code == 200
        assert 'id="kept"' in page
        assert 'id="similar"' in page
        assert "<html" not in page
        draft.refresh_from_db()
        assert (draft.title, draft.visibility) == ("Typed so far", "private")

    def test_keeps_what_was_typed_when_publishing_fails(self, visitor):
        visitor.post("/add/", {"notebooks": file(notebook_bytes(cells=SECRET_CELLS))})
        draft = Draft.objects.get()

        answer = share(visitor, draft, purpose="Words that I typed")

        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Say what is to be done about what may be a secret" in page
        assert "Words that I typed" in page
        draft.refresh_from_db()
        assert draft.purpose == "Words that I typed"
        assert not Notebook.objects.exists()

    def test_decides_by_buttons_that_keep_the_rest(self, visitor):
        visitor.post("/add/", {"notebooks": file(notebook_bytes(cells=SECRET_CELLS))})
        draft = Draft.objects.get()
        key = draft.findings.get().key

        fine = share(visitor, draft, do=f"fine:{key}", title="Mine", agreed=None)
        assert fine.headers["Location"] == f"/add/{draft.uuid}/#secrets"
        assert draft.findings.get().is_waved_through
        share(visitor, draft, do=f"open:{key}", agreed=None)
        assert not draft.findings.get().is_waved_through
        share(visitor, draft, do=f"blank:{key}", agreed=None)

        assert not draft.findings.exists()
        draft.refresh_from_db()
        assert draft.title == "Rank customers by how late they pay"

    def test_offers_to_become_a_version_of_what_it_resembles(self, visitor, draft, ann):
        theirs = publishing.publish_draft(
            actor_for(ann),
            draft,
            details=drafts.Details("Mine", "", "operational", "everyone", ()),
            at=timezone.now(),
        )
        visitor.post("/add/", {"notebooks": file(notebook_bytes())})
        again = Draft.objects.get()

        share(visitor, again, do=f"version:{theirs.uuid}", agreed=None)

        again.refresh_from_db()
        assert (again.becomes, again.target) == ("version", theirs)
        page = visitor.get(f"/add/{again.uuid}/").content.decode()
        assert "Nothing has changed" in page

    def test_finds_notebooks_by_their_title(self, visitor, draft):
        share_as(make_person("bob"), "Count the ships")
        share_as(make_person("bob"), "Hidden ships", visibility="private")

        page = share(visitor, draft, do="find", find="ships").content.decode()

        assert "Count the ships, by bob" in page
        assert "Hidden ships" not in page

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("do", "version:not-an-address"),
            ("do", "fork:00000000-0000-0000-0000-000000000000"),
            ("do", "fine:no-such-key"),
            ("do", "blank:"),
            ("do", "explode"),
            ("target", "not-an-address"),
            ("becomes", "administrator"),
            ("seen", "-1"),
            ("seen", "99999999999999999999"),
            ("title", "a\0b"),
            ("shared_with", "a\0b"),
            ("labels", "no-such-label"),
            ("team", "no-such-team"),
            ("pictures", "1 OR 1=1"),
            ("pictures", "²"),
            ("visibility", "world"),
            ("title", "x" * 5000),
        ],
    )
    def test_answers_odd_forms_without_falling_over(self, visitor, draft, field, value):
        for do in ("keep", "autosave", "share"):
            answer = share(visitor, draft, **{"do": do, field: value})

            assert answer.status_code in {200, 302, 409, 422}

    def test_takes_a_corrected_file(self, visitor, draft):
        share(visitor, draft, do="keep", title="My own title")
        corrected = notebook_bytes(cells=SECRET_CELLS)

        visitor.post(f"/add/{draft.uuid}/file/", {"corrected": file(corrected, "b.ipynb")})

        draft.refresh_from_db()
        assert (draft.title, draft.file_name) == ("My own title", "b.ipynb")
        assert draft.findings.count() == 1

    def test_says_why_a_corrected_file_is_no_good_and_keeps_the_first(self, visitor, draft):
        answer = visitor.post(f"/add/{draft.uuid}/file/", {"corrected": file(b"{")})

        assert answer.status_code == 422
        draft.refresh_from_db()
        assert draft.file_name == "late.ipynb"

    def test_can_be_had_back(self, visitor, draft):
        thrown = visitor.post(f"/add/{draft.uuid}/discard/")
        assert "Take it back" in visitor.get(thrown.headers["Location"]).content.decode()
        assert visitor.get(f"/add/{draft.uuid}/").status_code == 404

        visitor.post(f"/add/{draft.uuid}/take-back/")

        assert visitor.get(f"/add/{draft.uuid}/").status_code == 200

    def test_cannot_be_touched_by_others_by_any_address(self, draft):
        other = Client()
        other.force_login(make_person("bob"))

        for address in ("file/", "discard/", "take-back/"):
            answer = other.post(f"/add/{draft.uuid}/{address}", {"corrected": file(b"{}")})
            assert answer.status_code in {302, 404}
        draft.refresh_from_db()
        assert draft.discarded_at is None
        assert draft.file_name == "late.ipynb"


class Tab:
    """A page of a draft as a browser holds it: what it shows, and sends."""

    def __init__(self, visitor, draft):
        self.visitor, self.url = visitor, f"/add/{draft.uuid}/"
        self.show(visitor.get(self.url))

    def show(self, answer):
        form, self.page = answer.context["form"], answer.text
        values = {name: form[name].value() for name in form.fields}
        self.said = {name: value for name, value in values.items() if value}
        self.said["stamp"] = answer.context["stamp"]
        return answer

    def send(self, do="keep", **changes):
        self.said |= changes
        answer = self.visitor.post(self.url, self.said | {"do": do})
        if do == "autosave":
            # What such a page swaps in.
            self.said["stamp"] = answer.context["stamp"]
        elif answer.status_code != 302:
            self.show(answer)
        return answer


class TestTwoPagesOfOneDraft:
    @pytest.fixture
    def tab(self, visitor, draft):
        tab = Tab(visitor, draft)
        tab.send("autosave", purpose="A")
        return tab

    @pytest.fixture
    def stale(self, visitor, draft, tab):
        """The first page, after another that was opened later was kept."""
        Tab(visitor, draft).send(purpose="TAB TWO")
        return tab

    def test_keeping_by_itself_leaves_what_only_the_other_changed(self, stale, draft):
        for title in ("Mine", "Mine too"):
            answer = stale.send("autosave", title=title)

            draft.refresh_from_db()
            assert (draft.title, draft.purpose) == (title, "TAB TWO")
            assert "You changed this draft elsewhere meanwhile" in answer.text
            assert "“Purpose”" in answer.text

    def test_keeping_by_itself_decides_nothing_that_both_changed(self, stale, draft):
        for purpose in ("A and B", "A and B and C"):
            answer = stale.send("autosave", title="Mine", purpose=purpose)

            draft.refresh_from_db()
            assert (draft.title, draft.purpose) == ("Mine", "TAB TWO")
            assert "You changed the same elsewhere meanwhile" in answer.text
            assert "data-unkept" in answer.text

    def test_a_button_shows_both_and_the_next_one_decides(self, stale, draft):
        stale.send("autosave", purpose="A and B")
        asked = stale.send(title="Mine")

        draft.refresh_from_db()
        assert asked.status_code == 409
        assert (draft.title, draft.purpose) == ("Mine", "TAB TWO")
        assert "Nothing is lost" in asked.text
        assert '<dd class="voice">TAB TWO</dd>' in asked.text
        assert stale.said["purpose"] == "A and B"

        # It goes on showing both while more is typed.
        assert "TAB TWO" in stale.send("autosave", purpose="A, B and TAB TWO").text
        draft.refresh_from_db()
        assert draft.purpose == "TAB TWO"

        assert stale.send().status_code == 302
        draft.refresh_from_db()
        assert draft.purpose == "A, B and TAB TWO"

    def test_asks_again_when_yet_another_change_came_between(self, stale, draft):
        stale.send(purpose="A and B")
        Tab(stale.visitor, draft).send(purpose="TAB THREE")

        answer = stale.send()

        assert answer.status_code == 409
        assert "TAB THREE" in answer.text

    def test_tells_what_was_kept_beside_what_was_sent(self, stale, draft):
        answer = stale.visitor.post(stale.url, stale.said | {"title": "Mine"}, follow=True)

        draft.refresh_from_db()
        assert (draft.title, draft.purpose) == ("Mine", "TAB TWO")
        assert "Changed elsewhere meanwhile, and kept: “Purpose”." in answer.text
        assert "TAB TWO" in answer.text

    def test_shares_nothing_that_the_page_does_not_show(self, visitor, tab, draft):
        tab.send("autosave", visibility="private")
        Tab(visitor, draft).send(visibility="everyone")

        asked = tab.send("share", title="Mine", agreed="on")

        assert asked.status_code == 409
        assert not Notebook.objects.exists()
        assert tab.said["visibility"] == "everyone"
        assert "agreed" not in tab.said

        assert tab.send("share", visibility="private", agreed="on").status_code == 302
        assert Notebook.objects.get().visibility == "private"

    def test_shares_what_was_decided(self, stale):
        stale.send("share", purpose="A and B", agreed="on")

        stale.send("share", agreed="on")

        assert Notebook.objects.get().purpose == "A and B"

    def test_takes_the_same_change_twice_without_a_word(self, stale):
        answer = stale.send(purpose="TAB TWO")

        assert answer.status_code == 302
        assert "elsewhere" not in stale.visitor.get(stale.url).text

    def test_has_no_quarrel_with_itself(self, tab, draft):
        for words in ("A and", "A and B", "C"):
            assert "elsewhere" not in tab.send("autosave", purpose=words, tags=["tables"]).text
        assert tab.send("find", find="x").status_code == 200
        assert tab.send(title="Mine").status_code == 302

        draft.refresh_from_db()
        assert (draft.title, draft.purpose) == ("Mine", "C")

    def test_the_stamp_of_the_first_look_goes_on_when_something_is_missing(self, stale, draft):
        assert stale.send("share", title="Mine").status_code == 422

        stale.send("autosave")

        draft.refresh_from_db()
        assert draft.purpose == "TAB TWO"

    def test_holds_the_choice_of_a_notebook_that_both_made(self, visitor, ann, tab, draft):
        mine, other = (share_new(ann, title=title) for title in ("Mine", "Other"))
        Tab(visitor, draft).send(becomes="version", target=str(other.uuid))

        asked = tab.send(becomes="version", target=str(mine.uuid))

        assert "A new version" in asked.text
        assert "The next version of a notebook: Other" in asked.text
        assert f'<option value="{mine.uuid}" selected>' in asked.text
        tab.send()
        draft.refresh_from_db()
        assert draft.target == mine

    def test_loses_no_tag_and_no_label(self, visitor, ann, tab, draft):
        label = make_label("Customs", ann)
        tab.send("autosave", tags=["tables"], more_tags="mine, late")
        tab.show(visitor.get(tab.url))
        Tab(visitor, draft).send(tags=[], labels=[label.slug])

        asked = tab.send(tags=["tables", "mine"])

        assert asked.status_code == 409
        assert '<dt>Tags, there</dt><dd class="voice">(nothing)</dd>' in asked.text
        assert "“Access labels”" in asked.text
        assert "mine" in tab.said["more_tags"]
        tab.send()
        assert {t["name"] for t in Draft.objects.get().tags if t["is_chosen"]} == {
            "tables",
            "mine",
        }
        assert list(Draft.objects.get().labels.all()) == [label]

    def test_bears_a_stamp_that_nobody_made(self, tab):
        for stamp in ("x", ",:,", "title:" + "0" * 12, "0" * 700):
            assert tab.visitor.post(
                tab.url, tab.said | {"stamp": stamp, "told": stamp, "do": "keep"}
            ).status_code in {302, 409, 422}


class TestSecretsLeaveNoTrace:
    def test_outside_the_draft_and_nowhere_once_blanked_out(self, visitor, caplog, capfd):
        visitor.post("/add/", {"notebooks": file(notebook_bytes(cells=SECRET_CELLS))})
        draft = Draft.objects.get()
        assert CANARY in str(bare_document_of(draft))
        assert CANARY not in everything_stored()
        share(visitor, draft, title=f"Not {CANARY[:4]} in the title")
        assert CANARY not in everything_stored()

        share(visitor, draft, do=f"blank:{draft.findings.get().key}", agreed=None)
        share(visitor, draft)

        notebook = Notebook.objects.get()
        assert CANARY not in everything_stored()
        assert CANARY not in str(document_of(notebook.current_revision))
        assert CANARY not in caplog.text + "".join(capfd.readouterr())


CANARY = "Winter-CANARY-2026"
SECRET_CELLS = [
    {"cell_type": "markdown", "metadata": {}, "source": "# Rank late payers"},
    {
        "cell_type": "code",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": f"import pandas\nconnect(user='ann', password='{CANARY}')",
    },
]


def everything_stored():
    """All rows of all tables as PostgreSQL writes them; documents are compressed in there."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            told += [row for (row,) in cursor.fetchall()]
    return "\n".join(told)


class TestPicturesOfTheNotebook:
    """What the notebook holds that the file is a version of is ticked to begin with."""

    PICTURES = {"plan.png": coded(picture(size=(30, 20)))}

    @pytest.fixture
    def album(self, ann):
        raw = raw_notebook(LOAD, pictures=self.PICTURES)
        actor, at = actor_for(ann), timezone.now()
        draft = drafts.bring_in(actor, file_name="a.ipynb", raw=raw, at=at)
        said = drafts.Details(
            "Album", "", "operational", "everyone", (), frozenset({draft.pictures.get().pk})
        )
        return publishing.publish_draft(actor, draft, details=said, at=at)

    def bring(self, visitor, target=""):
        raw = raw_notebook(LOAD, SELECT, pictures=self.PICTURES)
        visitor.post("/add/", {"notebooks": file(raw), "target": target})
        return Draft.objects.get()

    def shown(self, album):
        album.refresh_from_db()
        return set(document_of(album.current_revision)["cells"][0].get("attachments", {}))

    def test_by_the_link_on_its_page(self, visitor, album):
        draft = self.bring(visitor, str(album.uuid))

        page = visitor.get(f"/add/{draft.uuid}/").text

        assert f'value="{draft.pictures.get().pk}" checked' in page

    def test_when_it_is_chosen_in_the_form(self, visitor, album):
        draft = self.bring(visitor)
        ticked = f'value="{draft.pictures.get().pk}" checked'
        chosen = {
            "becomes": "version",
            "target": str(album.uuid),
            "do": "autosave",
            "tags": None,
        }

        before = visitor.get(f"/add/{draft.uuid}/").text
        answer = share(visitor, draft, **chosen).text
        again = share(visitor, draft, **chosen).text

        assert ticked not in before
        assert ticked in answer
        # Unticked since: that is a choice, and the boxes stay as they are.
        assert 'name="pictures"' not in again
        assert not draft.pictures.get().is_kept

    def test_when_it_is_chosen_and_published_in_one_go(self, visitor, album):
        draft = self.bring(visitor)

        share(visitor, draft, tags=None, becomes="version", target=str(album.uuid))

        assert self.shown(album) == {"plan.png"}
        assert album.current_revision.number == 2

    def test_and_go_when_they_are_unticked(self, visitor, album):
        draft = self.bring(visitor, str(album.uuid))

        share(visitor, draft, tags=None, becomes="version", target=str(album.uuid))

        assert self.shown(album) == set()


def share_as(person, title, **changes):
    draft = drafts.bring_in(
        actor_for(person), file_name="x", raw=notebook_bytes(), at=timezone.now()
    )
    said = {"purpose": "", "category": "operational", "visibility": "everyone", "tags": ()}
    details = drafts.Details(title, **(said | changes))
    return publishing.publish_draft(
        actor_for(person), draft, details=details, at=timezone.now()
    )
