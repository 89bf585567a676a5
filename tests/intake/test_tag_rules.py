"""Which tags are proposed is the operator's to say."""

import pytest

from nbcommons.core.actor import Actor
from nbcommons.core.errors import Denied
from nbcommons.intake.errors import Incomplete
from nbcommons.intake.operations.tag_rules import change_tag_rule, restore_tag_rule
from nbcommons.intake.queries.tag_rules import rule_rows, tag_rules
from nbcommons.notebooks.models import Tag
from tests.factories.executions import actor_for, make_person
from tests.factories.intake import bring_draft

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")


def proposed(*codes):
    return [tag["name"] for tag in bring_draft(make_person("ann"), *codes).tags]


class TestTagRules:
    def test_are_those_that_are_shipped_until_somebody_changes_them(self):
        assert tag_rules().imports["pandas"] == ("tables",)
        assert proposed("import pandas") == ["tables"]

    def test_can_be_changed_added_and_switched_off(self):
        change_tag_rule(SYSTEM, kind="import", pattern="pandas", tags=["Data Frames", "sql"])
        change_tag_rule(SYSTEM, kind="import", pattern="matplotlib", tags=[])
        change_tag_rule(SYSTEM, kind="word", pattern="LATE", tags=["delays"])

        assert proposed("import pandas, matplotlib") == ["delays", "data frames", "sql"]
        changed = {(row.kind, row.pattern) for row in rule_rows() if row.is_changed}
        assert changed == {("import", "pandas"), ("import", "matplotlib"), ("word", "late")}

    def test_can_be_restored(self):
        change_tag_rule(SYSTEM, kind="import", pattern="pandas", tags=["x"])

        restore_tag_rule(SYSTEM, kind="import", pattern="pandas")

        assert tag_rules().imports["pandas"] == ("tables",)

    def test_never_propose_restricted_tags(self):
        Tag.objects.create(name="tables", is_restricted=True)

        assert tag_rules().refused == {"tables"}
        assert proposed("import pandas") == []

    @pytest.mark.parametrize(("kind", "pattern"), [("import", " "), ("colour", "red")])
    def test_need_a_kind_and_a_pattern(self, kind, pattern):
        with pytest.raises(Incomplete):
            change_tag_rule(SYSTEM, kind=kind, pattern=pattern, tags=["x"])

    def test_are_for_administrators_in_admin_mode(self):
        ann = actor_for(make_person("ann"))

        with pytest.raises(Denied):
            change_tag_rule(ann, kind="word", pattern="x", tags=["y"])
        change_tag_rule(ann.in_admin_mode(), kind="word", pattern="x", tags=["y"])
