"""Every address of the site, room by room."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("nbcommons.people.urls")),
    path("", include("nbcommons.runtime.urls")),
    path("", include("nbcommons.intake.urls")),
]
