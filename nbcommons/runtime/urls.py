"""Your Jupyter; addresses for the hub (never routed from outside); leaving Jupyter."""

from django.urls import path

from nbcommons.runtime.views import internal, own

app_name = "runtime"
urlpatterns = [
    path("internal/hub/spawns", internal.begin_spawn, name="begin_spawn"),
    path("internal/hub/spawns/<str:spawn_id>", internal.spawn, name="spawn"),
    path("leave-jupyter/", internal.sign_out, name="sign_out"),
    path("your-jupyter/", own.your_jupyter, name="your_jupyter"),
    path("your-jupyter/start/", own.start, name="start"),
    path("your-jupyter/stop/", own.stop, name="stop"),
    path("your-jupyter/extend/", own.extend, name="extend"),
    path("your-jupyter/preferences/", own.preferences, name="preferences"),
    path("your-jupyter/settings/forget/", own.forget_settings, name="forget_settings"),
    path("your-jupyter/connected/<int:token_id>/end/", own.disconnect, name="disconnect"),
    path("your-jupyter/registered/", own.register, name="register"),
    path("your-jupyter/registered/<int:key>/forget/", own.forget, name="forget_registered"),
]
