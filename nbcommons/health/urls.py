from django.urls import path

from nbcommons.health import views

app_name = "health"

urlpatterns = [
    path("notebooks/<uuid:uuid>/health/", views.notebook_health, name="notebook"),
]
