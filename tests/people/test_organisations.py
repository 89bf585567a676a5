"""The tree of organisations: its list from outside, paths from claims, changes by hand."""

import pytest
from hypothesis import HealthCheck, given, settings as examples, strategies as st

from nbcommons.activity.models import AuditEntry
from nbcommons.core.errors import Denied
from nbcommons.people import rosters
from nbcommons.people.errors import NameTaken
from nbcommons.people.models import Organisation
from nbcommons.people.operations import organisations as tree
from tests.factories.people import SYSTEM, actor_of, make_person

pytestmark = pytest.mark.django_db

LIST = """id,name,parent
1,Trade,
2,Customs,1
3,Ports,2
4,Tax,
"""


def paths() -> list[str]:
    return [path for _, path in rosters.organisation_choices()]


def is_sound() -> bool:
    """Whether every path is the parent's path and one's own key."""
    return all(
        row.path == [*(row.parent.path if row.parent else []), row.pk]
        for row in Organisation.objects.select_related("parent")
    )


class TestImport:
    def test_makes_the_tree(self):
        report = tree.import_organisations(SYSTEM, LIST)

        assert report.added == ("Trade", "Tax", "Customs", "Ports")
        assert paths() == ["Tax", "Trade", "Trade / Customs", "Trade / Customs / Ports"]
        assert is_sound()

    def test_done_again_changes_nothing(self):
        tree.import_organisations(SYSTEM, LIST)
        before = list(Organisation.objects.values_list("pk", "name", "path"))

        report = tree.import_organisations(SYSTEM, LIST)

        assert not report.changes_anything
        assert list(Organisation.objects.values_list("pk", "name", "path")) == before
        assert AuditEntry.objects.filter(fact="OrganisationsImported").count() == 1

    def test_as_a_dry_run_writes_nothing(self):
        report = tree.import_organisations(SYSTEM, LIST, is_dry_run=True)

        assert len(report.added) == 4
        assert not Organisation.objects.exists()

    def test_moves_and_renames_with_everything_below(self):
        tree.import_organisations(SYSTEM, LIST)

        report = tree.import_organisations(
            SYSTEM, "id,name,parent\n4,Revenue,\n1,Commerce,\n2,Customs,4\n3,Ports,2\n"
        )

        assert paths() == [
            "Commerce", "Revenue", "Revenue / Customs", "Revenue / Customs / Ports",
        ]  # fmt: skip
        assert set(report.renamed) == {("Trade", "Commerce"), ("Tax", "Revenue")}
        assert report.moved == ("Customs",)
        assert is_sound()

    def test_swaps_names_and_places(self):
        tree.import_organisations(SYSTEM, LIST)

        tree.import_organisations(
            SYSTEM, "id,name,parent\n1,Tax,\n2,Trade,\n3,Customs,1\n4,Ports,3\n"
        )

        assert paths() == ["Tax", "Tax / Customs", "Tax / Customs / Ports", "Trade"]
        assert is_sound()

    def test_puts_a_parent_below_its_child(self):
        tree.import_organisations(SYSTEM, "id,name,parent\n1,A,\n2,B,1\n")

        tree.import_organisations(SYSTEM, "id,name,parent\n1,A,2\n2,B,\n")

        assert paths() == ["B", "B / A"]
        assert is_sound()

    def test_takes_over_what_was_entered_by_hand(self):
        trade = tree.add_organisation(SYSTEM, name="TRADE")
        tree.add_organisation(SYSTEM, name="Customs", parent=trade)

        report = tree.import_organisations(SYSTEM, LIST)

        assert report.adopted == ("Trade", "Customs")
        assert report.renamed == (("TRADE", "Trade"),)
        assert Organisation.objects.count() == 4
        assert Organisation.objects.get(external_id="1").pk == trade.pk

    def test_names_what_the_list_lacks_and_leaves_it(self):
        tree.import_organisations(SYSTEM, LIST)

        report = tree.import_organisations(SYSTEM, "id,name,parent\n1,Trade,\n")

        assert report.unlisted == ("Customs", "Ports", "Tax")
        assert Organisation.objects.count() == 4

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("name,parent\nTrade,\n", "id is missing"),
            ("", "id is missing"),
            ("id,name,parent\n", "is empty"),
            ("id,name,parent\n1,Trade,\n1,Tax,\n", "more than once"),
            ("id,name,parent\n1,Trade,9\n", "no line has the id 9"),
            ("id,name,parent\n1,Trade,2\n2,Tax,1\n", "below itself"),
            ("id,name,parent\n1,Trade,1\n", "below itself"),
            ("id,name,parent\n1,,\n", "name is missing"),
            ("id,name,parent\n,Trade,\n", "id is missing"),
            ("id,name,parent\n1,Trade,\n2,trade,\n", "twice"),
            ("id,name,parent\n1," + "x" * 151 + ",\n", "150 signs"),
            ('id,name,parent\n1,"Tra\0de",\n', "cannot be kept"),
            (
                "id,name,parent\n" + "".join(f"{n},N{n},{n - 1 or ''}\n" for n in range(1, 23)),
                "deeper",
            ),
        ],
    )
    def test_refuses_a_faulty_list_whole(self, text, fault):
        with pytest.raises(tree.ListRefused, match=fault):
            tree.import_organisations(SYSTEM, text)
        assert not Organisation.objects.exists()

    def test_refuses_a_name_that_stands_there_with_another_id(self):
        tree.import_organisations(SYSTEM, LIST)

        with pytest.raises(tree.ListRefused, match="stands there already with the id 1"):
            tree.import_organisations(SYSTEM, "id,name,parent\n9,Trade,\n")

    def test_reads_what_spreadsheets_write(self):
        text = (
            '\ufeff ID ,Parent,Name,Note\r\n1,,"Trade, foreign",x\r\n\r\n2,1,  Customs  ,\r\n'
        )

        tree.import_organisations(SYSTEM, text)

        assert paths() == ["Trade, foreign", "Trade, foreign / Customs"]

    def test_is_for_administrators(self):
        with pytest.raises(Denied):
            tree.import_organisations(actor_of(make_person()), LIST)

    @examples(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(data=st.data())
    def test_gets_from_any_tree_to_any_other(self, data):
        Organisation.objects.all()._raw_delete("default")  # parents and parts in one go
        size = data.draw(st.integers(1, 7))
        for more in (0, data.draw(st.integers(0, 2))):
            wanted = data.draw(_trees(size + more))
            lines = [f"{key},N{name},{parent or ''}" for key, name, parent in wanted]

            tree.import_organisations(SYSTEM, "id,name,parent\n" + "\n".join(lines))

            found = {
                (int(row.external_id), row.name, row.parent and int(row.parent.external_id))
                for row in Organisation.objects.select_related("parent")
            }
            assert found == {(key, f"N{name}", parent) for key, name, parent in wanted}
            assert is_sound()


@st.composite
def _trees(draw, size):
    """Triples of key, name, parent: keys in any order, names unique below each parent."""
    keys = draw(st.permutations(range(1, size + 1)))
    rows, used = [], set()
    for place, key in enumerate(keys):
        parent = draw(st.sampled_from([None, *keys[:place]]))
        name = draw(st.integers(0, 9).filter(lambda n, p=parent: (p, n) not in used))
        used.add((parent, name))
        rows.append((key, name, parent))
    return rows


class TestOrganisationForPath:
    def test_makes_what_is_missing_once(self):
        first = tree.organisation_for_path(["Trade", "Customs"])
        again = tree.organisation_for_path([" trade ", "CUSTOMS"])

        assert first == again
        assert paths() == ["Trade", "Trade / Customs"]
        assert is_sound()

    def test_is_none_for_an_empty_path(self):
        assert tree.organisation_for_path(["", " "]) is None

    def test_refuses_a_path_without_end(self):
        with pytest.raises(tree.NotInTree):
            tree.organisation_for_path([f"level {n}" for n in range(30)])


class TestChangesByHand:
    def test_move_takes_everything_along(self):
        tree.import_organisations(SYSTEM, LIST)
        customs = Organisation.objects.get(name="Customs")

        tree.move_organisation(SYSTEM, customs, parent=Organisation.objects.get(name="Tax"))

        assert "Tax / Customs / Ports" in paths()
        assert is_sound()

    def test_move_refuses_a_circle(self):
        tree.import_organisations(SYSTEM, LIST)

        with pytest.raises(tree.NotInTree):
            tree.move_organisation(
                SYSTEM,
                Organisation.objects.get(name="Trade"),
                parent=Organisation.objects.get(name="Ports"),
            )

    def test_remove_leaves_people_without_and_refuses_with_parts(self):
        tree.import_organisations(SYSTEM, LIST)
        person = make_person()
        tree.place_person(SYSTEM, person, Organisation.objects.get(name="Tax"))

        with pytest.raises(tree.OrganisationInUse):
            tree.remove_organisation(SYSTEM, Organisation.objects.get(name="Trade"))
        tree.remove_organisation(SYSTEM, Organisation.objects.get(name="Tax"))

        person.refresh_from_db()
        assert person.organisation is None

    def test_names_are_unique_in_their_place(self):
        trade = tree.add_organisation(SYSTEM, name="Trade")
        tree.add_organisation(SYSTEM, name="Trade", parent=trade)

        with pytest.raises(NameTaken):
            tree.add_organisation(SYSTEM, name="Trade")


class TestPlacePerson:
    def test_is_for_oneself(self):
        trade = tree.add_organisation(SYSTEM, name="Trade")
        ann, ben = make_person("ann"), make_person("ben")

        tree.place_person(actor_of(ann), ann, trade)
        with pytest.raises(Denied):
            tree.place_person(actor_of(ben), ann, None)

        ann.refresh_from_db()
        assert ann.organisation == trade

    def test_can_be_left_to_the_identity_provider(self, settings):
        settings.NBCOMMONS_OWN_ORGANISATION = False
        ann, trade = make_person("ann"), tree.add_organisation(SYSTEM, name="Trade")

        with pytest.raises(Denied):
            tree.place_person(actor_of(ann), ann, trade)
        tree.place_person(SYSTEM, ann, trade)


class TestOrganisationAt:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Trade / customs", "Customs"),
            ("ports", "Ports"),
            ("Tax", "Tax"),
            ("Nowhere", None),
            ("Tax / Customs", None),
            ("", None),
        ],
    )
    def test_finds_what_is_meant(self, text, found):
        tree.import_organisations(SYSTEM, LIST)

        organisation = rosters.organisation_at(text)

        assert (organisation and organisation.name) == found


class TestUnclosedQuotes:
    @pytest.mark.parametrize(
        "text",
        [
            'id,name,parent\n1,"A,\n8,B,\n',
            'id,name,parent\n1,"A,\n8,"B",\n',
            'id,name,parent\n1,"A,\n8,B",\n',
        ],
    )
    def test_are_told_and_swallow_no_line(self, text):
        with pytest.raises(tree.ListRefused) as caught:
            tree.import_organisations(SYSTEM, text)

        assert "quote" in str(caught.value) or "CSV" in str(caught.value)
        assert not Organisation.objects.exists()


def test_signs_that_nobody_sees_go_from_names():
    tree.import_organisations(SYSTEM, "id,name,parent\n1,Tra\u202ede,\n")
    tree.add_organisation(SYSTEM, name="Cus\u200btoms")

    assert set(Organisation.objects.values_list("name", flat=True)) == {"Trade", "Customs"}
    with pytest.raises(NameTaken):
        tree.add_organisation(SYSTEM, name="\u202e")
