"""Tells Django about the room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "nbcommons.people"
    verbose_name = "People"
