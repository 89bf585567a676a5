from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "nbcommons.config"
    label = "config"

    def ready(self) -> None:
        from nbcommons.config import logs, wiring
        from nbcommons.core import events

        logs.configure()
        events.connect(wiring.WIRING)
