"""Six side doors that the import contract does not close."""

import ast
import importlib
import inspect
import re
from dataclasses import fields, is_dataclass

import pytest
from django.apps import apps

from nbcommons.config.wiring import WIRING
from tests.architecture.floors import FLOORS, ROOMS, SITE, is_below

ABOVE_ACCESS = [room for room in ROOMS if FLOORS[room] > FLOORS["access"]]


def test_every_room_has_a_floor():
    assert set(ROOMS) <= set(FLOORS)


@pytest.mark.parametrize("room", ROOMS)
def test_foreign_keys_point_down(room):
    if not apps.is_installed(f"nbcommons.{room}"):
        return
    for model in apps.get_app_config(room).get_models():
        for field in model._meta.get_fields():
            if (
                field.concrete
                and field.is_relation
                and field.related_model in apps.get_models()
            ):
                target = field.related_model._meta.app_label
                assert target not in FLOORS or is_below(room, target), f"{model}.{field.name}"


TAG = re.compile(r"{%\s*(?:include|extends)\s+\"([a-z_]+)/|{%\s*url\s+['\"]([a-z_]+):")


@pytest.mark.parametrize("room", ROOMS)
def test_templates_know_only_rooms_below(room):
    for template in (SITE / room / "templates").rglob("*.html"):
        for include, url in TAG.findall(template.read_text()):
            other = include or url
            assert other not in FLOORS or is_below(room, other), f"{template}: {other}"


@pytest.mark.parametrize("room", ABOVE_ACCESS)
def test_operations_take_the_actor_first(room):
    for path in [*(SITE / room).glob("operations.py"), *(SITE / room).glob("operations/*.py")]:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                first = node.args.args[0].arg if node.args.args else None
                assert first == "actor", f"{path}: {node.name}"


def _facts():
    for room in ROOMS:
        if (SITE / room / "events.py").exists() and room != "core":
            module = importlib.import_module(f"nbcommons.{room}.events")
            for name, value in vars(module).items():
                if is_dataclass(value) and value.__module__ == module.__name__:
                    yield pytest.param(value, id=name)


@pytest.mark.parametrize("fact", list(_facts()))
class TestFacts:
    def test_stands_in_the_wiring(self, fact):
        assert fact in WIRING

    def test_is_frozen_and_carries_json_values_only(self, fact):
        assert fact.__dataclass_params__.frozen
        allowed = {int, str, bool, float, int | None, str | None, list[int], list[str]}
        assert {field.type for field in fields(fact)} <= allowed

    def test_its_jobs_accept_what_it_carries(self, fact):
        for job in WIRING[fact].jobs:
            parameters = inspect.signature(job.function).parameters
            assert parameters["_later"].kind is inspect.Parameter.VAR_KEYWORD
            needed = {
                name
                for name, parameter in parameters.items()
                if parameter.default is parameter.empty and name != "_later"
            }
            assert needed <= {field.name for field in fields(fact)}, job.name
            assert job.coalesce_by in {None, *(field.name for field in fields(fact))}


@pytest.mark.parametrize("room", ROOMS)
def test_private_names_stay_in_their_room(room):
    for path in (SITE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "nbcommons."
            ):
                other = node.module.split(".")[1]
                private = re.search(r"\._[a-z]", node.module) or any(
                    alias.name.startswith("_") for alias in node.names
                )
                assert other == room or not private, f"{path}: {node.module}"
