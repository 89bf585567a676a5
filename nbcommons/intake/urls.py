from django.urls import path

from nbcommons.intake.views import adding, drafts

app_name = "intake"

urlpatterns = [
    path("add/", adding.add, name="add"),
    path("add/<uuid:uuid>/", drafts.draft, name="draft"),
    path("add/<uuid:uuid>/file/", drafts.replace_file, name="replace_file"),
    path("add/<uuid:uuid>/discard/", drafts.discard, name="discard"),
    path("add/<uuid:uuid>/take-back/", drafts.take_back, name="take_back"),
    path("add/<uuid:uuid>/preview/", drafts.preview, name="preview"),
    path("add/<uuid:uuid>/pictures/<int:key>/", drafts.picture, name="picture"),
]
