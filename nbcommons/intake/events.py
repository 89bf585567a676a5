"""Facts about what comes in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DraftBroughtIn:
    """Somebody brought a notebook in; it is not shared yet."""

    actor_id: int | None
    draft_uuid: str


@dataclass(frozen=True, slots=True)
class DraftRejected:
    """A draft was thrown away, or nobody came back for it in time."""

    actor_id: int | None
    draft_uuid: str


@dataclass(frozen=True, slots=True)
class DraftTakenBack:
    """What was thrown away was wanted after all."""

    actor_id: int | None
    draft_uuid: str


@dataclass(frozen=True, slots=True)
class SecretDecided:
    """The maker of a draft decided about something that may be a secret.

    decision: fine (it may be read by all who may read the notebook), open again, or blanked.
    """

    actor_id: int | None
    draft_uuid: str
    kind: str
    decision: str


@dataclass(frozen=True, slots=True)
class TagRuleChanged:
    """A rule about proposed tags was changed by an administrator."""

    actor_id: int | None
    pattern: str


@dataclass(frozen=True, slots=True)
class NotebooksImported:
    """The operator brought notebooks in; ``versions`` counts those of new notebooks too."""

    actor_id: int | None
    kind: str
    source: str
    notebooks: int
    versions: int
    left_out: int
    is_stopped: bool


@dataclass(frozen=True, slots=True)
class NotebooksTakenAlong:
    """Notebooks left the commons as files: what a person looks after, or all (None)."""

    actor_id: int | None
    person_id: int | None
    form: str
    notebooks: int
