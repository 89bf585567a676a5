from django.apps import AppConfig


class NotebooksConfig(AppConfig):
    name = "nbcommons.notebooks"
    label = "notebooks"
