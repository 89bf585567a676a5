"""Tells Django about the room."""

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured

from nbcommons.runtime.profiles import BadProfiles


class RuntimeConfig(AppConfig):
    name = "nbcommons.runtime"
    verbose_name = "Jupyter"

    def ready(self) -> None:
        # Models can be imported only now.
        from nbcommons.runtime.preferences import offered_profiles  # noqa: PLC0415

        try:
            offered_profiles()
        except BadProfiles as error:
            raise ImproperlyConfigured(f"NBCOMMONS_PROFILES: {error}") from error
