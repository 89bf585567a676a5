"""A condition on notebooks written as SQL: Django's own takes milliseconds to put together."""

from typing import Any

from django.db.models import BooleanField, Expression, F
from django.db.models.sql.compiler import SQLCompiler

_COLUMNS = ("pk", "visibility", "owner_id", "owner_team_id")


class Condition(Expression):
    """``sql`` as a condition on ``Notebook``; ``params`` fill its ``%s`` from left to right.

    ``{pk}``, ``{visibility}``, ``{owner_id}`` and ``{owner_team_id}`` stand for the notebook's
    columns under whatever name the query knows the table by. The names of tables inside must be
    aliases that no query of Django's makes.
    """

    conditional = True
    output_field = BooleanField()

    def __init__(self, sql: str, params: tuple[Any, ...] = ()) -> None:
        super().__init__()
        self.sql = sql
        self.params = params
        self.columns: list[Any] = [F(name) for name in _COLUMNS]

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Any) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        del connection
        names = {
            name: compiler.compile(column)[0]
            for name, column in zip(_COLUMNS, self.columns, strict=True)
        }
        return self.sql.format(**names), self.params
