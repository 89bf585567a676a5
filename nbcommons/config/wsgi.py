"""The site as a WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbcommons.config.settings.production")

application = get_wsgi_application()

# What is loaded by now stays for good: looking through it for garbage took a tenth of a page.
gc.collect()
gc.freeze()
