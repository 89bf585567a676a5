"""Finding notebooks and keeping what was found: the form, chips, feeds, wishes, shelves, links."""

import re
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, strategies as st

from nbcommons.gallery.queries.addresses import Address, address_from
from nbcommons.gallery.queries.builder import Builder, builder_for, builder_from, text_of
from nbcommons.gallery.queries.short import notebook_of_short, short_url
from nbcommons.gallery.queries.titled import titled_path
from nbcommons.notebooks.models import Notebook, Tag, Visibility
from nbcommons.people.models import Person
from nbcommons.search.models import FeedKey, SavedSearch, WantedNotebook
from nbcommons.search.queries import parse
from tests.factories.executions import actor_for, make_person
from tests.factories.gallery import bring_in

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def shelf(author, indexed):
    """An open and a private notebook, in the index."""
    shown = bring_in(author, "Rank late payers")
    hidden = bring_in(author, "Secret zebra payers", visibility=Visibility.PRIVATE)
    indexed()
    return shown, hidden


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


class TestBuilder:
    def test_writes_what_a_person_would_type(self):
        written = text_of(
            Builder(
                words="late payers",
                phrase="by month",
                without="draft old",
                tag="money, name matching",
                owner="Priya Raman",
                category="course",
                since="2026-01-01",
                until="2026-02-01",
            )
        )

        assert written == (
            'late payers "by month" -draft -old owner:"Priya Raman" category:course tag:money '
            'tag:"name matching" updated:2026-01-01..2026-02-01'
        )

    @pytest.mark.parametrize(
        "typed",
        [
            'late "by month" -draft title:rank tag:money tag:"a b" owner:priya team:fraud',
            "language:r category:course health:healthy package:pandas updated:>=2026-01-01",
            "updated:<=2026-01-01 -tag:x created:2025 updated:2026 is:deprecated label:red",
            "",
        ],
    )
    def test_is_filled_in_with_a_search_and_writes_it_again(self, typed):
        written = parse(text_of(builder_for(parse(typed))))

        assert sorted(map(str, written.parts)) == sorted(map(str, parse(typed).parts))

    @given(
        st.dictionaries(
            st.sampled_from(["words", "phrase", "without", "tag", "owner", "since", "health"]),
            st.text(max_size=30),
        )
    )
    def test_makes_something_of_whatever_is_filled_in(self, data):
        written = text_of(builder_from(data))

        assert str(parse(written)) == written

    @pytest.mark.django_db
    def test_leads_to_the_list_without_script(self, visit):
        response = visit.get("/notebooks/build/", {"words": "late", "tag": "a b", "title": ""})

        assert response.headers["Location"] == "/notebooks/?q=late+tag%3A%22a+b%22"


