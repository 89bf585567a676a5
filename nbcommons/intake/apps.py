from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "nbcommons.intake"
    label = "intake"
