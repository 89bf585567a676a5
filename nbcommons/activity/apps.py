from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "nbcommons.activity"
    label = "activity"
