"""Why a whole import cannot be done."""

from nbcommons.intake.errors import Refused


class BadSource(Refused):
    """What the operator named cannot be read, or not any further."""

    title = "This cannot be brought in"
