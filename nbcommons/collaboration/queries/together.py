"""What the page of a notebook says of stars and suggested changes."""

from dataclasses import dataclass

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_about
from nbcommons.core.prepared import planned_cursor
from nbcommons.notebooks.models import Notebook

ASKED = (Action.STAR_GIVE, Action.CHANGE_SUGGEST, Action.CHANGE_READ)
"""What ``guard.notebooks_for`` can tell with the notebook, to save a query."""

_COUNTED = """SELECT
  (SELECT count(*) FROM collaboration_star WHERE notebook_id = %(key)s),
  EXISTS (SELECT FROM collaboration_star WHERE notebook_id = %(key)s AND person_id = %(me)s),
  (SELECT count(*) FROM collaboration_changeproposal WHERE notebook_id = %(key)s
     AND status = 'open' AND (%(all)s OR author_id = %(me)s))"""


@dataclass(frozen=True, slots=True)
class StarButton:
    """The button that gives a star or takes it back; ``url`` is empty for whom it is not."""

    title: str
    url: str
    count: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Together:
    """Stars and the changes that wait, as far as the reader may know of them."""

    star: StarButton
    changes_url: str
    open_changes: int
    may_suggest: bool


def together_of(actor: Actor, notebook: Notebook) -> Together:
    """What others made of ``notebook``, which ``actor`` may see; two queries at most."""
    powers = guard.powers_over(actor, notebook, ASKED)
    values = {
        "key": notebook.pk,
        "me": actor.person_id or 0,
        "all": Action.CHANGE_READ in powers,
    }
    with planned_cursor() as cursor:
        cursor.execute(_COUNTED, values)
        stars, is_mine, waiting = cursor.fetchone()
    may_star = Action.STAR_GIVE in powers and actor.person_id is not None
    url = path_about("collaboration:star", notebook.uuid) if may_star else ""
    return Together(
        star=StarButton(notebook.title, url, stars, is_mine),
        changes_url=path_about("collaboration:of_notebook", notebook.uuid),
        open_changes=waiting,
        may_suggest=Action.CHANGE_SUGGEST in powers and actor.person_id is not None,
    )
