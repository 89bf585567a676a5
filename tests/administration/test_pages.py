"""What the pages for administrators show and do."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from nbcommons.activity.models import AuditEntry
from nbcommons.administration.models import SiteNotice
from nbcommons.core import joblist, jobs
from nbcommons.intake.models import Draft, TagRule
from nbcommons.intake.queries.tag_rules import tag_rules
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Tag, Visibility
from nbcommons.people.models import Label, LabelHolding, Organisation, Person, Team
from nbcommons.people.operations import labels
from tests.factories.catalogue import publish
from tests.factories.curation import make_team
from tests.factories.organisation import make_organisation
from tests.factories.people import NOW, SYSTEM, make_person

pytestmark = pytest.mark.django_db


@jobs.job("tests.sweep")
def sweep(*, floor_id, **_later):
    del floor_id


def draft(person, title="Secret title"):
    now = timezone.now()
    return Draft.objects.create(
        person=person,
        file_name="secret.ipynb",
        data=b"",
        size_bytes=1500,
        cell_count=1,
        raw_bytes=1,
        title=title,
        language="python",
        created_at=now,
        expires_at=now + timedelta(minutes=30),
    )


class TestOverview:
    def test_counts_private_things_too(self, as_admin, admin):
        publish(admin, visibility=Visibility.PRIVATE)

        page = as_admin.get("/administration/").text

        assert "PostgreSQL" in page
        assert "0 open to everyone" in page
        assert "never heard of" in page  # no worker runs here
        assert "missing or damaged" in page  # nor is there an index

    def test_asks_the_database_a_few_times_only(self, as_admin, same_queries):
        with same_queries():
            as_admin.get("/administration/")


class TestLists:
    """At the size of a whole organisation."""

    @pytest.fixture(autouse=True)
    def _large(self):
        make_organisation(people=150, teams=60, labels=3)
        Tag.objects.bulk_create(Tag(name=f"tag {n:03}") for n in range(120))

    @pytest.mark.parametrize(
        "address",
        [
            "/administration/teams/",
            "/administration/organisations/",
            "/administration/labels/",
            "/administration/labels/label-00/",
            "/administration/tags/",
            "/administration/tag-rules/",
            "/administration/drafts/",
            "/administration/audit/",
            "/settings/people/",
        ],
    )
    def test_ask_as_often_for_few_as_for_many(self, as_admin, same_queries, address):
        with same_queries():
            full = as_admin.get(address)
        with same_queries():
            few = as_admin.get(f"{address}?q=1&person=person.00001")
        assert full.status_code == few.status_code == 200

    @pytest.mark.parametrize(
        "address", ["teams", "organisations", "labels/label-00", "tags", "tag-rules"]
    )
    @pytest.mark.parametrize("page", ["2", "999", "x", "-1", "9" * 400])
    def test_bear_any_page_number(self, as_admin, address, page):
        assert as_admin.get(f"/administration/{address}/?page={page}").status_code == 200

    def test_of_people_go_on_on_further_pages(self, as_admin):
        first = as_admin.get("/settings/people/").text
        third = as_admin.get("/settings/people/?page=3").text

        assert "person.00010" in first
        assert "person.00010" not in third
        assert "person.00120" in third

    def test_of_teams_show_those_without_an_owner(self, as_admin):
        team = Team.objects.get(slug="team-0007")
        team.memberships.filter(role="owner").delete()

        page = as_admin.get("/administration/teams/?owner=none").text

        assert "Team 0007" in page
        assert "Team 0008" not in page
        assert "Some teams have nobody" in as_admin.get("/administration/teams/").text


class TestOrganisations:
    def test_are_added_changed_and_taken_out(self, as_admin):
        as_admin.post("/administration/organisations/new/", {"name": "Trade", "parent": ""})
        trade = Organisation.objects.get()
        as_admin.post(
            "/administration/organisations/new/", {"name": "Customs", "parent": trade.pk}
        )
        customs = Organisation.objects.get(name="Customs")
        address = f"/administration/organisations/{customs.pk}/"
        as_admin.post(address, {"name": "Duties", "parent": ""})

        customs.refresh_from_db()
        assert (customs.name, customs.parent, customs.path) == ("Duties", None, [customs.pk])
        as_admin.post(address, {"change": "remove"})
        assert Organisation.objects.get() == trade

    def test_are_offered_no_place_below_themselves(self, as_admin):
        trade = Organisation.objects.create(name="Trade")
        Organisation.objects.filter(pk=trade.pk).update(path=[trade.pk])
        address = f"/administration/organisations/{trade.pk}/"

        assert as_admin.post(address, {"name": "Trade", "parent": trade.pk}).status_code == 422

    def test_come_in_by_a_list_after_a_look(self, as_admin):
        address = "/administration/organisations/import/"
        content = "id,name,parent\n1,Trade <b>,\n2,Customs,1\n"
        file = SimpleUploadedFile("tree.csv", content.encode())

        looked = as_admin.post(address, {"file": file, "change": "check"})

        assert not Organisation.objects.exists()
        assert "2 new" in looked.text
        assert "Trade &lt;b&gt;" in looked.text
        done = as_admin.post(address, {"text": content, "change": "import"})
        assert done.url == "/administration/organisations/"
        assert Organisation.objects.count() == 2

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            (b"id,name,parent\n1,Trade,1\n", "stands below itself"),
            (b"\xff\xfe\x00", "not text in UTF-8"),
            (b"id,name,parent\n" + b"x" * 2_000_001, "organisation import FILE.csv"),
        ],
    )
    def test_say_what_is_wrong_with_a_list(self, as_admin, content, told):
        file = SimpleUploadedFile("tree.csv", content)

        answer = as_admin.post("/administration/organisations/import/", {"file": file})

        assert answer.status_code == 422
        assert told in answer.text
        assert not Organisation.objects.exists()

    def test_want_a_file(self, as_admin):
        answer = as_admin.post("/administration/organisations/import/", {})

        assert answer.status_code == 422
        assert "Choose a file." in answer.text


class TestLabels:
    def test_are_made_granted_and_withdrawn(self, as_admin, admin):
        make_person("ann")
        made = as_admin.post("/administration/labels/", {"name": "Customs data"})
        assert made.url == "/administration/labels/customs-data/"
        tomorrow = timezone.now().date() + timedelta(days=1)

        as_admin.post(f"{made.url}grant/", {"username": "ANN", "last_day": tomorrow})

        holding = LabelHolding.objects.get()
        assert holding.granted_by == admin
        assert holding.expires_at.date() == tomorrow + timedelta(days=1)
        assert "ann" in as_admin.get(made.url).text
        as_admin.post(f"{made.url}withdraw/ann/", {"source": "administrator"})
        assert not LabelHolding.objects.exists()

    @pytest.mark.parametrize(
        "said",
        [{"username": "nobody"}, {"username": "ann", "last_day": "soon"}, {}],
    )
    def test_are_granted_to_people_until_a_day(self, as_admin, said):
        make_person("ann")
        labels.create_label(SYSTEM, name="Customs", at=NOW)

        answer = as_admin.post("/administration/labels/customs/grant/", said)

        assert answer.status_code == 422
        assert not LabelHolding.objects.exists()

    def test_called_as_another_are_said_to_be_so_where_they_were_typed(self, as_admin):
        labels.create_label(SYSTEM, name="Customs", at=NOW)
        said = {"name": "Customs", "description": "All that I typed."}

        answer = as_admin.post("/administration/labels/", said)

        assert answer.status_code == 422
        assert "All that I typed." in answer.text

    def test_are_not_granted_into_the_past(self, as_admin):
        make_person("ann")
        labels.create_label(SYSTEM, name="Customs", at=NOW)

        answer = as_admin.post(
            "/administration/labels/customs/grant/",
            {"username": "ann", "last_day": "2020-01-01"},
        )

        assert answer.status_code == 422

    def test_go_only_when_no_notebook_carries_them(self, as_admin, admin):
        label = labels.create_label(SYSTEM, name="Customs", at=NOW)
        notebook = publish(admin)
        notebook.labels.add(label)
        address = "/administration/labels/customs/"

        assert as_admin.post(address, {"change": "delete"}).status_code == 422
        notebook.labels.clear()
        assert as_admin.post(address, {"change": "delete"}).url == "/administration/labels/"
        assert not Label.objects.exists()


class TestTags:
    def test_are_renamed_and_the_index_hears_of_it(self, as_admin, admin):
        publish(admin, tags=("taxes",))
        tag = Tag.objects.get()

        as_admin.post(
            f"/administration/tags/{tag.pk}/", {"change": "rename", "name": " Tax  LAW "}
        )

        assert Tag.objects.get().name == "tax law"
        assert jobs_waiting("search.catch_up") == 1

    def test_become_one_when_asked_for(self, as_admin, admin):
        publish(admin, "A", tags=("tax", "law"))
        publish(admin, "B", tags=("taxes", "tax"))
        publish(admin, "C", tags=("taxes",))
        taxes = Tag.objects.get(name="taxes")
        address = f"/administration/tags/{taxes.pk}/"

        refused = as_admin.post(address, {"change": "rename", "name": "tax"})
        as_admin.post(address, {"change": "rename", "name": "tax", "may_merge": "on"})

        assert refused.status_code == 422
        assert set(Tag.objects.values_list("name", flat=True)) == {"tax", "law"}
        assert Notebook.objects.filter(tags__name="tax").count() == 3

    def test_are_taken_off_all_notebooks(self, as_admin, admin):
        publish(admin, tags=("tax",))
        tag = Tag.objects.get()

        as_admin.post(f"/administration/tags/{tag.pk}/", {"change": "delete"})

        assert not Tag.objects.exists()
        assert Notebook.objects.count() == 1

    def test_are_restricted_and_free_again(self, as_admin):
        as_admin.post("/administration/tags/", {"name": "Trusted"})
        tag = Tag.objects.get()
        assert (tag.name, tag.is_restricted) == ("trusted", True)

        as_admin.post(f"/administration/tags/{tag.pk}/", {"change": "free"})

        tag.refresh_from_db()
        assert not tag.is_restricted

    @pytest.mark.parametrize("name", ["", " , ", "x" * 41])
    def test_need_a_name(self, as_admin, name):
        tag = Tag.objects.create(name="tax")

        answer = as_admin.post(f"/administration/tags/{tag.pk}/", {"name": name})

        assert answer.status_code == 422


class TestTagRules:
    ADDRESS = "/administration/tag-rules/"
    PANDAS = f"{ADDRESS}rule/?kind=import&pattern=pandas"

    def test_are_listed_found_and_told_apart(self, as_admin):
        as_admin.post(self.ADDRESS, {"kind": "word", "pattern": "Late", "tags": "Delays"})

        whole = as_admin.get(self.ADDRESS).text
        assert "175 rules" not in whole
        assert "176 rules" in whole
        changed = as_admin.get(f"{self.ADDRESS}?only=changed").text
        assert "1 rule " in changed
        assert "kind=word&amp;pattern=late" in changed
        found = as_admin.get(f"{self.ADDRESS}?q=PANDAS&kind=import").text
        assert "pattern=pandas" in found
        assert "pattern=late" not in found

    def test_are_changed_and_put_back(self, as_admin, admin):
        page = as_admin.get(self.PANDAS).text
        assert 'value="tables"' in page
        assert "Back to what the commons ships" not in page

        as_admin.post(self.PANDAS, {"change": "save", "tags": " Data  Frames, sql,sql"})
        assert tag_rules().imports["pandas"] == ("data frames", "sql")
        assert "Back to what the commons ships" in as_admin.get(self.PANDAS).text

        as_admin.post(self.PANDAS, {"change": "restore"})
        assert tag_rules().imports["pandas"] == ("tables",)
        facts = AuditEntry.objects.filter(fact="TagRuleChanged")
        assert [entry.actor_id for entry in facts] == [admin.pk, admin.pk]

    def test_without_tags_propose_nothing(self, as_admin):
        as_admin.post(self.PANDAS, {"change": "save", "tags": ""})

        assert tag_rules().imports["pandas"] == ()

    @pytest.mark.parametrize("pattern", ["a/b?c&d=ä", "<b>", "data.table"])
    def test_are_about_any_text(self, as_admin, pattern):
        as_admin.post(self.ADDRESS, {"kind": "import", "pattern": pattern, "tags": "x"})
        link = re.search(
            r'href="([^"]*/rule/[^"]*)"', as_admin.get(f"{self.ADDRESS}?only=changed").text
        )

        page = as_admin.get(unescape(link[1]))

        assert page.status_code == 200
        assert "<b>" not in page.text.replace("<b>“", "")
        as_admin.post(unescape(link[1]), {"change": "restore"})
        assert pattern not in tag_rules().imports or pattern == "data.table"

    @pytest.mark.parametrize(
        "said",
        [{"kind": "colour", "pattern": "x"}, {"kind": "word", "pattern": " "}, {}],
    )
    def test_need_a_kind_and_a_pattern(self, as_admin, said):
        answer = as_admin.post(self.ADDRESS, {"tags": "x"} | said)

        assert answer.status_code == 422
        assert not TagRule.objects.exists()

    @pytest.mark.parametrize("asked", ["", "?kind=word&pattern=%00"])
    def test_that_are_not_there_lead_to_the_list(self, as_admin, asked):
        answer = as_admin.get(f"{self.ADDRESS}rule/{asked}", follow=True)

        assert answer.redirect_chain == [(self.ADDRESS, 302)]
        assert "There is no such rule any more." in answer.text


class TestNotices:
    def publish(self, as_admin, **said):
        form = {"text": "Down at **noon**", "tone": "info", "is_dismissible": "on"} | said
        return as_admin.post("/administration/notices/", form)

    def test_stand_on_every_page_until_put_away(self, as_admin, as_stranger):
        self.publish(as_admin)
        notice = SiteNotice.objects.get()

        assert "Down at <strong>noon</strong>" in as_stranger.get("/teams/").text
        away = as_stranger.post(f"/notices/{notice.pk}/dismiss/", {"next": "/teams/"})
        assert away.url == "/teams/"
        assert "noon" not in as_stranger.get("/teams/").text
        assert "noon" in as_admin.get("/teams/").text

    def test_said_otherwise_are_shown_again(self, as_admin, as_stranger):
        self.publish(as_admin)
        notice = SiteNotice.objects.get()
        as_stranger.post(f"/notices/{notice.pk}/dismiss/")

        address = f"/administration/notices/{notice.pk}/"
        as_admin.post(address, {"text": "Down at one", "tone": "warning"})

        page = as_stranger.get("/teams/").text
        assert "Down at one" in page
        assert "Put away" not in page
        assert as_stranger.post(f"/notices/{notice.pk}/dismiss/").status_code == 404

    def test_end_when_told_and_by_themselves(self, as_admin, as_stranger):
        self.publish(as_admin)
        notice = SiteNotice.objects.get()
        as_admin.post(f"/administration/notices/{notice.pk}/", {"change": "end"})
        assert "noon" not in as_stranger.get("/teams/").text

        self.publish(as_admin, last_day=timezone.now().date())
        assert "noon" in as_stranger.get("/teams/").text
        SiteNotice.objects.update(begins_at=NOW, ends_at=timezone.now())
        assert "noon" not in as_stranger.get("/teams/").text

    def test_cannot_bring_script_along(self, as_admin, as_stranger):
        self.publish(as_admin, text="<script>alert(1)</script> [x](javascript:alert(1))")

        page = as_stranger.get("/teams/").text

        assert "<script>alert" not in page
        assert 'href="javascript' not in page

    @pytest.mark.parametrize("said", [{"text": ""}, {"text": " "}, {"tone": "loud"}])
    def test_have_to_say_something(self, as_admin, said):
        assert self.publish(as_admin, **said).status_code == 422

    def test_in_the_past_are_refused(self, as_admin):
        assert self.publish(as_admin, last_day="2020-01-01").status_code == 422
        assert not SiteNotice.objects.exists()

    def test_are_not_for_strangers_to_put_on(self, as_stranger):
        assert self.publish(as_stranger).status_code == 404

    def test_never_lead_elsewhere_when_put_away(self, as_admin, as_stranger):
        self.publish(as_admin)
        notice = SiteNotice.objects.get()

        away = as_stranger.post(
            f"/notices/{notice.pk}/dismiss/", {"next": "https://evil.example/"}
        )

        assert away.url == "/"


class TestDrafts:
    def test_are_counted_and_not_shown(self, as_admin):
        draft(make_person("ann", full_name="Ann Abara"))

        page = as_admin.get("/administration/drafts/").text

        assert "Ann Abara" in page
        assert "2 kB" in page
        assert "Secret" not in page
        assert "secret.ipynb" not in page


class TestJobs:
    def test_show_what_waits_and_take_it_away(self, as_admin):
        sweep.defer(floor_id=3)
        page = as_admin.get("/administration/jobs/?state=todo").text
        assert "tests.sweep" in page
        assert "floor_id 3" in page
        number = page.partition('action="/administration/jobs/')[2].partition("/")[0]

        as_admin.post(f"/administration/jobs/{number}/", {"change": "cancel"})

        assert jobs_waiting("tests.sweep") == 0
        entry = AuditEntry.objects.get(fact="JobMended")
        assert entry.details["task"] == "tests.sweep"

    def test_that_are_gone_or_wait_do_not_run_again(self, as_admin):
        sweep.defer(floor_id=3)

        for job_id in (1, 10**9):
            answer = as_admin.post(f"/administration/jobs/{job_id}/", {"change": "again"})
            assert answer.status_code == 404

    @pytest.mark.parametrize("query", ["?state=odd", "?state=todo&page=7&task=no.such"])
    def test_bear_any_address(self, as_admin, query):
        assert as_admin.get(f"/administration/jobs/{query}").status_code in {200, 404}


class TestAudit:
    def test_finds_what_somebody_did_and_what_was_done_to_them(self, as_admin):
        ann, ben = make_person("ann"), make_person("ben")
        label = labels.create_label(SYSTEM, name="Customs", at=NOW)
        labels.grant_label(SYSTEM, label, ann, at=NOW)
        labels.grant_label(SYSTEM, label, ben, at=NOW)
        AuditEntry.objects.create(at=NOW, fact="Odd", actor_id=ann.pk)

        page = as_admin.get("/administration/audit/?person=ANN").text

        assert page.count("<td>Label granted") == 1
        assert "person: Amara Osei (ann)" in page
        assert "label: Customs" in page
        assert "<td>Odd" in page
        assert "(ben)" not in page

    def test_says_how_sharing_changed(self, as_admin, admin):
        ann = make_person("ann", full_name="Ann Abara")
        make_person("ben")
        notebook = publish(admin, "Late payers", visibility="private")
        team = make_team("Fraud", ben="member")
        label = labels.create_label(SYSTEM, name="Customs", at=NOW)
        said = {"actor_id": admin.pk, "at": NOW}
        editors = [
            catalogue.ShareWith(person_id=ann.pk),
            catalogue.ShareWith(team_id=team.pk, may_edit=True),
        ]
        catalogue.set_shares(notebook, editors, **said)
        catalogue.set_visibility(notebook, "shared", **said)
        catalogue.set_labels(notebook, [label.pk], **said)

        page = as_admin.get("/administration/audit/?fact=SharingChanged").text
        assert "shared with: Ann Abara (ann) (may read), team Fraud (may edit)" in page
        assert "who may see it: Only me → People and teams I name" in page
        assert "access labels put on: Customs" in page

        catalogue.set_shares(notebook, editors[1:], **said)
        catalogue.set_labels(notebook, [], **said)
        removed = as_admin.get("/administration/audit/?person=ann").text
        assert "no longer shared with: Ann Abara (ann)" in removed
        assert "access labels" not in removed
        table = as_admin.get("/administration/audit/export/?fact=SharingChanged")
        told = b"".join(table.streaming_content).decode()
        assert "access labels taken off: Customs" in told

    def test_tells_and_asks_for_days_by_the_clock_of_whoever_reads(self, as_admin, admin):
        AuditEntry.objects.all().delete()
        late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
        AuditEntry.objects.create(at=late, fact="Odd", actor_id=admin.pk)
        Person.objects.filter(pk=admin.pk).update(time_zone="Asia/Tokyo")

        page = as_admin.get("/administration/audit/?begin=2026-11-21&end=2026-11-21").text

        assert "2026-11-21 08:30:00" in page
        assert "Times in Asia/Tokyo" in page
        assert (
            "Odd"
            not in as_admin.get("/administration/audit/?end=2026-11-20").text.split("<tbody>")[
                1
            ]
        )

    def test_says_who_looked_after_a_notebook(self, as_admin, admin):
        ann = make_person("ann", full_name="Ann Abara")
        notebook = publish(ann, "Late payers")
        team = make_team("Fraud", root="owner")

        catalogue.set_owner(notebook, team_id=team.pk, actor_id=admin.pk, at=NOW)

        page = as_admin.get("/administration/audit/?person=ann").text
        assert "old owner: Ann Abara (ann)" in page
        assert "new team: team Fraud" in page

    def test_narrows_to_a_notebook_a_fact_and_days(self, as_admin, admin):
        one, other = publish(admin, "One"), publish(admin, "Other")
        AuditEntry.objects.all().delete()
        for day, notebook in ((1, one), (2, one), (3, other)):
            AuditEntry.objects.create(
                at=NOW.replace(day=day), fact="NotebookOpened", notebook_id=notebook.pk
            )
        address = "/administration/audit/"

        def count(query):
            return as_admin.get(address + query).text.count("<td>Notebook opened")

        assert count("") == 3
        assert count(f"?notebook=https://host/notebooks/{one.uuid}/x/") == 2
        assert count("?begin=2026-11-02&end=2026-11-02") == 1
        assert count("?fact=NotebookOpened") == 3
        assert count("?fact=Nothing") == 0

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("?person=nobody", "nobody here called"),
            ("?notebook=xyz", "No notebook has this address"),
            ("?begin=soon", "is no day"),
            ("?begin=2026-02-31", "is no day"),
        ],
    )
    def test_says_what_means_nothing(self, as_admin, query, told):
        assert told in as_admin.get(f"/administration/audit/{query}").text

    def test_turns_pages_without_losing_or_repeating(self, as_admin):
        AuditEntry.objects.all().delete()
        AuditEntry.objects.bulk_create(
            AuditEntry(at=NOW, fact=f"Fact{n:03}") for n in range(120)
        )
        seen, address = [], "/administration/audit/"
        while address:
            page = as_admin.get(address).text
            seen += [
                line.partition("<td>")[2] for line in page.splitlines() if "<td>Fact" in line
            ]
            older = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
            address = (
                "/administration/audit/" + older.replace("&amp;", "&")
                if 'rel="next"' in page
                else ""
            )

        assert len(seen) == len(set(seen)) == 120

    def test_goes_out_as_a_table_and_says_so(self, as_admin, admin):
        AuditEntry.objects.all().delete()
        AuditEntry.objects.create(at=NOW, fact="=cmd()", actor_id=admin.pk, details={"a": 1})
        AuditEntry.objects.bulk_create(AuditEntry(at=NOW, fact="Other") for _ in range(2_500))

        answer = as_admin.get("/administration/audit/export/?fact=%3Dcmd()")
        rows = list(csv.reader(io.StringIO(answer.getvalue().decode())))
        everything = as_admin.get("/administration/audit/export/").getvalue().decode()

        assert answer.streaming
        assert rows[0][:4] == ["entry", "at (UTC)", "fact", "by"]
        assert rows[1][2:4] == ["'=cmd()", "admin"]
        assert len(rows) == 2
        assert len(everything.splitlines()) == 1 + 1 + 2_500 + 2  # and what was exported
        assert AuditEntry.objects.filter(fact="AuditLogExported").count() == 2


def jobs_waiting(task: str) -> int:
    return dict(joblist.counts_by_task("todo")).get(task, 0)


def test_people_belong_somewhere(as_admin):
    """The figure of people without an organisation is right."""
    make_organisation(people=7, teams=0, labels=0)
    Person.objects.filter(username="person.00001").update(organisation=None)

    page = as_admin.get("/administration/organisations/").text

    assert "2 people belong to none" in page  # and the administrator


class TestStrangeValues:
    """What no form of a browser sends, and days at the end of the calendar."""

    @pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30", "0001-01-01"])
    def test_a_day_at_an_end_of_the_calendar_is_no_accident(self, as_admin, admin, day):
        label = labels.create_label(SYSTEM, name="amber", at=NOW)
        grant = {"username": admin.username, "last_day": day}
        notice = {"text": "Hello", "tone": "info", "last_day": day}

        answers = [
            as_admin.post(f"/administration/labels/{label.slug}/grant/", grant),
            as_admin.post("/administration/notices/", notice),
            as_admin.get("/administration/audit/", {"end": day, "begin": day}),
            as_admin.get("/administration/audit/export/", {"end": day, "begin": day}),
        ]

        assert all(answer.status_code < 500 for answer in answers)

    def test_the_last_of_all_days_is_for_ever(self, as_admin, admin):
        label = labels.create_label(SYSTEM, name="amber", at=NOW)
        grant = {"username": admin.username, "last_day": "9999-12-31"}

        as_admin.post(f"/administration/labels/{label.slug}/grant/", grant)

        assert LabelHolding.objects.get().expires_at is None

    @pytest.mark.parametrize("value", ["\x00", "a\x00b", "\u202e"])
    def test_signs_that_cannot_be_kept_are_no_accident(self, as_admin, admin, value):
        label = labels.create_label(SYSTEM, name="amber", at=NOW)
        tag = Tag.objects.create(name="late")
        made = Organisation.objects.create(name="Trade")
        rule = "/administration/tag-rules/rule/"
        posts = {
            "/administration/tags/": ("name",),
            f"/administration/tags/{tag.pk}/": ("name", "change"),
            "/administration/labels/": ("name", "description", "claim_name"),
            f"/administration/labels/{label.slug}/": ("name", "change"),
            f"/administration/labels/{label.slug}/grant/": ("username", "last_day"),
            f"/administration/labels/{label.slug}/withdraw/{admin.username}/": ("source",),
            "/administration/notices/": ("text", "tone", "last_day"),
            "/administration/organisations/new/": ("name", "parent"),
            f"/administration/organisations/{made.pk}/": ("name", "parent", "change"),
            "/administration/organisations/import/": ("text", "change"),
            "/administration/tag-rules/": ("kind", "pattern", "tags"),
            rule: ("tags", "change"),
        }
        raw = value.encode()
        told = "".join(f"%{byte:02X}" for byte in raw)
        for address, names in posts.items():
            body = "&".join(f"{name}={told}" for name in names)
            for place in (address, f"{address}?kind={told}&pattern={told}&q={told}"):
                answer = as_admin.post(
                    place, body, content_type="application/x-www-form-urlencoded"
                )
                assert answer.status_code < 500, place
                assert answer.status_code != 404 or "withdraw" in place, place
            assert as_admin.get(f"{address}?kind={told}&pattern={told}").status_code < 500
        assert set(Tag.objects.values_list("name", flat=True)) <= {"late", "ab"}
