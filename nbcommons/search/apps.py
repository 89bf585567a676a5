from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "nbcommons.search"
    label = "search"
