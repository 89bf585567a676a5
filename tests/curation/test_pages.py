"""The pages to look after a notebook, as forms without script."""

import re

import pytest
from django.urls import reverse

from nbcommons.curation.models import OwnershipOffer
from nbcommons.curation.operations.binning import delete_notebook
from nbcommons.curation.operations.ownership import offer_ownership
from nbcommons.notebooks.models import Notebook, Tag, Visibility
from nbcommons.people.models import Person
from nbcommons.people.queries import STARTER_OWNER
from tests.factories.curation import give_to_team, make_label, make_team, share_with
from tests.factories.executions import NOW, actor_for, make_notebook, make_person

pytestmark = pytest.mark.django_db
ALONE = ("edit/", "sharing/", "delete/", "deprecate/", "transfer/")


def fresh(notebook) -> Notebook:
    return Notebook.objects.get(pk=notebook.pk)


def text(response) -> str:
    return response.content.decode()


def filled(page: str) -> dict[str, list[str]]:
    """What a browser would send of the form in ``page`` whose fields have names."""
    found: dict[str, list[str]] = {}
    form = page[page.index("<main") :]
    for tag in re.findall(r"<(?:input|textarea)[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag
        is_off = re.search(r'type="(radio|checkbox)"', tag) and " checked" not in tag
        if name and not is_off:
            found.setdefault(name[1], []).append(value[1] if value else "on" if is_box else "")
    for name, value in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?([^<]*)<', form):
        found[name] = [value]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = [chosen[1] if chosen else re.search(r'value="([^"]*)"', options)[1]]
    found.pop("csrfmiddlewaretoken", None)
    return found


def send(client, address, **changes):
    """Open the page, change some fields, send it."""
    data = filled(text(client.get(address)))
    return client.post(address, {**data, **changes})


class TestWhoSeesThem:
    @pytest.mark.parametrize("path", ALONE)
    def test_readers_may_not(self, as_, bob, url, path):
        assert as_(bob).get(url + path).status_code == 403

    @pytest.mark.parametrize("path", ALONE)
    @pytest.mark.usefixtures("notebook")
    def test_to_others_nothing_is_there(self, as_, bob, url, path):
        Notebook.objects.update(visibility=Visibility.PRIVATE)

        assert as_(bob).get(url + path).status_code == 404
        assert as_(bob).post(url + path).status_code == 404

    @pytest.mark.parametrize("path", ALONE)
    def test_owners_may(self, as_, ann, url, path):
        response = as_(ann).get(url + path)

        assert response.status_code == 200
        assert "Rank late payers" in text(response)

    def test_whoever_may_edit_may_only_edit(self, as_, bob, notebook, url):
        share_with(notebook, person=bob, may_edit=True)

        allowed = [path for path in ALONE if as_(bob).get(url + path).status_code == 200]

        assert allowed == ["edit/"]

    @pytest.mark.parametrize(
        "path",
        ["/mine/bin/", "/suggest/people-and-teams/?who=a", "/administration/left-behind/"],
    )
    def test_nobody_comes_in_without_signing_in(self, client, path):
        assert client.get(path).headers["Location"].startswith("/sign-in/")


class TestEdit:
    def test_saves_and_leads_back(self, as_, ann, notebook, url):
        response = send(
            as_(ann), url + "edit/", title="Rank payers", more_tags="Customs, payments"
        )

        assert response.headers["Location"] == url
        assert fresh(notebook).title == "Rank payers"
        assert {tag.name for tag in notebook.tags.all()} == {"customs", "payments"}

    def test_says_what_is_missing_and_keeps_the_rest(self, as_, ann, url):
        response = send(as_(ann), url + "edit/", title=" ", purpose="Long words of mine")

        assert response.status_code == 422
        assert "Give the notebook a title." in text(response)
        assert "Long words of mine" in text(response)

    def test_loses_nothing_when_two_change_the_same(self, as_, ann, bob, notebook, url):
        share_with(notebook, person=bob, may_edit=True)
        bobs = as_(bob)
        opened = filled(text(bobs.get(url + "edit/")))
        send(as_(ann), url + "edit/", title="As Ann says", purpose="By Ann")

        refused = bobs.post(url + "edit/", {**opened, "title": "As Bob says"})

        page = text(refused)
        assert refused.status_code == 409
        assert "Ann Berg changed the same meanwhile" in page
        assert "As Ann says" in page
        assert 'value="As Bob says"' in page

        again = bobs.post(url + "edit/", {**opened, **filled(page)})

        assert again.status_code == 302
        assert fresh(notebook).title == "As Bob says"

    def test_an_error_of_spelling_does_not_hide_that_somebody_was_there(
        self, as_, ann, bob, notebook, url
    ):
        share_with(notebook, person=bob, may_edit=True)
        bobs = as_(bob)
        opened = filled(text(bobs.get(url + "edit/")))
        send(as_(ann), url + "edit/", title="As Ann says")
        wrong = bobs.post(url + "edit/", {**opened, "title": "As Bob says", "language": " "})

        response = bobs.post(url + "edit/", {**filled(text(wrong)), "language": "python"})

        assert response.status_code == 409

    def test_shows_a_tag_kept_by_administrators_without_a_tick(self, as_, ann, notebook, url):
        notebook.tags.add(Tag.objects.create(name="trusted", is_restricted=True))

        page = text(as_(ann).get(url + "edit/"))
        response = send(as_(ann), url + "edit/", title="Another")

        assert 'type="checkbox" name="tags" value="trusted"' not in page
        assert response.status_code == 302
        assert notebook.tags.filter(name="trusted").exists()

    def test_refuses_one_that_is_typed(self, as_, ann, url):
        Tag.objects.create(name="trusted", is_restricted=True)

        response = send(as_(ann), url + "edit/", more_tags="trusted")

        assert response.status_code == 422
        assert "Only administrators put “trusted”" in text(response)

    @pytest.mark.parametrize("words", ["<script>alert(1)</script>", "x\x00y", "\u202eodd"])
    def test_bears_odd_words(self, as_, ann, url, words):
        response = send(as_(ann), url + "edit/", title=words, purpose=words, more_tags=words)

        assert response.status_code in {302, 422}
        assert "<script>alert(1)" not in text(as_(ann).get(url + "edit/"))


class TestSharing:
    def test_adds_by_name_without_script_and_saves_nothing_yet(
        self, as_, ann, bob, notebook, url
    ):
        Notebook.objects.update(visibility=Visibility.PRIVATE)

        page = text(send(as_(ann), url + "sharing/", who="bob", who_may="edit", do="add"))

        assert "Bob Costa" in page
        assert "Not saved yet" in page
        assert "You and Bob Costa: 2 people." in page
        assert not notebook.shares.exists()

        response = as_(ann).post(url + "sharing/", {**filled(page), "do": "save"})

        assert response.headers["Location"] == url
        share = notebook.shares.get()
        assert (share.person, share.may_edit) == (bob, True)
        assert fresh(notebook).visibility == Visibility.SHARED

    @pytest.mark.usefixtures("bob")
    def test_asks_whom_is_meant_when_several_are_called_so(self, as_, ann, url):
        other = make_person("bob.b")
        Person.objects.filter(pk=other.pk).update(full_name="Bob Costa")

        page = text(send(as_(ann), url + "sharing/", who="Bob Costa", do="add"))
        assert "Several are called “Bob Costa”" in page
        picked = as_(ann).post(url + "sharing/", {**filled(page), "do": f"pick:p{other.pk}"})

        assert f'name="share" value="p{other.pk}"' in text(picked)

    def test_says_that_nobody_is_called_so(self, as_, ann, url):
        page = text(send(as_(ann), url + "sharing/", who="<b>zz", do="add"))

        assert "Nobody here is called “&lt;b&gt;zz”" in page

    def test_takes_somebody_off_the_list(self, as_, ann, bob, notebook, url):
        share_with(notebook, person=bob)

        page = text(send(as_(ann), url + "sharing/", do=f"remove:p{bob.pk}"))
        as_(ann).post(url + "sharing/", {**filled(page), "do": "save"})

        assert not notebook.shares.exists()

    def test_tells_only_the_reach_when_that_is_asked_for(self, as_, ann, url):
        page = text(as_(ann).get(url + "sharing/"))

        part = as_(ann).post(
            url + "sharing/?part=reach", {**filled(page), "visibility": "private"}
        )

        assert text(part).strip().startswith("<section")
        assert "You alone." in text(part)

    def test_never_overwrites_what_somebody_else_decided(self, as_, ann, bob, notebook, url):
        notebook = give_to_team(notebook, make_team(ann="owner", bob="editor"))
        opened = filled(text(as_(bob).get(url + "sharing/")))
        send(as_(ann), url + "sharing/", visibility="private", do="save")

        refused = as_(bob).post(
            url + "sharing/", {**opened, "visibility": "shared", "do": "save"}
        )
        assert refused.status_code == 409
        assert "Somebody else changed who may see" in text(refused)
        assert fresh(notebook).visibility == Visibility.PRIVATE

        as_(bob).post(url + "sharing/", {**filled(text(refused)), "do": "save"})
        assert fresh(notebook).visibility == Visibility.SHARED

    def test_refuses_a_label_that_the_person_does_not_hold(self, as_, ann, bob, notebook, url):
        blue = make_label("Blue", bob)

        response = send(as_(ann), url + "sharing/", labels=[blue.pk], do="save")

        assert response.status_code == 403 or "You can only put access labels" in text(response)
        assert "Blue" not in text(response)
        assert not notebook.labels.exists()

    def test_bears_keys_that_mean_nothing(self, as_, ann, url):
        response = send(
            as_(ann),
            url + "sharing/",
            share=["x", "p", "p-1", "t99999999999999999999", "p0"],
            labels=["x", "-1"],
            do="look",
        )

        assert response.status_code == 200


class TestSuggest:
    @pytest.mark.usefixtures("bob")
    def test_offers_active_people_and_teams(self, as_, ann, cid):
        make_team("Bobsleigh", ann="owner")
        Person.objects.filter(pk=cid.pk).update(full_name="Bob Gone", is_active=False)

        page = text(as_(ann).get("/suggest/people-and-teams/", {"who": "bob"}))

        assert re.findall(r'value="([^"]*)"', page) == [
            "Bobsleigh (team bobsleigh)",
            "Bob Costa (bob)",
        ]

    def test_what_it_offers_is_understood(self, as_, ann, bob, url):
        page = text(send(as_(ann), url + "sharing/", who="Bob Costa (bob)", do="add"))

        assert f'name="share" value="p{bob.pk}"' in page

    def test_is_not_for_asking_without_end(self, as_, ann, settings):
        settings.NBCOMMONS_SUGGESTIONS_PER_MINUTE = 2
        client = as_(ann)

        answers = [client.get("/suggest/people-and-teams/?who=b").status_code for _ in range(4)]

        assert answers[:2] == [200, 200]
        assert 429 in answers


class TestBin:
    def test_asks_first_then_deletes_and_can_be_taken_back(self, as_, ann, notebook, url):
        client = as_(ann)
        asked = client.get(url + "delete/")
        assert "waits in the bin" in text(asked)
        assert fresh(notebook).deleted_at is None

        gone = client.post(url + "delete/")
        assert gone.headers["Location"] == "/mine/bin/"
        assert client.get(url + "edit/").status_code == 404
        assert "Rank late payers" in text(client.get("/mine/bin/"))

        back = client.post(f"/mine/bin/{notebook.uuid}/restore/")
        assert back.headers["Location"] == url
        assert client.get(url + "edit/").status_code == 200

    def test_removes_for_good_only_after_asking(self, as_, ann, notebook):
        client = as_(ann)
        delete_notebook(actor_for(ann), notebook, at=NOW)

        assert "gone now" in text(client.get(f"/mine/bin/{notebook.uuid}/remove/"))
        assert Notebook.objects.exists()
        client.post(f"/mine/bin/{notebook.uuid}/remove/")

        assert not Notebook.objects.exists()

    def test_is_nobody_elses(self, as_, ann, bob, notebook):
        delete_notebook(actor_for(ann), notebook, at=NOW)

        assert "Rank late payers" not in text(as_(bob).get("/mine/bin/"))
        for word in ("restore", "remove"):
            answer = as_(bob).post(f"/mine/bin/{notebook.uuid}/{word}/")
            assert answer.status_code == 404

    def test_lists_many_with_a_fixed_number_of_queries(
        self, as_, ann, django_assert_num_queries
    ):
        client = as_(ann)
        for many in (1, 8):
            for number in range(many):
                delete_notebook(
                    actor_for(ann), make_notebook(owner=ann, title=f"{many} {number}"), at=NOW
                )
            with django_assert_num_queries(5):
                client.get("/mine/bin/")


class TestDeprecate:
    def test_names_what_to_use_instead_without_script(self, as_, ann, notebook, url):
        make_notebook(owner=ann, title="Rank payers, quickly")
        client = as_(ann)

        page = text(
            send(client, url + "deprecate/", reason="Old.", alternative="quickly", do="add")
        )
        assert "Old." in page
        assert fresh(notebook).deprecated_at is None
        client.post(url + "deprecate/", {**filled(page), "do": "save", "is_frozen": "on"})

        now = fresh(notebook)
        assert (now.deprecation_reason, now.is_frozen) == ("Old.", True)
        assert [other.title for other in now.alternatives.all()] == ["Rank payers, quickly"]

        client.post(url + "deprecate/undo/")
        assert fresh(notebook).deprecated_at is None

    def test_wants_a_reason(self, as_, ann, notebook, url):
        response = send(as_(ann), url + "deprecate/", reason="no", do="save")

        assert response.status_code == 422
        assert fresh(notebook).deprecated_at is None

    def test_suggests_only_what_the_person_may_see(self, as_, ann, bob, url):
        make_notebook(owner=bob, title="Rank secretly", visibility=Visibility.PRIVATE)
        make_notebook(owner=bob, title="Rank openly")

        page = text(as_(ann).get(url + "deprecate/suggest/", {"alternative": "rank"}))

        assert "Rank openly" in page
        assert "Rank secretly" not in page

    def test_offers_a_choice_when_several_are_called_so(self, as_, ann, url):
        make_notebook(owner=ann, title="Rank one")
        two = make_notebook(owner=ann, title="Rank two")

        page = text(send(as_(ann), url + "deprecate/", alternative="rank", do="add"))
        picked = send(as_(ann), url + "deprecate/", do=f"pick:{two.uuid}")

        assert "Several are called that" in page
        assert f'name="alternatives" value="{two.uuid}"' in text(picked)


class TestTransfer:
    def test_is_asked_and_accepted(self, as_, ann, bob, notebook, url):
        send(as_(ann), url + "transfer/", who="bob", message="Please take it.")

        offer = OwnershipOffer.objects.get()
        assert offer.keeps_editing
        address = reverse("curation:offer", args=[offer.uuid])
        page = text(as_(bob).get(address))
        assert "Please take it." in page
        assert as_(ann).get(address).status_code == 404

        as_(bob).post(address, {"do": "accept"})

        assert fresh(notebook).owner == bob
        assert as_(bob).get(address).status_code == 404

    def test_can_be_declined_and_withdrawn(self, as_, ann, bob, notebook, url):
        send(as_(ann), url + "transfer/", who="bob")
        first = OwnershipOffer.objects.get()
        assert "was asked" in text(as_(ann).get(url + "transfer/"))
        assert as_(bob).post(f"/mine/offers/{first.uuid}/withdraw/").status_code == 404
        as_(ann).post(f"/mine/offers/{first.uuid}/withdraw/")

        send(as_(ann), url + "transfer/", who="bob")
        second = OwnershipOffer.objects.exclude(pk=first.pk).get()
        as_(bob).post(f"/mine/offers/{second.uuid}/", {"do": "decline"})

        states = OwnershipOffer.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["withdrawn", "declined"]
        assert fresh(notebook).owner == ann

    @pytest.mark.parametrize(
        ("who", "words"),
        [
            ("", "Type the name of a person or a team."),
            ("nobody here", "Nobody here is called “nobody here”."),
            ("ann", "Ann Berg looks after it already."),
        ],
    )
    def test_says_what_is_wrong(self, as_, ann, url, who, words):
        response = send(as_(ann), url + "transfer/", who=who)

        assert response.status_code == 422
        assert words in text(response)

    def test_does_not_show_what_labels_hide(self, as_, ann, bob, notebook):
        made = offer_ownership(actor_for(ann), notebook, to_person=bob, at=NOW)
        notebook.labels.add(make_label("Amber", ann))

        assert as_(bob).get(f"/mine/offers/{made.uuid}/").status_code == 404


class TestHandOver:
    @pytest.fixture
    def powerful(self, as_, admin):
        client = as_(Person.objects.get(pk=admin.person_id))
        session = client.session
        session["admin_mode_until"] = "2999-01-01T00:00:00+00:00"
        session.save()
        return client

    def test_lists_the_left_and_gives_all_away(self, powerful, ann, bob, notebook):
        Person.objects.filter(pk=ann.pk).update(is_active=False)

        assert "Ann Berg" in text(powerful.get("/administration/left-behind/"))
        page = text(powerful.get("/administration/left-behind/ann/"))
        assert "Rank late payers" in page
        response = powerful.post("/administration/left-behind/ann/", {"who": "bob"})

        assert response.headers["Location"] == "/administration/left-behind/"
        assert fresh(notebook).owner == bob
        assert "Nothing is left behind" in text(powerful.get("/administration/left-behind/"))

    @pytest.mark.usefixtures("ann")
    def test_is_not_for_others(self, as_, bob, admin):
        root = as_(Person.objects.get(pk=admin.person_id))
        for path in ("/administration/left-behind/", "/administration/left-behind/ann/"):
            assert as_(bob).get(path).status_code == 404
            assert as_(bob).post(path, {"who": "bob"}).status_code in {404, 405}
            assert root.get(path).headers["Location"].startswith("/settings/admin-mode/")
        assert root.post("/administration/left-behind/ann/").status_code == 403

    def test_of_nobody_is_not_there(self, powerful):
        assert powerful.get("/administration/left-behind/nobody.here/").status_code == 404


class TestWhatMayBeASecret:
    TOKEN = "ghp_" + "0aB1cD2eF3" * 3 + "gH4iJ5"

    def test_is_asked_about_on_the_page(self, as_, ann, notebook, url):
        page = send(as_(ann), url + "edit/", title=f"Connect with {self.TOKEN}")
        key = re.search(r'name="fine" value="([^"]+)"', text(page))[1]

        assert page.status_code == 422
        done = as_(ann).post(url + "edit/", {**filled(text(page)), "fine": key})

        assert done.status_code == 302
        notebook.refresh_from_db()
        assert self.TOKEN in notebook.title


class TestNamesTakenForOneAnother:
    """A team called like a person catches nothing that is meant for the person."""

    @pytest.mark.parametrize("typed", ["bob", "bob@example.org"])
    def test_a_person_is_added_by_user_name_or_address(self, as_, ann, bob, url, typed):
        make_team(typed, eve="owner")

        page = text(send(as_(ann), url + "sharing/", who=typed, do="add"))

        assert f'name="share" value="p{bob.pk}"' in page
        assert 'name="share" value="t' not in page

    @pytest.mark.usefixtures("bob")
    def test_a_full_name_that_a_team_has_too_is_asked_about(self, as_, ann, url):
        team = make_team("Bob Costa", eve="owner")

        added = text(send(as_(ann), url + "sharing/", who="Bob Costa", do="add"))
        given = text(send(as_(ann), url + "transfer/", who="Bob Costa"))

        for page in (added, given):
            assert "Bob Costa (bob)" in page
            assert f"Bob Costa (team {team.slug})" in page
        assert 'name="share"' not in added


def test_the_account_of_the_commons_itself_is_not_counted(as_, ann, url):
    house = make_person(STARTER_OWNER)
    Person.objects.filter(pk=house.pk).update(email="", password="!none")

    page = text(as_(ann).get(url + "sharing/"))

    assert "1 person here" in page


def test_everyone_is_not_everyone_when_it_is_labelled(as_, ann, notebook, url):
    words = "as far as they hold the access labels"
    before = text(as_(ann).get(url + "sharing/"))
    notebook.labels.add(make_label("Amber", ann))

    assert words not in before
    assert words in text(as_(ann).get(url + "sharing/"))
