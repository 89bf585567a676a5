from django.apps import AppConfig


class RenderingConfig(AppConfig):
    name = "nbcommons.rendering"
    label = "rendering"
