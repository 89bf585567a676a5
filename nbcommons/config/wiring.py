"""Which fact starts which job: the one place where news travels upwards."""

from nbcommons.activity.listeners import record
from nbcommons.administration import events as administration
from nbcommons.collaboration import events as collaboration, tasks as collaboration_jobs
from nbcommons.core.events import Listeners
from nbcommons.curation import events as curation, tasks as curation_jobs
from nbcommons.executions import events as executions
from nbcommons.health import events as health, tasks as health_jobs
from nbcommons.intake import events as intake
from nbcommons.notebooks import events as notebooks
from nbcommons.people import events as people, tasks as people_jobs
from nbcommons.rendering import tasks as rendering_jobs
from nbcommons.runtime import events as runtime, tasks as runtime_jobs
from nbcommons.search import events as search, tasks as search_jobs
from nbcommons.search.listeners import end_feeds
from nbcommons.versions import tasks as versions_jobs

AUDITED = Listeners(inline=(record,))
REINDEXED = Listeners(inline=(record,), jobs=(search_jobs.index_notebook,))

WIRING: dict[type, Listeners] = {
    # The catalogue
    notebooks.RevisionPublished: Listeners(
        inline=(record,),
        jobs=(
            rendering_jobs.render_revision,
            health_jobs.refresh_notebook,
            search_jobs.index_notebook,
            versions_jobs.measure_version,
        ),
    ),
    notebooks.SharingChanged: Listeners(
        inline=(record,), jobs=(search_jobs.index_notebook, curation_jobs.tell_of_sharing)
    ),
    notebooks.NotebookRemoved: REINDEXED,
    notebooks.NotebookDescribed: REINDEXED,
    notebooks.OwnerChanged: Listeners(
        inline=(record,), jobs=(search_jobs.index_notebook, curation_jobs.tell_old_keeper)
    ),
    notebooks.NotebookDeprecated: REINDEXED,
    notebooks.DeprecationUndone: REINDEXED,
    notebooks.NotebookBinned: REINDEXED,
    notebooks.NotebookRestored: REINDEXED,
    notebooks.RevisionLabelled: AUDITED,
    # Coming in
    intake.DraftBroughtIn: AUDITED,
    intake.DraftRejected: AUDITED,
    intake.DraftTakenBack: AUDITED,
    intake.SecretDecided: AUDITED,
    intake.TagRuleChanged: AUDITED,
    intake.NotebooksImported: AUDITED,
    intake.NotebooksTakenAlong: AUDITED,
    # Looking after
    curation.OwnershipOffered: Listeners(inline=(record,), jobs=(curation_jobs.tell_of_offer,)),
    curation.OwnershipOfferClosed: Listeners(
        inline=(record,), jobs=(curation_jobs.tell_of_answer,)
    ),
    curation.NotebooksHandedOver: Listeners(
        inline=(record,), jobs=(curation_jobs.tell_of_hand_over,)
    ),
    curation.SecretsSettled: AUDITED,
    # Working together
    collaboration.StarGiven: AUDITED,
    collaboration.StarTakenBack: AUDITED,
    collaboration.ChangeProposed: Listeners(
        inline=(record,), jobs=(collaboration_jobs.tell_of_change,)
    ),
    collaboration.ChangeWithdrawn: AUDITED,
    collaboration.ChangeDeclined: Listeners(
        inline=(record,), jobs=(collaboration_jobs.tell_of_answer,)
    ),
    # Running: one fact for each report, counted in its own room, too many for the audit log
    executions.ExecutionsRecorded: Listeners(jobs=(health_jobs.refresh_notebook,)),
    executions.ActivityLoaded: Listeners(inline=(record,), jobs=(health_jobs.refresh_all,)),
    health.HealthChanged: Listeners(jobs=(search_jobs.index_notebook,)),
    runtime.NotebookOpened: AUDITED,
    runtime.EnvironmentWanted: Listeners(jobs=(runtime_jobs.start_environment,)),
    runtime.EnvironmentStarted: AUDITED,
    runtime.EnvironmentEnded: AUDITED,
    runtime.EnvironmentExtended: AUDITED,
    runtime.EnvironmentStopped: AUDITED,
    runtime.EnvironmentRenewed: Listeners(
        inline=(record,), jobs=(runtime_jobs.renew_environment,)
    ),
    runtime.EnvironmentRegistered: AUDITED,
    runtime.EnvironmentForgotten: AUDITED,
    # Finding. A lost index is told by every search until it is there again, too often to audit.
    search.IndexFoundMissing: Listeners(jobs=(search_jobs.mend_index_soon,)),
    search.NotebookWanted: AUDITED,
    search.WishAnswered: AUDITED,
    search.FeedKeyChanged: AUDITED,
    # People
    people.PersonJoined: AUDITED,
    people.PeopleRecorded: AUDITED,
    people.PersonInvited: AUDITED,
    people.ApprovalAwaited: Listeners(
        inline=(record,), jobs=(people_jobs.tell_administrators,)
    ),
    people.PersonApproved: Listeners(inline=(record,), jobs=(people_jobs.tell_approved,)),
    people.ApprovalDeclined: AUDITED,
    people.PersonDeactivated: Listeners(
        inline=(record, end_feeds),
        jobs=(runtime_jobs.stop_environment, curation_jobs.look_after_the_left),
    ),
    people.PersonReactivated: AUDITED,
    people.AdministratorChanged: AUDITED,
    people.AdminModeSwitched: AUDITED,
    people.PasswordLinkMade: AUDITED,
    people.SecondStepRemoved: AUDITED,
    people.TokenMinted: AUDITED,
    people.TokenRevoked: AUDITED,
    # Teams, organisations, labels. The index knows teams by key, so who is in one changes nothing.
    people.TeamChanged: AUDITED,
    people.TeamRenamed: Listeners(inline=(record,), jobs=(search_jobs.catch_up,)),
    people.OrganisationChanged: AUDITED,
    people.OrganisationsImported: AUDITED,
    people.PersonMoved: AUDITED,
    people.LabelChanged: AUDITED,
    people.LabelGranted: AUDITED,
    people.LabelWithdrawn: AUDITED,
    # Administration
    administration.NoticeChanged: AUDITED,
    administration.TagChanged: Listeners(inline=(record,), jobs=(search_jobs.catch_up,)),
    administration.TagRestricted: AUDITED,
    administration.JobMended: AUDITED,
    administration.AuditLogExported: AUDITED,
}