@pytest.mark.django_db
class TestBrowse:
    @pytest.mark.usefixtures("shelf")
    def test_shows_filters_that_were_typed_as_chips_that_take_them_off(self, visit):
        page = text(visit.get("/notebooks/", {"q": "payers language:python updated:>2020-01"}))

        assert "Rank late payers" in page
        assert "Language: python" in page
        assert 'href="/notebooks/?q=payers+updated%3A%3E2020-01"' in page
        assert "Changed: after 2020-01" in page

    @pytest.mark.usefixtures("shelf")
    def test_says_what_it_did_not_understand(self, visit):
        page = text(visit.get("/notebooks/", {"q": "payers colour:red health:great"}))

        assert "There is no filter “colour:”" in page
        assert "Health takes healthy, unhealthy or unknown" in page
        tags = " ".join(f"tag:t{number}" for number in range(13))
        page = text(visit.get("/notebooks/", {"q": tags}))
        assert "Left out: “tag:t8”, “tag:t9”, “tag:t10” and 2 more." in page

    def test_asks_whether_something_else_was_meant(self, visit, author, indexed):
        for number in range(6):
            bring_in(author, f"Rank invoices {number}")
        bring_in(author, "Rank invoces")
        indexed()

        page = text(visit.get("/notebooks/", {"q": "invoces"}))

        assert "Did you mean" in page
        assert 'href="/notebooks/?q=invoices"' in page

    @pytest.mark.usefixtures("shelf")
    def test_helps_where_nothing_was_found(self, visit):
        page = text(visit.get("/notebooks/", {"q": "payers tag:nosuch"}))

        assert "Nothing on the shelf for this, yet" in page
        assert 'href="/notebooks/?q=payers"' in page
        assert 'href="/wanted/?wish=payers"' in page

    @pytest.mark.usefixtures("author")
    def test_leaves_deprecated_ones_out_until_asked(self, visit, shelf, indexed):
        shown, _ = shelf
        Notebook.objects.filter(pk=shown.pk).update(deprecated_at=shown.created_at)
        indexed()

        assert "Rank late payers" not in text(visit.get("/notebooks/", {"q": "payers"}))
        page = text(visit.get("/notebooks/", {"q": "payers", "deprecated": "1"}))
        assert "Rank late payers" in page

    def test_keeps_every_choice_in_the_address(self):
        address = Address(
            text="late",
            teams=("fraud",),
            organisations=("3",),
            packages=("pandas",),
            owner="priya",
            with_deprecated=True,
        )

        assert address_from(QueryDict(address.url.partition("?")[2])) == address

    @pytest.mark.parametrize(
        "query",
        [
            "organisation=abc",
            "organisation=99999999999999999999",
            "team=%00",
            "owner=nobody",
            "package=%F0",
            "q=updated:>=0000-01-01",
            "q=updated:9999",
            "q=created:>9999-12-31",
            "page=500&sort=title",
        ],
    )
    @pytest.mark.usefixtures("shelf")
    def test_no_address_is_an_error(self, visit, query):
        assert visit.get(f"/notebooks/?{query}").status_code == 200


@pytest.mark.django_db
class TestComplete:
    def test_offers_titles_tags_people_and_packages_and_where_they_lead(
        self, visit, author, indexed
    ):
        Person.objects.filter(pk=author.pk).update(full_name="Pandora Box")
        notebook = bring_in(author, "Panda counts")
        indexed()

        page = text(visit.get("/complete/", {"q": "pan"}))

        assert f'data-href="/notebooks/{notebook.uuid}/"' in page
        assert 'data-href="/people/author/"' in page
        assert 'data-href="/notebooks/?package=pandas"' in page
        assert "Pandora Box" in page

    @pytest.mark.usefixtures("author", "shelf")
    def test_offers_nothing_that_one_may_not_see(self, visit, indexed):
        spy = make_person("zebulon")
        bring_in(spy, "Zebra stripes", visibility=Visibility.PRIVATE)
        indexed()

        for typed in ("zeb", "secret", "zebra", "sec"):
            assert "option" not in text(visit.get("/complete/", {"q": typed}))

    @pytest.mark.parametrize("typed", ["", " ", "\0", "x" * 5000, "<b>", "'"])
    @pytest.mark.usefixtures("shelf")
    def test_answers_whatever_is_typed(self, visit, typed):
        assert visit.get("/complete/", {"q": typed}).status_code == 200


@pytest.mark.django_db
class TestSavedSearches:
    def save(self, client, query="q=late&sort=newest&page=3", name="Late ones"):
        return client.post("/notebooks/save/", {"name": name, "query": query})

    @pytest.mark.usefixtures("shelf")
    def test_are_kept_listed_and_deleted(self, visit, reader):
        response = self.save(visit)

        assert response.headers["Location"] == "/notebooks/?q=late&sort=newest"
        saved = SavedSearch.objects.get(person=reader)
        page = text(visit.get("/notebooks/"))
        assert 'href="/notebooks/?q=late&amp;sort=newest"' in page
        assert "Late ones" in page
        visit.post(f"/notebooks/saved/{saved.pk}/")
        assert not SavedSearch.objects.exists()

    @pytest.mark.usefixtures("shelf")
    def test_are_nobody_elses(self, visit, author):
        self.save(visit)
        other = Client()
        other.force_login(author)

        assert "Late ones" not in text(other.get("/notebooks/"))
        saved = SavedSearch.objects.get()
        assert other.post(f"/notebooks/saved/{saved.pk}/").status_code == 404
        assert SavedSearch.objects.exists()

    def test_of_the_same_name_replace_each_other(self, visit):
        self.save(visit)
        self.save(visit, query="q=early")

        assert SavedSearch.objects.get().query == "q=early"

    def test_want_a_name(self, visit):
        assert self.save(visit, name="  ").status_code == 422

    def test_keep_only_what_a_list_can_be_asked_for(self, visit):
        self.save(visit, query="q=late&next=https://evil.example&part=results")

        assert SavedSearch.objects.get().query == "q=late"


