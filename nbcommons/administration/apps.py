from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "nbcommons.administration"
    label = "administration"
