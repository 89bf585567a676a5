"""The rules against the table of the permissions page: every person, state and action."""

import pytest

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.access.queries import audience_of, terms_of_notebook
from tests.access.table import expectations
from tests.access.world import ADMIN_MODE, NOBODY_READING, PEOPLE, STATES

LETTERS = {
    "R": [Action.NOTEBOOK_READ],
    "U": [Action.NOTEBOOK_RUN],
    "E": [Action.NOTEBOOK_EDIT],
    "S": [Action.NOTEBOOK_SHARE],
    "D": [Action.NOTEBOOK_REMOVE, Action.NOTEBOOK_TRANSFER],
    "B": [Action.NOTEBOOK_RESTORE],
}
OF_READERS = [
    action for letter, actions in LETTERS.items() if letter != "B" for action in actions
]
EXPECTED = expectations()


@pytest.mark.django_db
def test_the_tables_speak_of_everybody_and_every_state():
    assert {state for _, _, state in EXPECTED} == set(STATES)
    assert set(PEOPLE) <= {who for _, who, _ in EXPECTED}


class TestTable:
    @pytest.mark.parametrize("case", list(EXPECTED), ids="-".join)
    def test_the_rules_allow_exactly_what_the_table_says(
        self, case, world, settings, django_db_blocker
    ):
        kind, who, state = case
        settings.NBCOMMONS_ANONYMOUS_READING = who == NOBODY_READING
        actor, notebook = world.actor(who), world.notebooks[kind, state]
        may = EXPECTED[kind, who, state]

        with django_db_blocker.unblock():
            for letter, actions in LETTERS.items():
                for action in actions:
                    assert guard.allows(actor, action, notebook) == (letter in may), action
            assert bool(guard.revisions_for(actor, notebook)) == ("R" in may)
            told = guard.notebooks_for(actor, tell=OF_READERS).filter(pk=notebook.pk).first()
            for asked in filter(None, (notebook, told)):
                assert guard.powers_over(actor, asked, OF_READERS) == {
                    action for action in OF_READERS if guard.allows(actor, action, notebook)
                }
            assert (told is not None) == ("R" in may)
            _meets_the_index(actor, notebook, may)

    def test_admin_mode_is_what_gives_power(self, world):
        assert not world.actor("an administrator").sees_everything
        assert world.actor(ADMIN_MODE).sees_everything


def _meets_the_index(actor, notebook, may):
    audience = audience_of(actor)
    labels = set(notebook.labels.values_list("pk", flat=True))
    terms = set(terms_of_notebook(notebook))
    is_found = audience.terms is None or bool(terms & set(audience.terms))
    is_found = is_found and not labels & set(audience.hidden_labels)
    if actor.is_admin_mode:
        # The bin is not in the index at all.
        is_found = is_found and bool(terms)
    assert is_found == ("R" in may)
