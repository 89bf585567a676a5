"""Queries of Django's that are put together once and then asked again with other values.

Putting a query together costs several times what PostgreSQL needs to answer it, and pages that
everybody opens ask the same ones each time. Here Django writes the SQL once in a process, with
stand-ins where values will stand; after that only the values change.

PostgreSQL in turn plans such a query once for a connection (``planned_cursor``): for one with all
the conditions of a permission, planning takes several times what finding the rows does.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import UUID

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import BooleanField, Expression, F, Model, Q, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from psycopg.pq import TransactionStatus

Row = TypeVar("Row", bound=Model)

# Values that no record has, one for each kind of value: PERSON stands for a person's key.
PERSON = -4_611_686_018_427_387_001
KEY = -4_611_686_018_427_387_002
KEYS = [-4_611_686_018_427_387_003]
TEXT = "\u0001a stand-in\u0001"
IDENTIFIER = UUID("5d1c3f0e-0000-4000-8000-57a9d1900000")
MOMENT = datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC)


class NotPrepared(Exception):
    """A value was given for a stand-in that stands nowhere in the query, or one is missing."""


class _Among(Expression):
    conditional = True
    output_field = BooleanField()

    def __init__(self, column: Any, keys: Sequence[Any]) -> None:
        super().__init__()
        self.column = column
        self.keys = keys

    def get_source_expressions(self) -> list[Any]:
        return [self.column]

    def set_source_expressions(self, exprs: Any) -> None:
        (self.column,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        del connection
        return f"{compiler.compile(self.column)[0]} = ANY(%s)", (self.keys,)


class _Planned(psycopg.RawCursor[Any]):
    """Has plans made anew when a table was changed since, as by a migration beside us.

    Takes queries as Django writes them; the database gets its own kind of stand-ins. psycopg
    would look for them again each time in a query as long as ours.
    """

    def execute(self, query: Any, params: Any = None, **how: Any) -> "_Planned":
        query, names = _numbered(query)
        if names:
            params = [params[name] for name in names]
        try:
            super().execute(query, params, **how)
        except psycopg.errors.FeatureNotSupported:
            # "cached plan must not change result type": a transaction is lost by that, and
            # psycopg forgets its plans when it is taken back.
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                raise
            self.connection.execute("DEALLOCATE ALL")
            super().execute(query, params, **how)
        return self


@lru_cache
def _numbered(query: str) -> tuple[str, tuple[str, ...]]:
    """``query`` with $1, $2 for ``%s``, or for ``%(name)s`` and then with the names in order."""
    names: list[str] = []
    numbers = count(1)

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found["name"]
        if name is None:
            return f"${next(numbers)}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return re.sub(r"%(?:%|s|\((?P<name>\w+)\)s)", number, query), tuple(names)


def planned_cursor() -> CursorWrapper:
    """A cursor whose queries PostgreSQL plans once for a connection, when they come again.

    Django's own writes the values into the text, so that each text is new to the database. Here
    the database gets both apart. Every value needs a place that tells its type, a column beside
    it or a cast. ``prepare_threshold`` in the settings says after how many times.
    """
    live = connections[connection.alias]  # what stands in for it looks for it at each word
    live.close_if_health_check_failed()
    live.ensure_connection()
    cursor = _Planned(live.connection)
    wrap = live.make_debug_cursor if live.queries_logged else live.make_cursor
    return wrap(cursor)  # type: ignore[arg-type] # what it takes is a cursor of the driver


def among(column: str, keys: Sequence[Any]) -> Q:
    """That ``column`` is one of ``keys``, all of them one parameter, as ``KEYS`` needs it."""
    return Q(_Among(F(column), keys))


class Prepared(Generic[Row]):
    """Whole rows of a model, by a query that ``make`` writes with stand-ins.

    ``stand_ins`` tells by what name the value for each is given; ``make`` takes them by these
    names. A list (``KEYS``) is given as a list and belongs into ``among``. Joined rows and
    annotations come along; nothing that is fetched by further queries does. Names in ``may_lack``
    need not stand in the query.
    """

    def __init__(
        self,
        make: Callable[..., QuerySet[Row]],
        *,
        may_lack: Collection[str] = (),
        **stand_ins: Any,
    ) -> None:
        self._make = make
        self._may_lack = may_lack
        self._stand_ins = stand_ins

    def rows(self, **values: Any) -> list[Row]:
        """The rows for ``values``, which are given for every stand-in; one query."""
        sql, parameters = self.asked(**values)
        if not sql:
            return []
        with planned_cursor() as cursor:
            cursor.execute(sql, parameters)
            found = cursor.fetchall()
        return [self._built(row) for row in found]

    def first(self, **values: Any) -> Row | None:
        """The first row for ``values``, None if there is none; ``make`` should ask for one."""
        return next(iter(self.rows(**values)), None)

    def asked(self, **values: Any) -> tuple[str, tuple[Any, ...]]:
        """The SQL for ``values``, "" when nothing can be found, and its parameters."""
        return self._written[0], tuple(self._filled(values))

    @cached_property
    def _written(self) -> tuple[str, tuple[Any, ...], Callable[[tuple[Any, ...]], Row]]:
        query = self._make(**self._stand_ins).query
        compiler = query.get_compiler(using=connection.alias)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return "", (), _unreachable
        for name, stand_in in self._stand_ins.items():
            if name not in self._may_lack and not any(
                _is(parameter, stand_in) for parameter in parameters
            ):
                raise NotPrepared(f"the query does not use {name}")
        return sql, tuple(parameters), _builder(compiler)

    def _filled(self, values: Mapping[str, Any]) -> list[Any]:
        if values.keys() != self._stand_ins.keys():
            raise NotPrepared(f"values are needed for {sorted(self._stand_ins)}")
        return [parameter if name is None else values[name] for name, parameter in self._places]

    @cached_property
    def _places(self) -> tuple[tuple[str | None, Any], ...]:
        """For each parameter the name of the value that it is given, None if it stays."""
        return tuple((self._name_of(parameter), parameter) for parameter in self._written[1])

    def _name_of(self, parameter: Any) -> str | None:
        names = (name for name, each in self._stand_ins.items() if _is(parameter, each))
        return next(names, None)

    def _built(self, row: tuple[Any, ...]) -> Row:
        return self._written[2](row)


def _unreachable(row: tuple[Any, ...]) -> Any:
    raise NotPrepared(f"a row of nothing: {row}")


def _is(parameter: Any, stand_in: Any) -> bool:
    same_kind = isinstance(parameter, type(stand_in))
    return bool(same_kind and parameter == stand_in)


def _builder(compiler: Any) -> Callable[[tuple[Any, ...]], Any]:
    """What makes an object of a row, as ``django.db.models.query.ModelIterable`` does."""
    select, klass_info = compiler.select, compiler.klass_info
    model = klass_info["model"]
    first, last = klass_info["select_fields"][0], klass_info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[first:last]]
    # The types are those of a later Django, where this takes one more.
    populators = get_related_populators(klass_info, select, connection.alias)  # type: ignore[call-arg]
    annotations = tuple((compiler.annotation_col_map or {}).items())
    columns = [column[0] for column in select[: compiler.col_count]]
    converters = tuple(compiler.get_converters(columns).items())

    def build(row: tuple[Any, ...]) -> Any:
        if converters:
            values = list(row)
            for position, (converts, expression) in converters:
                for convert in converts:
                    values[position] = convert(values[position], expression, connection)
            row = tuple(values)
        built = model.from_db(connection.alias, names, row[first:last])
        for populator in populators:
            populator.populate(row, built)
        for name, position in annotations:
            setattr(built, name, row[position])
        return built

    return build
