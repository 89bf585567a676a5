from django.apps import AppConfig


class ExecutionsConfig(AppConfig):
    name = "nbcommons.executions"
    label = "executions"
