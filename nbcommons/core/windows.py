"""Part of a long list, as programs ask for it."""

from typing import Annotated

from ninja import Schema
from pydantic import Field

LIMIT = 20
MOST = 100
# PostgreSQL walks over all rows before the first that is asked for.
FARTHEST = 1_000_000


class Window(Schema):
    """For ``Query[Window]`` of a call that gives a list."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many at most.")] = LIMIT
    offset: Annotated[int, Field(ge=0, le=FARTHEST, description="How many to pass over.")] = 0


class PageOut(Schema):
    """What every list says besides its rows."""

    total: Annotated[int, Field(ge=0, description="How many there are in all.")]
    limit: int
    offset: int
