"""Indexing what has changed, and looking now and then whether the index is still true."""

from typing import Any

from nbcommons.core import jobs
from nbcommons.core.actor import Actor
from nbcommons.search import operations

# So many notebooks that wait are taken along into one commit.
BATCH = 200


@jobs.job("search.index_notebook", queue="search")
def index_notebook(*, notebook_id: int, **_later: Any) -> None:
    # Not coalesced: a job refused because one waits could be overtaken by that one.
    operations.index_notebook(
        Actor.system("search index"),
        notebook_id,
        also=lambda: index_notebook.waiting("notebook_id", limit=BATCH),
    )


@jobs.periodic("search.mend_index", cron="* * * * *", queue="search")
def mend_index(**_later: Any) -> None:
    operations.mend_index(Actor.system("search index"))


# On the other queue: with many notebooks it takes a while, and what is published must not wait.
@jobs.periodic("search.catch_up", cron="*/10 * * * *")
def catch_up(**_later: Any) -> None:
    operations.catch_up(Actor.system("search index"))
