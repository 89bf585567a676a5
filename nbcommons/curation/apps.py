from django.apps import AppConfig


class CurationConfig(AppConfig):
    name = "nbcommons.curation"
    label = "curation"
