from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "nbcommons.health"
    label = "health"
