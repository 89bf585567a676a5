from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "nbcommons.access"
    label = "access"
