"""Everything that is known of a notebook's health, for programs."""

from datetime import timedelta
from typing import Any

from nbcommons.health import _sentences, queries
from nbcommons.health.models import CellHealth, NotebookHealth, Status
from nbcommons.notebooks.models import Notebook


def report(notebook: Notebook) -> dict[str, Any]:
    """What ``api.HealthOut`` shows of ``notebook``, which the reader may see. Two queries."""
    health = queries.health_of(notebook.pk)
    cells = {cell.number: cell for cell in CellHealth.objects.filter(notebook=notebook)}
    known = health or NotebookHealth(cells=0, finished_by_day=[], stopped_by_day=[])
    return {
        "notebook": notebook.uuid,
        "status": known.status,
        "score": known.score,
        "sentence": _sentences.headline_of(health),
        "cells": known.cells,
        "measures": known,
        "last_run_at": known.last_run_at,
        "last_failure_at": known.last_failure_at,
        "computed_at": known.computed_at,
        "model_version": known.model_version,
        "per_cell": [
            cells.get(number, {"number": number, "status": Status.UNKNOWN})
            for number in range(known.cells)
        ],
        "days": _days(health) if health else [],
    }


def _days(health: NotebookHealth) -> list[dict[str, Any]]:
    return [
        {
            "day": health.first_day + timedelta(days=place),
            "finished": finished,
            "stopped": stopped,
        }
        for place, (finished, stopped) in enumerate(
            zip(health.finished_by_day, health.stopped_by_day, strict=True)
        )
    ]
