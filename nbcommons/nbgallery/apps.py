from django.apps import AppConfig


class NbgalleryConfig(AppConfig):
    name = "nbcommons.nbgallery"
    label = "nbgallery"
