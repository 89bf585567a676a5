from django.urls import path

from nbcommons.versions import views

app_name = "versions"

_VERSION = "notebooks/<uuid:uuid>/versions/<int:number>"

urlpatterns = [
    path("notebooks/<uuid:uuid>/versions/", views.history, name="history"),
    path("notebooks/<uuid:uuid>/compare/", views.compare, name="compare"),
    path(f"{_VERSION}/", views.version, name="version"),
    path(f"{_VERSION}/leaf/", views.leaf, name="leaf"),
    path(f"{_VERSION}/download/", views.download, name="download"),
    path(f"{_VERSION}/restore/", views.restore, name="restore"),
    path(f"{_VERSION}/label/", views.label, name="label"),
]
