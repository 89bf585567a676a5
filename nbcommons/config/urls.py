"""Every address of the site, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from nbcommons.core.api import make_api
from nbcommons.executions.api import router as executions
from nbcommons.gallery.api import router as notebooks
from nbcommons.health.api import router as health
from nbcommons.search.api import router as search

api = make_api()
api.add_router("/notebooks", notebooks)
api.add_router("/executions", executions)
api.add_router("/search", search)
api.add_router("", health)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("nbcommons.people.urls")),
    path("", include("nbcommons.runtime.urls")),
    path("", include("nbcommons.intake.urls")),
    path("", include("nbcommons.health.urls")),
    path("", include("nbcommons.gallery.urls")),
    path("api/v1/", api.urls),
]
