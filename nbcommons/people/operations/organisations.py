"""What can be done to the tree of organisations, and to where a person stands in it."""

from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError
from nbcommons.core.signs import one_line
from nbcommons.people import _organisation_list as lists
from nbcommons.people.errors import NameTaken
from nbcommons.people.events import OrganisationChanged, OrganisationsImported, PersonMoved
from nbcommons.people.models import Organisation, Person
from nbcommons.people.operations._rights import own_id, require_administrator

MAX_NAME = 150
MAX_DEPTH = 20

_MEND_PATHS = """
    WITH RECURSIVE tree (id, path) AS (
        SELECT id, ARRAY[id] FROM people_organisation WHERE parent_id IS NULL
        UNION ALL
        SELECT child.id, tree.path || child.id
        FROM people_organisation child JOIN tree ON child.parent_id = tree.id
    )
    UPDATE people_organisation o SET path = tree.path
    FROM tree WHERE tree.id = o.id AND o.path IS DISTINCT FROM tree.path
"""


class NotInTree(CommonsError):
    """An organisation cannot stand where it should."""


class OrganisationInUse(CommonsError):
    """An organisation still has parts."""


class ListRefused(CommonsError):
    """A list of organisations has faults; ``faults`` tells each, with its line."""

    title: ClassVar[str] = "The list cannot be used as it is"

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(faults[:5]))


@transaction.atomic
def add_organisation(
    actor: Actor, *, name: str, parent: Organisation | None = None, external_id: str = ""
) -> Organisation:
    """A new part below ``parent``, or (None) a new root. Raises ``Denied`` or ``NameTaken``."""
    require_administrator(actor)
    cleaned = _clean(name)
    if not cleaned:
        raise NameTaken("An organisation needs a name.")
    if parent is not None and len(parent.path) >= MAX_DEPTH:
        raise NotInTree(f"The tree is at most {MAX_DEPTH} levels deep.")
    try:
        with transaction.atomic():
            made = _insert(cleaned, parent, external_id=external_id.strip())
    except IntegrityError as error:
        raise NameTaken(f"There is a part called {cleaned} there already.") from error
    _announce(actor, made, "added")
    return made


@transaction.atomic
def rename_organisation(actor: Actor, organisation: Organisation, *, name: str) -> None:
    """Call it otherwise. Raises ``Denied`` or ``NameTaken``."""
    require_administrator(actor)
    organisation.name = _clean(name)
    if not organisation.name:
        raise NameTaken("An organisation needs a name.")
    try:
        with transaction.atomic():
            organisation.save(update_fields=["name"])
    except IntegrityError as error:
        raise NameTaken(f"There is a part called {name} there already.") from error
    _announce(actor, organisation, "renamed")


@transaction.atomic
def move_organisation(
    actor: Actor, organisation: Organisation, *, parent: Organisation | None
) -> None:
    """Put it, with all its parts, below ``parent``; None makes it a root.

    Raises ``Denied``, ``NotInTree`` when it would stand below itself, and ``NameTaken``.
    """
    require_administrator(actor)
    # One change of the tree at a time: two moves at once could make a circle.
    list(Organisation.objects.select_for_update().values_list("pk"))
    if parent is not None:
        parent.refresh_from_db()
        if organisation.pk in parent.path:
            raise NotInTree(f"{organisation} cannot stand below itself.")
    organisation.parent = parent
    try:
        with transaction.atomic():
            organisation.save(update_fields=["parent"])
    except IntegrityError as error:
        raise NameTaken(f"There is a part called {organisation} there already.") from error
    _mend_paths()
    organisation.refresh_from_db()
    _announce(actor, organisation, "moved")


@transaction.atomic
def change_organisation(
    actor: Actor, organisation: Organisation, *, name: str, parent: Organisation | None
) -> None:
    """Rename and move in one, as far as either differs. Raises what those raise."""
    if organisation.parent_id != (parent.pk if parent else None):
        move_organisation(actor, organisation, parent=parent)
    if organisation.name != _clean(name):
        rename_organisation(actor, organisation, name=name)


@transaction.atomic
def remove_organisation(actor: Actor, organisation: Organisation) -> None:
    """Take it out; its people belong to none then. Raises ``Denied`` or ``OrganisationInUse``."""
    require_administrator(actor)
    organisation_id, name = organisation.pk, organisation.name
    try:
        with transaction.atomic():
            organisation.delete()
    except ProtectedError as error:
        raise OrganisationInUse(f"{name} has parts. Move or take out those first.") from error
    events.publish(
        OrganisationChanged(
            actor_id=actor.person_id,
            organisation_id=organisation_id,
            change="taken out",
            name=name,
        )
    )


def faults_of_list(actor: Actor, text: str) -> list[str]:
    """Why ``import_organisations`` would refuse the list; empty when it would not.

    Raises ``Denied``.
    """
    require_administrator(actor)
    rows, faults = lists.parse(text)
    return faults or lists.faults_of(
        rows, list(Organisation.objects.all()), max_depth=MAX_DEPTH
    )