@pytest.mark.django_db
class TestFeeds:
    def entries(self, response) -> list[str]:
        root = ET.fromstring(response.content)
        return [entry.findtext(f"{ATOM}title") or "" for entry in root.findall(f"{ATOM}entry")]

    def address(self, client) -> str:
        client.post("/notebooks/feeds/", {"change": "new", "query": "q=payers"})
        page = text(client.get("/notebooks/", {"q": "payers"}))
        return re.search(r'class="feedurl" href="([^"]+)"', page)[1]

    @pytest.mark.usefixtures("shelf")
    def test_tell_what_is_in_a_list(self, visit):
        response = visit.get("/feeds/notebooks.atom?q=payers")

        assert response.headers["Content-Type"].startswith("application/atom+xml")
        assert self.entries(response) == ["Rank late payers"]
        assert b"Secret" not in response.content

    @pytest.mark.usefixtures("shelf")
    def test_say_whose_list_they_are_and_where_they_are_found(self, visit):
        root = ET.fromstring(
            visit.get("/feeds/notebooks.atom?q=payers&language=python").content
        )

        assert "payers, Language: Python" in root.findtext(f"{ATOM}title")
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert links["self"].endswith("/feeds/notebooks.atom?q=payers&language=python")
        assert links["alternate"].endswith("/notebooks/?q=payers&language=python")
        entry = root.find(f"{ATOM}entry/{ATOM}link").get("href")
        assert entry.endswith("/rank-late-payers/")

    def test_hold_nothing_of_the_notebooks_themselves(self, visit, author, indexed):
        bring_in(author, "Shown", cells=(("code", "canary_of_code = 1"),))
        indexed()

        assert b"canary_of_code" not in visit.get("/feeds/notebooks.atom").content

    def test_escape_what_people_write(self, visit, author, indexed):
        bring_in(author, "Ask <b>& more</b>", cells=(("markdown", "Why <i>not</i> & so?"),))
        indexed()

        root = ET.fromstring(visit.get("/feeds/notebooks.atom").content)

        summary = root.find(f"{ATOM}entry/{ATOM}summary")
        assert summary is None or "<i>" not in (summary.text or "")

    @pytest.mark.parametrize("sign", [*"\x07\x0b\x0c\x1f\ufffe\uffff"])
    def test_leave_out_what_no_feed_can_hold(self, visit, author, indexed, sign):
        """One such sign in a title would take the feed from everybody."""
        notebook = bring_in(author, "Bell")
        tag = Tag.objects.create(name=f"a{sign}b")
        notebook.tags.add(tag)
        notebook.title, notebook.purpose = f"Bell{sign} x", f"Rings{sign}"
        notebook.save()
        indexed()

        response = visit.get("/feeds/notebooks.atom", {"q": "", "owner": ""})
        assert self.entries(response) == ["Bell x"]
        assert b"Rings" in response.content
        for query in ({"q": f"bell{sign}"}, {"tag": f"z{sign}"}):
            answer = visit.get("/feeds/notebooks.atom", query)
            assert ET.fromstring(answer.content) is not None

    @pytest.mark.usefixtures("shelf")
    def test_are_for_those_who_are_signed_in_or_know_the_secret(self, visit):
        stranger = Client()
        assert stranger.get("/feeds/notebooks.atom").status_code == 302

        address = self.address(visit)

        assert self.entries(stranger.get(address)) == ["Rank late payers"]

    @pytest.mark.usefixtures("shelf")
    def test_by_key_show_what_their_person_may_see_now(self, visit, author):
        owner = Client()
        owner.force_login(author)
        theirs = self.address(owner)
        assert len(self.entries(Client().get(theirs))) == 2

        assert len(self.entries(Client().get(self.address(visit)))) == 1
        author.is_active = False
        author.save()
        assert Client().get(theirs).status_code == 404

    @pytest.mark.usefixtures("shelf")
    def test_can_be_replaced_and_switched_off(self, visit):
        first = self.address(visit)
        second = self.address(visit)
        assert first != second
        assert Client().get(first).status_code == 404
        assert Client().get(second).status_code == 200

        visit.post("/notebooks/feeds/", {"change": "off"})

        assert Client().get(second).status_code == 404

    @pytest.mark.usefixtures("reader", "shelf")
    def test_forged_secrets_open_nothing(self, visit):
        secret = self.address(visit).split("/")[2]
        person, generation, sign = secret.split("-")
        for forged in (
            f"{int(person) + 1}-{generation}-{sign}",
            f"{person}-{int(generation) + 1}-{sign}",
            f"{person}-{generation}-{'0' * 40}",
            f"{person}-{generation}-",
            "x",
            f"{'9' * 30}-1-{sign}",
        ):
            assert Client().get(f"/feeds/{forged}/notebooks.atom").status_code == 404

    @pytest.mark.usefixtures("shelf")
    def test_by_key_open_nothing_else(self, visit):
        secret = self.address(visit).split("/")[2]
        program = Client(headers={"Authorization": f"Bearer {secret}"})

        assert program.get("/api/v1/search").status_code == 401

    @pytest.mark.usefixtures("shelf")
    def test_of_my_own_notebooks(self, author):
        owner = Client()
        owner.force_login(author)

        assert len(self.entries(owner.get("/feeds/mine.atom"))) == 2
        secret = self.address(owner).split("/")[2]
        assert len(self.entries(Client().get(f"/feeds/{secret}/mine.atom"))) == 2

    @pytest.mark.usefixtures("shelf")
    def test_are_not_sent_twice(self, visit):
        first = visit.get("/feeds/notebooks.atom")

        again = visit.get("/feeds/notebooks.atom", headers={"If-None-Match": first["ETag"]})

        assert again.status_code == 304

    @pytest.mark.usefixtures("indexed")
    def test_say_so_while_there_is_no_index(self, visit):
        assert visit.get("/feeds/notebooks.atom").status_code == 503

    @pytest.mark.usefixtures("shelf")
    def test_remember_when_they_were_read(self, visit):
        address = self.address(visit)
        assert FeedKey.objects.get().last_used_at is None

        Client().get(address)

        assert FeedKey.objects.get().last_used_at is not None


