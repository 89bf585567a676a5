from django.urls import path

from nbcommons.collaboration import views

app_name = "collaboration"

urlpatterns = [
    path("notebooks/<uuid:uuid>/star/", views.star, name="star"),
    path("notebooks/<uuid:uuid>/changes/", views.of_notebook, name="of_notebook"),
    path("changes/", views.changes, name="changes"),
    path("changes/<uuid:uuid>/", views.change, name="change"),
    path("changes/<uuid:uuid>/download/", views.download, name="download"),
    path("changes/<uuid:uuid>/withdraw/", views.withdraw, name="withdraw"),
    path("changes/<uuid:uuid>/decline/", views.decline, name="decline"),
    path("drafts/<uuid:uuid>/suggest/<uuid:notebook>/", views.suggest, name="suggest"),
]
