"""Which fact starts which job: the one place where news travels upwards."""

from nbcommons.activity.listeners import record
from nbcommons.core.events import Listeners
from nbcommons.notebooks.events import NotebookRemoved, RevisionPublished, SharingChanged

WIRING: dict[type, Listeners] = {
    RevisionPublished: Listeners(inline=(record,)),
    SharingChanged: Listeners(inline=(record,)),
    NotebookRemoved: Listeners(inline=(record,)),
}