@pytest.mark.django_db
class TestWanted:
    def test_a_wish_is_asked_answered_and_shown(self, visit, shelf, author):
        shown, _ = shelf
        visit.post("/wanted/", {"wish": "Rank <late> payers", "details": "For the bank"})
        other = Client()
        other.force_login(author)
        wish = WantedNotebook.objects.get()
        page = text(other.get("/wanted/"))
        assert "Rank &lt;late&gt; payers" in page

        other.post(
            f"/wanted/{wish.pk}/answer/",
            {"notebook": f"http://localhost/notebooks/{shown.uuid}/?x=1"},
        )

        assert f'href="/notebooks/{shown.uuid}/"' in text(visit.get("/wanted/"))

    def test_an_answer_must_be_readable_for_who_asked(self, visit, shelf, author):
        _, hidden = shelf
        visit.post("/wanted/", {"wish": "Zebras"})
        wish = WantedNotebook.objects.get()
        other = Client()
        other.force_login(author)

        answer = other.post(f"/wanted/{wish.pk}/answer/", {"notebook": str(hidden.uuid)})

        assert answer.status_code == 422
        assert visit.post(
            f"/wanted/{wish.pk}/answer/", {"notebook": str(hidden.uuid)}
        ).status_code == 422  # fmt: skip

    @pytest.mark.usefixtures("author")
    def test_an_answer_that_was_hidden_later_is_not_named(self, visit, shelf):
        shown, _ = shelf
        visit.post("/wanted/", {"wish": "Payers"})
        wish = WantedNotebook.objects.get()
        visit.post(f"/wanted/{wish.pk}/answer/", {"notebook": str(shown.uuid)})
        Notebook.objects.filter(pk=shown.pk).update(visibility=Visibility.PRIVATE)

        page = text(visit.get("/wanted/"))

        assert "Rank late payers" not in page
        assert "Somebody has pointed to a notebook for it." in page

    def test_is_taken_back_by_who_asked_alone(self, visit, author):
        visit.post("/wanted/", {"wish": "Payers"})
        wish = WantedNotebook.objects.get()
        other = Client()
        other.force_login(author)

        assert other.post(f"/wanted/{wish.pk}/withdraw/").status_code == 403
        visit.post(f"/wanted/{wish.pk}/withdraw/")
        assert not WantedNotebook.objects.exists()

    def test_the_same_wish_stands_there_once(self, visit):
        for wish in ("Payers", "payers ", ""):
            visit.post("/wanted/", {"wish": wish})

        assert WantedNotebook.objects.count() == 1

    @pytest.mark.usefixtures("reader", "shelf")
    def test_asks_the_database_the_same_number_of_times(self, visit):
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        counts = []
        for many in (2, 12):
            for number in range(many):
                visit.post("/wanted/", {"wish": f"Wish {many} {number}"})
            with CaptureQueriesContext(connection) as asked:
                visit.get("/wanted/")
            counts.append(len(asked))
        assert counts[0] == counts[1]