@transaction.atomic
def import_organisations(actor: Actor, text: str, *, is_dry_run: bool = False) -> lists.Report:
    """Bring the tree in line with a list: CSV text with the columns id, name, parent.

    ``parent`` is the id of another line, or empty. Parts that are not in the list stay and are
    named in the report. Done again, it changes nothing. Raises ``Denied`` or ``ListRefused``; with
    ``is_dry_run`` nothing is written.
    """
    require_administrator(actor)
    rows, faults = lists.parse(text)
    present = list(Organisation.objects.select_for_update())
    if not faults:
        faults = lists.faults_of(rows, present, max_depth=MAX_DEPTH)
    if faults:
        raise ListRefused(faults)
    plan = lists.plan_of(rows, present)
    if not is_dry_run and plan.report.changes_anything:
        _carry_out(plan)
        events.publish(
            OrganisationsImported(
                actor_id=actor.person_id,
                added=len(plan.report.added),
                changed=len(plan.changed),
            )
        )
    return plan.report


@transaction.atomic
def organisation_for_path(names: Sequence[str]) -> Organisation | None:
    """The organisation at the end of a path of names from the root; made where it is missing.

    For what an identity provider says of a person: ``["Trade", "Customs"]``. Names are compared
    without regard to capitals. None for an empty path. Unguarded: for the code that has just
    verified a sign-in. Raises ``NotInTree`` for a path deeper than ``MAX_DEPTH``.
    """
    cleaned = [name for name in map(_clean, names) if name]
    if len(cleaned) > MAX_DEPTH:
        raise NotInTree(f"The tree is at most {MAX_DEPTH} levels deep.")
    found: Organisation | None = None
    for name in cleaned:
        found = _child(found, name) or _insert_once(name, found)
    return found


@transaction.atomic
def place_person(actor: Actor, person: Person, organisation: Organisation | None) -> None:
    """Say where ``person`` belongs; None: to no organisation.

    Everybody says it of themselves, unless the operator leaves it to the identity provider
    (``NBCOMMONS_OWN_ORGANISATION``). Raises ``Denied``.
    """
    if actor.person_id == person.pk and settings.NBCOMMONS_OWN_ORGANISATION:
        own_id(actor)
    else:
        require_administrator(actor)
    place = organisation.pk if organisation else None
    if person.organisation_id == place:
        return
    person.organisation = organisation
    person.save(update_fields=["organisation"])
    events.publish(
        PersonMoved(actor_id=actor.person_id, person_id=person.pk, organisation_id=place)
    )


def place_person_at(actor: Actor, person: Person, organisation_id: int | None) -> None:
    """The same by key; a key that is gone by now means none."""
    found = Organisation.objects.filter(pk=organisation_id).first() if organisation_id else None
    place_person(actor, person, found)


def _child(parent: Organisation | None, name: str) -> Organisation | None:
    siblings = Organisation.objects.filter(parent=parent, name__iexact=name)
    return siblings.order_by("pk").first()


def _insert_once(name: str, parent: Organisation | None) -> Organisation:
    try:
        with transaction.atomic():
            return _insert(name, parent)
    except IntegrityError:  # somebody else of that organisation signed in at the same moment
        return Organisation.objects.get(parent=parent, name=name)


def _insert(name: str, parent: Organisation | None, *, external_id: str = "") -> Organisation:
    made = Organisation.objects.create(name=name, parent=parent, external_id=external_id)
    made.path = [*(parent.path if parent else []), made.pk]
    made.save(update_fields=["path"])
    return made


def _carry_out(plan: lists.Plan) -> None:
    # Names are unique below a parent at every moment, so what changes first gets out of the way.
    rows = [row for row, _ in plan.changed]
    for row in rows:
        row.name = f"\x02{row.pk}"
    Organisation.objects.bulk_update(rows, ["name"], batch_size=500)
    known = dict(plan.kept)
    for level in plan.levels:
        made = [
            Organisation(
                name=line.name,
                parent=known.get(line.parent),
                external_id=line.external_id,
            )
            for line in level
        ]
        for row in Organisation.objects.bulk_create(made, batch_size=500):
            known[row.external_id] = row
    for row, line in plan.changed:
        row.name, row.external_id = line.name, line.external_id
        row.parent = known.get(line.parent)
    fields = ["name", "external_id", "parent"]
    Organisation.objects.bulk_update(rows, fields, batch_size=500)
    _mend_paths()


def _mend_paths() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MEND_PATHS)


def _clean(name: str) -> str:
    return one_line(name)[:MAX_NAME].strip()


def _announce(actor: Actor, organisation: Organisation, change: str) -> None:
    events.publish(
        OrganisationChanged(
            actor_id=actor.person_id,
            organisation_id=organisation.pk,
            change=change,
            name=organisation.name,
        )
    )
