"""Which fact starts which job: the one place where news travels upwards."""

from nbcommons.core.events import Listeners
from nbcommons.notebooks.events import NotebookRemoved, RevisionPublished, SharingChanged

WIRING: dict[type, Listeners] = {
    RevisionPublished: Listeners(),
    SharingChanged: Listeners(),
    NotebookRemoved: Listeners(),
}