@pytest.mark.django_db
class TestShelves:
    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("/tags/", "tables"),
            ("/languages/", "Python"),
            ("/packages/", "pandas"),
            ("/people/", "author"),
        ],
    )
    @pytest.mark.usefixtures("shelf")
    def test_list_what_the_reader_may_see(self, visit, path, words):
        page = text(visit.get(path))

        assert words in page
        assert "1 notebook" in page

    @pytest.mark.usefixtures("author")
    def test_hide_what_only_others_may_see(self, visit, indexed):
        bring_in(make_person("spy"), "Zebra", visibility=Visibility.PRIVATE)
        indexed()

        for path in ("/tags/", "/languages/", "/packages/", "/people/"):
            page = text(visit.get(path))
            assert "zebra" not in page.lower().replace("zebra-", "")
            assert "/people/spy/" not in page

    @pytest.mark.usefixtures("shelf")
    def test_one_of_them_is_a_list_with_a_name(self, visit):
        page = text(visit.get("/packages/Pandas/"))

        assert "Rank late payers" in page
        assert visit.get("/languages/python/").status_code == 200
        assert visit.get("/tags/nosuch/").status_code == 404
        assert visit.get("/packages/zebra/").status_code == 404

    @pytest.mark.usefixtures("indexed")
    def test_say_so_while_there_is_no_index(self, visit):
        assert "The index of notebooks is being made" in text(visit.get("/tags/"))


