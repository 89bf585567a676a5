"""How a notebook stands: who looks after it, who sees it, where it came from, what may be done."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Window

from nbcommons.access import guard
from nbcommons.access.actions import Action
from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_about, path_of, path_to
from nbcommons.curation.queries.deprecating import Deprecation, deprecation_of
from nbcommons.gallery.queries.cards import organisation_of
from nbcommons.notebooks.models import Notebook, NotebookShare, Visibility
from nbcommons.notebooks.queries import Attached
from nbcommons.people.models import Person, Team

KEEPERS_SHOWN = 6
FORKS_SHOWN = 3
# Judged together, by one query.
ACTIONS = (
    Action.NOTEBOOK_RUN,
    Action.NOTEBOOK_EDIT,
    Action.NOTEBOOK_SHARE,
    Action.NOTEBOOK_TRANSFER,
    Action.NOTEBOOK_REMOVE,
)


@dataclass(frozen=True, slots=True)
class Keeper:
    """A person or a team who looks after a notebook."""

    name: str
    username: str
    detail: str
    url: str
    is_team: bool


@dataclass(frozen=True, slots=True)
class CareLink:
    """One thing that the reader may do with the notebook."""

    words: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Origin:
    """A notebook that this one was made from, or was made from it.

    ``number`` is the version that it began from, None if unknown.
    """

    title: str
    url: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Forks:
    """Notebooks that began from this one, such as the reader may see; ``newest`` are links."""

    count: int
    newest: tuple[Origin, ...]

    @property
    def more(self) -> int:
        """How many are not among the newest."""
        return self.count - len(self.newest)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a notebook stands, for whoever looks.

    ``seen_by`` says who sees it when that is not everyone; "" when it is. ``more_keepers`` are not
    among ``others``.
    """

    keeper: Keeper
    others: tuple[Keeper, ...]
    more_keepers: int
    seen_by: str
    labels: tuple[str, ...]
    deprecation: Deprecation | None
    may_run: bool
    is_frozen: bool
    care: tuple[CareLink, ...]
    origin: Origin | None
    forks: Forks


def standing_of(actor: Actor, notebook: Notebook, attached: Attached) -> Standing:
    """How ``notebook`` stands for ``actor``, who may see it; owner and team are there.

    One query, none when the notebook knows what the actor may do; one more each for what most
    notebooks have not: labels, people who may edit it too, others made from it, an origin, a
    deprecation.
    """
    powers = guard.powers_over(actor, notebook, ACTIONS)
    others = _co_maintainers(notebook) if attached.has_editors else ()
    return Standing(
        keeper=_keeper(notebook.owner, notebook.owner_team),
        others=others[:KEEPERS_SHOWN],
        more_keepers=max(len(others) - KEEPERS_SHOWN, 0),
        seen_by=_seen_by(actor, notebook),
        labels=_labels(notebook) if attached.has_labels else (),
        deprecation=deprecation_of(actor, notebook),
        may_run=Action.NOTEBOOK_RUN in powers,
        is_frozen=notebook.is_frozen,
        care=_care(notebook, powers),
        origin=_origin(actor, notebook),
        forks=_forks(actor, notebook) if attached.has_forks else Forks(0, ()),
    )


def _keeper(person: Person | None, team: Team | None) -> Keeper:
    if team is not None:
        url = path_of("gallery:team", team.slug)
        return Keeper(team.name, team.slug, "Team", url, is_team=True)
    if person is None:
        raise ValueError("neither a person nor a team")
    return Keeper(
        name=str(person),
        username=person.username,
        detail=organisation_of(person),
        url=path_of("gallery:person", person.username),
        is_team=False,
    )


def _co_maintainers(notebook: Notebook) -> tuple[Keeper, ...]:
    """Those who may edit it besides its owner; nobody while it is private."""
    if notebook.visibility == Visibility.PRIVATE:
        return ()
    shares = NotebookShare.objects.filter(notebook=notebook, may_edit=True)
    rows = shares.select_related("person__organisation", "team").order_by("pk")
    return tuple(
        _keeper(share.person, share.team)
        for share in rows
        if share.person is None or share.person.is_active
    )


def _seen_by(actor: Actor, notebook: Notebook) -> str:
    if notebook.visibility == Visibility.EVERYONE:
        return ""
    if notebook.visibility == Visibility.SHARED:
        return "Shared with some"
    if notebook.owner_team is not None:
        return f"Only the team {notebook.owner_team}"
    return "Only you can see this" if notebook.owner_id == actor.person_id else "Private"


def _care(notebook: Notebook, powers: Collection[Action]) -> tuple[CareLink, ...]:
    deprecate = "Deprecated: change or undo" if notebook.deprecated_at else "Deprecate it"
    offered = (
        (Action.NOTEBOOK_EDIT, "Edit title, description, tags", "edit", "pencil-line"),
        (Action.NOTEBOOK_SHARE, "Who may see and edit it", "sharing", "share-2"),
        (Action.NOTEBOOK_SHARE, deprecate, "deprecate", "flag"),
        (Action.NOTEBOOK_TRANSFER, "Give it to somebody else", "transfer", "hand-helping"),
        (Action.NOTEBOOK_REMOVE, "Delete it", "delete", "trash-2"),
    )
    links = [
        CareLink(words, path_about(f"curation:{name}", notebook.uuid), icon)
        for action, words, name, icon in offered
        if action in powers
    ]
    if Action.NOTEBOOK_EDIT in powers:
        url = f"{path_to('intake:add')}?for={notebook.uuid}"
        links.insert(0, CareLink("Add a new version", url, "file-up"))
    return tuple(links)


def _labels(notebook: Notebook) -> tuple[str, ...]:
    return tuple(notebook.labels.order_by("name").values_list("name", flat=True))


def _forks(actor: Actor, notebook: Notebook) -> Forks:
    found = guard.notebooks_for(actor).filter(forked_from=notebook)
    rows = (
        found.annotate(total=Window(Count("pk")))
        .order_by("-updated_at", "pk")
        .values_list("uuid", "title", "forked_from_number", "total")[:FORKS_SHOWN]
    )
    newest = [
        (Origin(title, path_about("gallery:notebook", uuid), number), total)
        for uuid, title, number, total in rows
    ]
    return Forks(newest[0][1] if newest else 0, tuple(link for link, _ in newest))


def _origin(actor: Actor, notebook: Notebook) -> Origin | None:
    """What it was made from, if ``actor`` may see that."""
    if notebook.forked_from_id is None:
        return None
    found = guard.notebooks_for(actor).filter(pk=notebook.forked_from_id).first()
    if found is None:
        return None
    url = path_about("gallery:notebook", found.uuid)
    return Origin(found.title, url, notebook.forked_from_number)
