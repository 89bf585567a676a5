"""Facts about the site's own housekeeping."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoticeChanged:
    """A notice of the site was published, changed or ended; ``change`` says which."""

    actor_id: int | None
    notice_id: int
    change: str


@dataclass(frozen=True, slots=True)
class TagChanged:
    """A tag was renamed, merged into another or taken away, with all notebooks that have it."""

    actor_id: int | None
    tag_id: int
    change: str
    old_name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class TagRestricted:
    """Only administrators may put a tag on notebooks from now on, or everybody may again."""

    actor_id: int | None
    tag_id: int
    name: str
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class JobMended:
    """A job was told to run again, or taken away; ``change`` says which."""

    actor_id: int | None
    job_id: int
    task: str
    change: str


@dataclass(frozen=True, slots=True)
class AuditLogExported:
    """Somebody took a copy of a part of the audit log; ``asked`` says which part."""

    actor_id: int | None
    asked: str
