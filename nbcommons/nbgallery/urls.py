"""Addresses of the protocol. They stand before our own, which end with a slash."""

from django.urls import path, re_path

from nbcommons.nbgallery.views import handing, integration, jupyters, notebooks

app_name = "nbgallery"

_NOTEBOOK = "notebooks/<str:named>"

urlpatterns = [
    # Tier 1: what runs inside people's Jupyter asks
    path("environments", jupyters.environments, name="environments"),
    path("environments/<str:named>", jupyters.environment, name="environment"),
    path("preferences", jupyters.preferences, name="preferences"),
    path("executions", jupyters.executions, name="executions"),
    path("stages", notebooks.stages, name="stages"),
    path("notebooks/stars", notebooks.stars, name="stars"),
    path("notebooks/recently_executed", notebooks.recently_executed, name="recent"),
    path(f"{_NOTEBOOK}/metadata", notebooks.metadata, name="metadata"),
    path(f"{_NOTEBOOK}/download", notebooks.download, name="download"),
    path(f"{_NOTEBOOK}/diff", notebooks.diff, name="diff"),
    path(f"{_NOTEBOOK}/uuid", notebooks.uuid, name="uuid"),
    # Clients add it to whatever address of a notebook somebody pastes.
    path(f"{_NOTEBOOK}/<str:slug>/uuid", notebooks.uuid, name="uuid_by_title"),
    path("notebook/<str:named>/uuid", notebooks.uuid, name="old_uuid"),
    path("nb/<str:named>/uuid", notebooks.uuid, name="short_uuid"),
    path("nb/<str:named>/<str:slug>/uuid", notebooks.uuid, name="short_uuid_by_title"),
    path("n/<str:named>/uuid", notebooks.uuid, name="own_short_uuid"),
    path("integration/<str:name>", integration.integration, name="integration"),
    path("static/integration/<str:name>", integration.integration, name="old_integration"),
    re_path(r"^notebook/(?P<named>[0-9a-f-]+)/?$", notebooks.page, name="old_page"),
    re_path(r"^nb/(?P<named>[0-9a-f-]+)(?:/(?P<slug>[^/]+))?/?$", notebooks.page, name="page"),
    path("handed-over/<uuid:staged>/", handing.handed_over, name="handed_over"),
    # Tier 2, where it costs little
    path("stages/<uuid:staged>/preprocess", notebooks.preprocess, name="preprocess"),
    path("notebooks", notebooks.all_notebooks, name="all"),
    re_path(
        r"^notebooks/(?P<named>[0-9a-f-]+)/"
        r"(?P<key>title|description|public|owner|friendly_url|tags)$",
        notebooks.attribute,
        name="attribute",
    ),
]
