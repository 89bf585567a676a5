"""Kinds of values that calls of the API take, stricter than their usual readers."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator


def _text_only(value: Any) -> Any:
    """A number would be read as seconds since 1970, or as milliseconds, as large as it is."""
    if not isinstance(value, str):
        raise ValueError("Input should be a text")  # noqa: TRY004 - told as a fault of the field
    return value


def _no_number(value: Any) -> Any:
    """As above, for an address, where every value is a text."""
    if isinstance(value, str) and value.strip("+- ").replace(".", "", 1).isdecimal():
        raise ValueError("Input should be a date or a moment")
    return value


# A moment as RFC 3339 has it, with its time zone.
Moment = Annotated[AwareDatetime, BeforeValidator(_text_only)]
# The same in an address, where the zone or the time of day may be left out.
MomentAsked = Annotated[datetime, BeforeValidator(_no_number)]


def _number_only(value: Any) -> Any:
    """A text of digits, or true, would be read as a number."""
    if isinstance(value, str | bool):
        raise ValueError("Input should be a whole number")  # noqa: TRY004 - as above
    return value


# For a whole number of a body: ``Annotated[int, Field(ge=1), NUMBER_ONLY]``, in this order. 5.0 is
# one, as JSON does not tell it from 5.
NUMBER_ONLY = BeforeValidator(_number_only)
