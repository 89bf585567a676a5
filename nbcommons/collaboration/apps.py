from django.apps import AppConfig


class CollaborationConfig(AppConfig):
    name = "nbcommons.collaboration"
    label = "collaboration"
