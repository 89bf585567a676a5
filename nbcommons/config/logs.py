"""Logs are events with fields, one line of JSON each; never the content of a notebook."""

import re
from typing import Any

import structlog

add_level = structlog.stdlib.add_log_level
add_time = structlog.processors.TimeStamper(fmt="iso", utc=True)
# Addresses that open something for whoever holds them: invitations, new passwords, confirmations.
SECRET_ADDRESS = re.compile(
    r"(/(?:join|new-password|confirm-email)/)[^/\s\"\\?]+(?:/[^/\s\"\\?]+)?"
)
_as_json = structlog.processors.JSONRenderer()


def render(logger: Any, name: str, event: structlog.typing.EventDict) -> str:
    """The event as a line of JSON, without the secrets that stand in some addresses."""
    return SECRET_ADDRESS.sub(r"\1…", str(_as_json(logger, name, event)))


# What is added to records of libraries, which do not come through structlog.
foreign_chain = (add_level, add_time, structlog.processors.format_exc_info)


def configure() -> None:
    """Send structlog's events through the standard library, so that all logs look alike."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            add_level,
            add_time,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
