"""Every address of the site, room by room."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from nbcommons.administration.urls import tables
from nbcommons.collaboration.api import changes, of_notebook as collaboration, stars
from nbcommons.core import problems
from nbcommons.core.api import make_api
from nbcommons.curation.api import router as curation
from nbcommons.executions.api import router as executions
from nbcommons.gallery.api import me as home, router as notebooks
from nbcommons.health.api import router as health
from nbcommons.intake.api import router as drafts
from nbcommons.people.api import router as me
from nbcommons.runtime.api import router as environment
from nbcommons.search.api import router as search
from nbcommons.versions.api import router as versions

api = make_api()
api.add_router("/drafts", drafts)
api.add_router("/notebooks", notebooks)
api.add_router("/notebooks", curation)
api.add_router("/notebooks", versions)
api.add_router("/notebooks", collaboration)
api.add_router("/changes", changes)
api.add_router("/executions", executions)
api.add_router("/search", search)
api.add_router("/me", me)
api.add_router("/me", environment)
api.add_router("/me", home)
api.add_router("/me", stars)
api.add_router("", health)

urlpatterns: list[URLPattern | URLResolver] = [
    # What is looked for one by one, so that what is opened most stands first; but the gallery
    # comes after those that have words of their own behind a notebook's address.
    path("", include("nbcommons.versions.urls")),
    path("", include("nbcommons.health.urls")),
    path("", include("nbcommons.collaboration.urls")),
    path("", include("nbcommons.curation.urls")),
    path("", include("nbcommons.intake.urls")),
    path("", include("nbcommons.nbgallery.urls")),
    path("", include("nbcommons.gallery.urls")),
    path("", include("nbcommons.runtime.urls")),
    path("", include("nbcommons.people.urls")),
    path("", include("nbcommons.administration.urls")),
    *tables,
    path("api/v1/", problems.nothing_here),
    path("api/v1/", api.urls),
    re_path(r"^api/", problems.nothing_here),
]

handler400 = problems.bad_request
handler404 = problems.page_not_found
handler500 = problems.server_error
