"""Writing what an import has decided; for the system only."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from nbcommons.core import events
from nbcommons.core.actor import Actor
from nbcommons.core.errors import CommonsError, Denied
from nbcommons.core.signs import one_line, several_lines
from nbcommons.intake._bulk.census import NOT_MADE, Census, Names, as_a_team, names_in
from nbcommons.intake._bulk.deciding import Outcome, Plan
from nbcommons.intake._bulk.gathering import ReadVersion
from nbcommons.intake._bulk.items import About, Kind, Shared
from nbcommons.intake._bulk.orders import Orders
from nbcommons.intake.events import NotebooksImported, NotebooksTakenAlong
from nbcommons.intake.models import ImportedNotebook, ImportedRevision
from nbcommons.notebooks import operations as catalogue
from nbcommons.notebooks.incoming import (
    Link,
    MoreVersions,
    NewDeprecation,
    NewNotebook,
    NewShare,
    NewVersion,
)
from nbcommons.notebooks.models import Revision, Visibility
from nbcommons.notebooks.tags import tidy_tags
from nbcommons.people.errors import NameTaken
from nbcommons.people.models import Membership, Person
from nbcommons.people.operations.joining import NewPerson, create_person
from nbcommons.people.operations.labels import create_label
from nbcommons.people.operations.records import ensure_people
from nbcommons.people.operations.teams import TeamDetails, add_member, create_team

MESSAGE_LENGTH = 300
SOURCE_LENGTH = 500


class NotRead(CommonsError):
    """What was taken for known would have to be written after all."""


def settle_names(
    actor: Actor, plans: Sequence[Plan], census: Census, orders: Orders, *, at: datetime
) -> None:
    """Have ``census`` know everybody whom the notebooks to be written name.

    Whoever is not here is made: people who cannot sign in yet, teams and labels without members
    but those who are here; in a dry run they are counted only. Raises ``Denied``.
    """
    _require_system(actor)
    missing = census.look_up(names_in(plans))
    if orders.is_dry:
        _count(missing, census)
        return
    _make_people(actor, missing.people, census)
    for key, name in missing.teams.items():
        _make_team(actor, key, name, census, orders, at=at)
    for key, name in missing.labels.items():
        said = census.said_of_labels.get(key)
        description = said.description if said else ""
        label = create_label(actor, name=name, description=description, at=at)
        census.labels[key] = label.pk
        census.new_labels.append(name)


@transaction.atomic
def import_batch(
    actor: Actor, plans: Sequence[Plan], census: Census, orders: Orders, *, at: datetime
) -> dict[int, UUID]:
    """Write all of ``plans`` or nothing; returns the uuid of each new notebook by its place.

    In a dry run nothing is written. Raises ``Denied``.
    """
    _require_system(actor)
    if orders.is_dry:
        return {}
    new = [(place, plan) for place, plan in enumerate(plans) if plan.outcome is Outcome.NEW]
    more = [plan for plan in plans if plan.outcome is Outcome.VERSION]
    made = catalogue.create_notebooks(
        [_new_notebook(plan, census, orders, at=at) for _, plan in new]
    )
    catalogue.add_versions(
        [
            MoreVersions(
                plan.known.notebook_id,
                _versions(plan, None, census, orders, at=at),
                has_undecided_secrets=plan.is_private,
            )
            for plan in more
            if plan.known is not None
        ]
    )
    keys = {id(plan): notebook.pk for (_, plan), notebook in zip(new, made, strict=True)}
    keys |= {id(plan): plan.known.notebook_id for plan in plans if plan.known is not None}
    _record(plans, keys, orders, at=at)
    _record_commits([plan for plan in plans if plan.versions], keys)
    if orders.kind is Kind.NBGALLERY:
        _record_late_commits([plan for plan in plans if plan.outcome is Outcome.UNCHANGED])
    return {place: notebook.uuid for (place, _), notebook in zip(new, made, strict=True)}


@transaction.atomic
def link_imported(actor: Actor, links: Sequence[Link]) -> None:
    """Say what imported notebooks were made from and what replaces them. Raises ``Denied``."""
    _require_system(actor)
    catalogue.link_notebooks(links)


@transaction.atomic
def note_import(
    actor: Actor,
    orders: Orders,
    *,
    notebooks: int,
    versions: int,
    left_out: int,
    is_stopped: bool,
) -> None:
    """Announce what an import has brought, unless that is nothing. Raises ``Denied``."""
    _require_system(actor)
    if versions and not orders.is_dry:
        events.publish(
            NotebooksImported(
                actor_id=actor.person_id,
                kind=str(orders.kind),
                source=orders.shown,
                notebooks=notebooks,
                versions=versions,
                left_out=left_out,
                is_stopped=is_stopped,
            )
        )


@transaction.atomic
def note_export(actor: Actor, *, person_id: int | None, form: str, notebooks: int) -> None:
    """Announce that notebooks were taken along, by a person or all. Raises ``Denied``."""
    _require_system(actor)
    events.publish(
        NotebooksTakenAlong(
            actor_id=actor.person_id, person_id=person_id, form=form, notebooks=notebooks
        )
    )


def _require_system(actor: Actor) -> None:
    if not actor.is_system:
        raise Denied("Only the operator can import in bulk.")


def _count(missing: Names, census: Census) -> None:
    census.people |= dict.fromkeys(missing.people, NOT_MADE)
    census.teams |= dict.fromkeys(missing.teams, NOT_MADE)
    census.labels |= dict.fromkeys(missing.labels, NOT_MADE)
    census.new_people += sorted(map(census.username_of, missing.people.values()))
    census.new_teams += missing.teams.values()
    census.new_labels += missing.labels.values()


def _make_people(actor: Actor, names: Mapping[str, str], census: Census) -> None:
    described = {key for key in names if key in census.said_of_people}
    for key in sorted(described):
        new = NewPerson(
            username=census.username_of(names[key]),
            full_name=census.said_of_people[key].full_name,
        )
        census.people[key] = create_person(actor, new, is_active=False).pk
    # A name that cannot be a user name stays what the person is called.
    others = {
        census.called.get(key) or name: key
        for key, name in names.items()
        if key not in described
    }
    made, _ = ensure_people(actor, others.keys())
    census.people |= {others[name]: pk for name, pk in made.items()}
    census.new_people += sorted(map(census.username_of, names.values()))


def _make_team(
    actor: Actor, key: str, name: str, census: Census, orders: Orders, *, at: datetime
) -> None:
    """A team looked after by the import's keeper until somebody else does."""
    said = census.said_of_teams.get(key)
    details = TeamDetails(name=name, description=said.description if said else "")
    keeper = Person.objects.get(pk=orders.keeper_id)
    try:
        team = create_team(actor, details, owner=keeper, at=at)
    except NameTaken:  # somebody here is called so: nobody may take the one for the other
        details = replace(details, name=as_a_team(name))
        team = create_team(actor, details, owner=keeper, at=at)
    census.teams[key] = team.pk
    census.new_teams.append(team.name)
    roles = {census.username_of(member): role for member, role in said.members} if said else {}
    active = Person.objects.filter(username__in=roles, is_active=True).exclude(pk=keeper.pk)
    for person in active:
        add_member(actor, team, person, role=Membership.Role(roles[person.username]), at=at)


