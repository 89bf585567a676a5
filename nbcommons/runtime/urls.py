"""Addresses for the hub (never routed from outside) and for leaving Jupyter."""

from django.urls import path

from nbcommons.runtime import views

app_name = "runtime"
urlpatterns = [
    path("internal/hub/spawns", views.begin_spawn, name="begin_spawn"),
    path("internal/hub/spawns/<str:spawn_id>", views.spawn, name="spawn"),
    path("leave-jupyter/", views.sign_out, name="sign_out"),
]
