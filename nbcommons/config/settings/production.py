"""Production, also behind ``nbcommons up``: refuses to start when a secret is missing."""

from nbcommons.config.settings.base import *
