from django.urls import path

from nbcommons.gallery import views

app_name = "gallery"

urlpatterns = [
    path("", views.home, name="home"),
    path("suggest/", views.suggest, name="suggest"),
    path("notebooks/", views.browse, name="browse"),
    path("notebooks/<uuid:uuid>/", views.notebook, name="notebook"),
    path("notebooks/<uuid:uuid>/leaf/", views.leaf, name="leaf"),
    path("notebooks/<uuid:uuid>/run/", views.run, name="run"),
    # Last: other rooms have words of their own after the notebook.
    path("notebooks/<uuid:uuid>/<slug:slug>/", views.notebook_by_title, name="by_title"),
    path("mine/", views.mine, name="mine"),
    path("people/<str:username>/", views.person, name="person"),
]
