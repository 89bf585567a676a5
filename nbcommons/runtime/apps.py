"""Tells Django about the room."""

from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    name = "nbcommons.runtime"
    verbose_name = "Jupyter"
