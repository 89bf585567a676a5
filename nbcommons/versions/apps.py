from django.apps import AppConfig


class VersionsConfig(AppConfig):
    name = "nbcommons.versions"
    label = "versions"