def _new_notebook(plan: Plan, census: Census, orders: Orders, *, at: datetime) -> NewNotebook:
    about, proposed = plan.gathered.item.about, plan.gathered.current.proposed
    owner_id, team_id = _owner(about, census, orders)
    author_id = census.person_id(about.created_by) or owner_id or orders.keeper_id
    versions = _versions(plan, author_id, census, orders, at=at)
    return NewNotebook(
        uuid=about.uuid or uuid4(),
        title=about.title or one_line(proposed.title) or "Untitled",
        purpose=several_lines(proposed.purpose if about.purpose is None else about.purpose),
        language=about.language or proposed.language,
        language_version=about.language_version or proposed.language_version,
        category=about.category or proposed.category,
        visibility=(
            Visibility.PRIVATE if plan.is_private else about.visibility or orders.visibility
        ),
        created_by_id=author_id,
        created_at=min(about.created_at or versions[0].at, at),
        updated_at=min(about.updated_at or versions[-1].at, at),
        versions=versions,
        owner_id=owner_id,
        team_id=team_id,
        tags=proposed.tags if about.tags is None else tidy_tags(about.tags),
        label_ids=(*orders.label_ids, *census.label_ids(about.labels)),
        shares=() if plan.is_private else _shares(about.shares, census),
        history_from=about.history_from,
        team_history_from=about.team_history_from,
        has_undecided_secrets=plan.is_private,
        deprecation=_deprecation(about, census, at=at),
    )


def _owner(about: About, census: Census, orders: Orders) -> tuple[int | None, int | None]:
    """A person or a team: as the source says, else as the operator does."""
    if about.owner is not None:
        if about.owner.is_team:
            return None, census.team_id(about.owner.name)
        return census.person_id(about.owner.name), None
    if orders.team_id is not None:
        return None, orders.team_id
    return orders.owner_id or orders.keeper_id, None


def _versions(
    plan: Plan, author_id: int | None, census: Census, orders: Orders, *, at: datetime
) -> tuple[NewVersion, ...]:
    """The versions to be written, in dates that never go back nor lie ahead."""
    default_id = author_id or _default_author(plan, census, orders)
    said = "Imported" if plan.known is None else "Imported again"
    moment = min(plan.known.current_at, at) if plan.known is not None else None
    found: list[NewVersion] = []
    for version in plan.versions:
        wanted = min(version.said.at or at, at)
        moment = wanted if moment is None else max(moment, wanted)
        author = census.person_id(version.said.author) or default_id
        found.append(_version(version, author, said=said, at=moment))
    return tuple(found)


