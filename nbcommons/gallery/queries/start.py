"""The page that is shown while a person's Jupyter starts."""

from dataclasses import dataclass

from nbcommons.core.actor import Actor
from nbcommons.core.addresses import path_about
from nbcommons.notebooks.models import Notebook
from nbcommons.runtime.queries import Environment, environment_of, run_url


@dataclass(frozen=True, slots=True)
class StartPage:
    """Where the start is. ``jupyter_url`` leads to the notebook, opened."""

    title: str
    version: int
    url: str
    notebook_url: str
    jupyter_url: str
    environment: Environment

    @property
    def is_ready(self) -> bool:
        return self.environment.is_ready


def start_page(
    actor: Actor, notebook: Notebook, *, environment: Environment | None = None
) -> StartPage:
    """How far the Jupyter of ``actor`` is, and where ``notebook`` opens in it.

    ``environment`` is what is known already; without it the hub is asked.
    """
    revision = notebook.current_revision
    assert revision is not None  # noqa: S101 - the guard lists none without
    return StartPage(
        title=notebook.title,
        version=revision.number,
        url=path_about("gallery:run", notebook.uuid),
        notebook_url=path_about("gallery:notebook", notebook.uuid),
        jupyter_url=run_url(notebook_uuid=notebook.uuid, revision=revision.number),
        environment=environment or environment_of(actor),
    )
