from django.urls import path

from nbcommons.intake import views

app_name = "intake"

urlpatterns = [
    path("add/", views.add, name="add"),
    path("add/<uuid:uuid>/", views.draft, name="draft"),
    path("add/<uuid:uuid>/file/", views.replace_file, name="replace_file"),
    path("add/<uuid:uuid>/discard/", views.discard, name="discard"),
    path("add/<uuid:uuid>/take-back/", views.take_back, name="take_back"),
    path("add/<uuid:uuid>/preview/", views.preview, name="preview"),
    path("add/<uuid:uuid>/pictures/<int:key>/", views.picture, name="picture"),
]
