from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "nbcommons.config"
    label = "config"

    def ready(self) -> None:
        from nbcommons.config import logs, wiring
        from nbcommons.core import events, plugins

        logs.configure()
        events.connect(wiring.WIRING)
        found = plugins.installed(off=settings.NBCOMMONS_PLUGINS_OFF)
        if settings.NBCOMMONS_BROKEN_PLUGINS == "refuse":
            plugins.require_whole(found)
        plugins.connect(found)
