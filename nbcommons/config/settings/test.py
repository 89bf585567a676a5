"""Tests: cheap password hashes, memory for mail, static files straight from the source."""

import tempfile
from pathlib import Path

from nbcommons.config.settings.base import *

NBCOMMONS_DATA = Path(tempfile.gettempdir()) / "nbcommons-tests"
ALLOWED_HOSTS = ["*"]
# Its addresses are among those that tests ask; tests of it switch it off.
NBCOMMONS_NBGALLERY = True
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES["default"]["CONN_MAX_AGE"] = 0
WHITENOISE_AUTOREFRESH = True
