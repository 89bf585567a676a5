from django.apps import AppConfig


class GalleryConfig(AppConfig):
    name = "nbcommons.gallery"
    label = "gallery"