@pytest.mark.django_db
class TestShortLinks:
    def test_lead_to_the_notebook(self, visit, shelf):
        shown, hidden = shelf

        short = short_url(shown)

        assert re.fullmatch(r"/n/[0-9a-f]{8}/", short)
        assert visit.get(short).headers["Location"] == f"/notebooks/{shown.uuid}/"
        assert visit.get(short.upper()).status_code == 404  # only the signs may be large
        assert visit.get(f"/n/{shown.uuid.hex[:8].upper()}/").status_code == 302
        assert visit.get(short_url(hidden)).status_code == 404

    def test_of_two_that_begin_alike_go_on_leading_where_they_led(self, reader, author):
        first, second = bring_in(author, "First"), bring_in(author, "Second")
        Notebook.objects.filter(pk=first.pk).update(
            uuid=UUID(f"abcdef12-1{'0' * 3}-{'1' * 4}-1111-{'1' * 12}")
        )
        Notebook.objects.filter(pk=second.pk).update(
            uuid=UUID(f"abcdef12-2{'0' * 3}-{'1' * 4}-1111-{'1' * 12}")
        )
        first.refresh_from_db()
        second.refresh_from_db()

        assert short_url(first) == "/n/abcdef12/"
        assert short_url(second) == "/n/abcdef122000/"
        actor = actor_for(reader)
        assert notebook_of_short(actor, "abcdef12") == first
        assert notebook_of_short(actor, "abcdef122000") == second
        Notebook.objects.filter(pk=first.pk).update(visibility=Visibility.PRIVATE)
        assert notebook_of_short(actor, "abcdef12") is None

    @pytest.mark.parametrize("short", ["abc", "zzzzzzzz", "0" * 33, "%00", "abcdef1g"])
    def test_that_lead_nowhere_are_not_there(self, visit, short):
        assert visit.get(f"/n/{short}/").status_code == 404


@pytest.mark.django_db
class TestAddressesWithTitles:
    def test_show_the_notebook_and_are_its_canonical_ones(self, visit, shelf):
        shown, hidden = shelf
        url = f"/notebooks/{shown.uuid}/"

        canonical = re.search(r'rel="canonical" href="([^"]+)"', text(visit.get(url)))[1]
        assert canonical.endswith(f"{url}rank-late-payers/")
        assert "<h1>Rank late payers</h1>" in text(visit.get(f"{url}rank-late-payers/"))
        assert visit.get(f"{url}rank-late-payers/?part=health").status_code == 200
        assert visit.get(f"/notebooks/{hidden.uuid}/secret-zebra-payers/").status_code == 404

    def test_with_an_older_title_lead_to_the_one_with_the_new(self, visit, shelf):
        shown, hidden = shelf
        url = f"/notebooks/{shown.uuid}/"
        Notebook.objects.filter(pk=shown.pk).update(title="Who pays late: Überblick")

        old = visit.get(f"{url}rank-late-payers/")

        assert old.status_code == 302  # not for ever: a title may change back
        assert old.headers["Location"] == f"{url}who-pays-late-uberblick/"
        version = visit.get(f"{url}rank-late-payers/?version=2&theme=dark")
        assert version.headers["Location"].endswith("uberblick/?version=2&theme=dark")
        assert visit.get(f"/notebooks/{hidden.uuid}/any-title/").status_code == 404

    @pytest.mark.parametrize("title", ["Versions", "数据", "Run", "?!"])
    def test_stay_plain_where_the_title_cannot_stand_there(self, visit, shelf, title):
        shown, _ = shelf
        url = f"/notebooks/{shown.uuid}/"
        Notebook.objects.filter(pk=shown.pk).update(title=title)

        assert titled_path(shown.uuid, title) == url
        assert visit.get(f"{url}what-it-was-called-before/").headers["Location"] == url


@pytest.mark.django_db
class TestForPrograms:
    def test_browsers_learn_how_to_search_here(self, client):
        response = client.get("/opensearch.xml")

        root = ET.fromstring(response.content)
        url = root.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
        assert url.attrib["template"].endswith("/notebooks/?q={searchTerms}")
        assert b'type="application/x-suggestions+json"' in response.content
        assert 'rel="search"' in text(client.get("/sign-in/"))

    @pytest.mark.usefixtures("shelf")
    def test_browsers_are_told_what_may_be_meant(self, visit):
        response = visit.get("/complete/?q=pay&as=suggestions")

        assert response.headers["Content-Type"] == "application/x-suggestions+json"
        assert response.json() == [
            "pay",
            ["payments", "Rank late payers", "payers"],
        ]

    def test_robots_are_kept_out(self, client, settings):
        assert "Disallow: /\n" in text(client.get("/robots.txt"))

        settings.NBCOMMONS_ANONYMOUS_READING = True

        lines = text(client.get("/robots.txt")).splitlines()
        assert "Disallow: /" not in lines
        assert "Disallow: /feeds/" in lines
