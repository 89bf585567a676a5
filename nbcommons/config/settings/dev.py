"""Development: error pages with traces, static files straight from the source."""

from nbcommons.config.settings.base import *

DEBUG = True
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
