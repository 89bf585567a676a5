"""Indexing what has changed, and looking now and then whether the index is still true."""

from typing import Any

from nbcommons.core import jobs
from nbcommons.core.actor import Actor
from nbcommons.search import operations

# So many notebooks that wait are taken along into one commit.
BATCH = 200


@jobs.job("search.index_notebooks", queue="search")
def index_notebooks(*, notebook_ids: list[int], **_later: Any) -> None:
    # The first that differs takes all others along into its commit; the rest find nothing to do.
    for notebook_id in notebook_ids:
        operations.index_notebook(
            Actor.system("search index"), notebook_id, also=lambda: notebook_ids
        )


@jobs.job(
    "search.index_notebook",
    queue="search",
    many=jobs.Many(index_notebooks, "notebook_id", "notebook_ids"),
)
def index_notebook(*, notebook_id: int, **_later: Any) -> None:
    # Not coalesced: a job refused because one waits could be overtaken by that one.
    operations.index_notebook(
        Actor.system("search index"),
        notebook_id,
        also=lambda: index_notebook.waiting("notebook_id", limit=BATCH),
    )


# These two on the other queue: with many notebooks they take a while, and what is published, or
# hidden, must not wait.
@jobs.periodic("search.mend_index", cron="* * * * *")
def mend_index(**_later: Any) -> None:
    operations.mend_index(Actor.system("search index"))


# The same at once, when a search has found none; one waits at most, however many search.
@jobs.job("search.mend_index_soon", coalesce_by="index")
def mend_index_soon(*, index: str = "site", **_later: Any) -> None:
    del index  # there is one
    operations.mend_index(Actor.system("search index"))


@jobs.periodic("search.catch_up", cron="*/10 * * * *")
def catch_up(**_later: Any) -> None:
    operations.catch_up(Actor.system("search index"))
