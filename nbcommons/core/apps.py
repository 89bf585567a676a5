from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "nbcommons.core"
    label = "core"
