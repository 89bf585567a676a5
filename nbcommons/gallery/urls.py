from django.urls import path

from nbcommons.gallery.views import notebooks, people

app_name = "gallery"

urlpatterns = [
    path("", notebooks.home, name="home"),
    path("suggest/", notebooks.suggest, name="suggest"),
    path("notebooks/", notebooks.browse, name="browse"),
    path("notebooks/<uuid:uuid>/", notebooks.notebook, name="notebook"),
    path("notebooks/<uuid:uuid>/leaf/", notebooks.leaf, name="leaf"),
    path("notebooks/<uuid:uuid>/run/", notebooks.run, name="run"),
    # Last: other rooms have words of their own after the notebook.
    path("notebooks/<uuid:uuid>/<slug:slug>/", notebooks.notebook_by_title, name="by_title"),
    path("mine/", people.mine, name="mine"),
    path("people/<str:username>/", people.person, name="person"),
]