def _version(version: ReadVersion, author_id: int, *, said: str, at: datetime) -> NewVersion:
    raw, read = version.said, version.read
    if not read.content.data:
        raise NotRead("Its content was not read, since it seemed to be here already.")
    # A source that counts its versions also means what it says by an empty message.
    message = raw.message or ("" if raw.number is not None else said)
    return NewVersion(
        content=read.content,
        cells=read.cells,
        author_id=author_id,
        at=at,
        number=raw.number,
        message=message[:MESSAGE_LENGTH],
        label=raw.label,
        from_change=raw.from_change,
    )


def _default_author(plan: Plan, census: Census, orders: Orders) -> int:
    owner = plan.gathered.item.about.owner
    owner_id = census.person_id(owner.name) if owner is not None and not owner.is_team else None
    return owner_id or orders.owner_id or orders.keeper_id


def _shares(shares: Sequence[Shared], census: Census) -> tuple[NewShare, ...]:
    """Each person and team once."""
    found: dict[tuple[int | None, int | None], NewShare] = {}
    for share in shares:
        name = share.holder.name
        person_id = None if share.holder.is_team else census.person_id(name)
        with_team_id = census.team_id(name) if share.holder.is_team else None
        if person_id or with_team_id:
            found[person_id, with_team_id] = NewShare(
                person_id=person_id,
                team_id=with_team_id,
                may_edit=share.may_edit,
                history_from=share.history_from,
            )
    return tuple(found.values())


def _deprecation(about: About, census: Census, *, at: datetime) -> NewDeprecation | None:
    said = about.deprecated
    if said is None:
        return None
    return NewDeprecation(
        at=min(said.at or about.updated_at or at, at),
        by_id=census.person_id(said.by),
        reason=said.reason,
        is_frozen=said.is_frozen,
    )


def _record(
    plans: Sequence[Plan], keys: dict[int, int], orders: Orders, *, at: datetime
) -> None:
    """Remember where each came from, and its newest state there."""
    rows = [
        ImportedNotebook(
            notebook_id=keys[id(plan)],
            kind=str(orders.kind),
            source=orders.shown[:SOURCE_LENGTH],
            origin=plan.gathered.item.origins[0],
            for_person_id=orders.for_person_id,
            for_team_id=orders.for_team_id,
            sha256=plan.gathered.current.sha256,
            source_updated_at=plan.gathered.item.about.updated_at,
            extra=dict(plan.gathered.item.about.extra),
            imported_at=at,
        )
        for plan in plans
        if _is_worth_recording(plan, orders)
    ]
    ImportedNotebook.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["notebook"],
        update_fields=[
            "kind", "source", "origin", "for_person", "for_team", "sha256", "source_updated_at",
            "extra", "imported_at",
        ],
    )  # fmt: skip


def _is_worth_recording(plan: Plan, orders: Orders) -> bool:
    """What is new, and what is unchanged but went by another name or state before."""
    if plan.outcome in {Outcome.NEW, Outcome.VERSION}:
        return True
    if plan.outcome is not Outcome.UNCHANGED or plan.known is None:
        return False
    if orders.kind is Kind.COMMONS:
        return False
    before = (plan.known.origin, plan.known.imported_sha)
    return before != (plan.gathered.item.origins[0], plan.gathered.current.sha256)


def _record_commits(plans: Sequence[Plan], keys: dict[int, int]) -> None:
    """Remember what each new version was called where it came from."""
    named = [plan for plan in plans if any(version.said.commit_id for version in plan.versions)]
    rows = Revision.objects.filter(notebook__in={keys[id(plan)] for plan in named})
    revisions: dict[int, list[int]] = {}
    for key, pk in rows.order_by("number").values_list("notebook_id", "pk"):
        revisions.setdefault(key, []).append(pk)
    ImportedRevision.objects.bulk_create(
        ImportedRevision(revision_id=pk, commit_id=version.said.commit_id)
        for plan in named
        # What was written just now are the newest.
        for pk, version in zip(
            revisions[keys[id(plan)]][-len(plan.versions) :], plan.versions, strict=True
        )
        if version.said.commit_id
    )


def _record_late_commits(plans: Sequence[Plan]) -> None:
    """Remember what versions were called that came in when nobody said so.

    Only where the current one is what stands there: the id means that content.
    """
    named = {
        plan.known.notebook_id: plan.gathered
        for plan in plans
        if plan.known is not None and plan.gathered.versions[-1].said.commit_id
    }
    current = Revision.objects.filter(
        ~Exists(ImportedRevision.objects.filter(revision=OuterRef("pk"))),
        notebook__in=named,
        pk=F("notebook__current_revision"),
    )
    ImportedRevision.objects.bulk_create(
        ImportedRevision(revision_id=pk, commit_id=named[key].versions[-1].said.commit_id)
        for pk, key, sha256 in current.values_list("pk", "notebook_id", "content_id")
        if sha256 == named[key].current.sha256
    )
