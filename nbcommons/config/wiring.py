"""Which fact starts which job: the one place where news travels upwards."""

from nbcommons.activity.listeners import record
from nbcommons.core.events import Listeners
from nbcommons.notebooks.events import NotebookRemoved, RevisionPublished, SharingChanged
from nbcommons.people import events as people

WIRING: dict[type, Listeners] = {
    RevisionPublished: Listeners(inline=(record,)),
    SharingChanged: Listeners(inline=(record,)),
    NotebookRemoved: Listeners(inline=(record,)),
    people.PersonJoined: Listeners(inline=(record,)),
    people.PersonInvited: Listeners(inline=(record,)),
    people.PersonDeactivated: Listeners(inline=(record,)),
    people.PersonReactivated: Listeners(inline=(record,)),
    people.AdministratorChanged: Listeners(inline=(record,)),
    people.AdminModeSwitched: Listeners(inline=(record,)),
    people.TokenMinted: Listeners(inline=(record,)),
    people.TokenRevoked: Listeners(inline=(record,)),
}
