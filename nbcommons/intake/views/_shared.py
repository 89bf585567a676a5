"""What several of these pages need."""

from uuid import UUID


def is_uuid(text: str) -> bool:
    """Whether ``text`` names something by its UUID."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
