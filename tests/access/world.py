"""One small organisation with every kind of person and a notebook in every state."""

from dataclasses import dataclass, field
from datetime import timedelta

from nbcommons.collaboration.models import ChangeProposal, Star
from nbcommons.core.actor import Actor
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.models import Notebook, Visibility
from nbcommons.notebooks.operations import ShareWith
from nbcommons.people.models import Label, LabelHolding, Membership, Person, Team
from tests.access.table import PERSONS, TEAMS
from tests.factories.catalogue import canonical
from tests.factories.collaboration import suggestion
from tests.factories.executions import NOW, cells_of
from tests.factories.people import make_person

NOBODY = "nobody (not signed in)"
NOBODY_READING = "nobody, where anonymous reading is on"
ADMINISTRATOR = "an administrator"
ADMIN_MODE = "an administrator in admin mode"
SUGGESTER = "a stranger"

# state: (visibility, has labels, is deprecated, is frozen, is in the bin)
STATES = {
    "private": (Visibility.PRIVATE, False, False, False, False),
    "shared": (Visibility.SHARED, False, False, False, False),
    "everyone": (Visibility.EVERYONE, False, False, False, False),
    "labelled": (Visibility.EVERYONE, True, False, False, False),
    "labelled, shared": (Visibility.SHARED, True, False, False, False),
    "deprecated": (Visibility.EVERYONE, False, True, False, False),
    "frozen": (Visibility.EVERYONE, False, True, True, False),
    "bin": (Visibility.EVERYONE, False, False, False, True),
}
# who: the labels they hold
PEOPLE = {
    "a stranger": (),
    "a stranger who holds amber": ("amber",),
    "a stranger who holds both labels": ("amber", "blue"),
    "shared with: may read": (),
    "shared with: may read, holds both labels": ("amber", "blue"),
    "member of a team shared with: may read": (),
    "shared with: may edit": (),
    "member of a team shared with: may edit": (),
    "its owner, who holds both labels": ("amber", "blue"),
    ADMINISTRATOR: (),
    "owner in the team": (),
    "owner in the team, who holds both labels": ("amber", "blue"),
    "editor in the team": (),
    "member of the team": (),
}
# A word that stands in every notebook and nowhere else on the site.
WORD = "quagga"


@dataclass
class World:
    people: dict[str, Person] = field(default_factory=dict)
    # by (kind of owner, state)
    notebooks: dict[tuple[str, str], Notebook] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    # by notebook: suggested by a stranger
    changes: dict[tuple[str, str], ChangeProposal] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        if who in {NOBODY, NOBODY_READING}:
            return Actor.nobody()
        person = self.people[ADMINISTRATOR if who == ADMIN_MODE else who]
        actor = Actor.person(person.pk, person.username)
        return actor.in_admin_mode() if who == ADMIN_MODE else actor


def title_of(kind: str, state: str) -> str:
    """A title of one word per notebook, that is part of no other."""
    owner = {PERSONS: "Person", TEAMS: "Team"}[kind]
    return f"{owner}{state.replace(', ', 'And').title()}Zz"


def make_world() -> World:
    """Everybody and everything; two versions of each notebook."""
    world = World()
    for name in ("amber", "blue"):
        world.labels[name] = Label.objects.create(name=name, slug=name, created_at=NOW)
    for number, (who, labels) in enumerate(PEOPLE.items()):
        is_administrator = who == ADMINISTRATOR
        person = make_person(
            f"p{number}", full_name=f"Person {number}", administrator=is_administrator
        )
        world.people[who] = person
        for name in labels:
            # Before there was a notebook, so that they see both versions.
            LabelHolding.objects.create(
                person=person,
                label=world.labels[name],
                source="administrator",
                granted_at=NOW - timedelta(days=400),
            )
    world.teams = {
        "keepers": _team(
            world,
            "Keepers",
            {
                "owner in the team": "owner",
                "owner in the team, who holds both labels": "owner",
                "editor in the team": "editor",
                "member of the team": "member",
            },
        ),
        # Their role in a team that is shared with does not matter.
        "readers": _team(world, "Readers", {"member of a team shared with: may read": "owner"}),
        "editors": _team(
            world, "Editors", {"member of a team shared with: may edit": "member"}
        ),
    }
    for kind in (PERSONS, TEAMS):
        for state in STATES:
            world.notebooks[kind, state] = _notebook(world, kind, state)
    for key, notebook in world.notebooks.items():
        # Given while they could read it, or so it may be.
        Star.objects.bulk_create(
            Star(notebook=notebook, person=person, given_at=NOW)
            for person in world.people.values()
        )
        world.changes[key] = suggestion(notebook, world.people[SUGGESTER])
    return world


def _team(world: World, name: str, roles: dict[str, str]) -> Team:
    team = Team.objects.create(name=name, slug=name.lower(), created_at=NOW)
    for who, role in roles.items():
        Membership.objects.create(
            team=team, person=world.people[who], role=role, created_at=NOW - timedelta(days=400)
        )
    return team


def _notebook(world: World, kind: str, state: str) -> Notebook:
    visibility, has_labels, is_deprecated, is_frozen, is_in_bin = STATES[state]
    owner = world.people["its owner, who holds both labels"]
    keeper = world.people["owner in the team, who holds both labels"]
    made_by = owner if kind == PERSONS else keeper
    notebook = catalogue.create_notebook(
        owner_id=owner.pk if kind == PERSONS else None,
        team_id=world.teams["keepers"].pk if kind == TEAMS else None,
        created_by_id=made_by.pk,
        description=catalogue.Description(
            title_of(kind, state), f"About the {WORD}.", "python", "operational", (WORD,)
        ),
        visibility=visibility,
        canonical=_document(title_of(kind, state), "1"),
        cells=cells_of("a = 1"),
        at=NOW,
    )
    if kind == PERSONS:
        catalogue.set_shares(notebook, _shares(world), actor_id=owner.pk, at=NOW)
    # After sharing, so that all readers see both versions.
    catalogue.add_revision(
        notebook,
        author_id=made_by.pk,
        canonical=_document(title_of(kind, state), "2"),
        cells=cells_of("a = 2"),
        at=NOW,
    )
    if has_labels:
        keys = [label.pk for label in world.labels.values()]
        catalogue.set_labels(notebook, keys, actor_id=made_by.pk, at=NOW)
    if is_deprecated:
        catalogue.deprecate(
            notebook,
            reason="There is a better one.",
            alternatives=[],
            is_frozen=is_frozen,
            actor_id=made_by.pk,
            at=NOW,
        )
    if is_in_bin:
        catalogue.move_to_bin(notebook, actor_id=made_by.pk, at=NOW)
    return notebook


def _shares(world: World) -> list[ShareWith]:
    people, teams = world.people, world.teams
    return [
        ShareWith(person_id=people["shared with: may read"].pk),
        ShareWith(person_id=people["shared with: may read, holds both labels"].pk),
        ShareWith(person_id=people["shared with: may edit"].pk, may_edit=True),
        ShareWith(team_id=teams["readers"].pk),
        ShareWith(team_id=teams["editors"].pk, may_edit=True),
    ]


def _document(title: str, number: str) -> bytes:
    return canonical(f"# {title}\n{WORD}", f"a = {number}")
