"""How much of everything a notebook may have."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes unless the name says otherwise; the site's settings may change each."""

    raw_bytes: int = 20 * MEGABYTE
    stripped_bytes: int = 5 * MEGABYTE
    cells: int = 5_000
    depth: int = 100
    # Objects and lists together. 20 MB of "[],[],…" would otherwise become half a gigabyte.
    containers: int = 1_000_000
    metadata_value_bytes: int = 4_096
    pictures: int = 50
    picture_bytes: int = 2 * MEGABYTE
    # A small file can hold very many pixels of one colour, and each costs time to read.
    picture_pixels: int = 25_000_000
    all_picture_pixels: int = 60_000_000


DEFAULT_LIMITS = Limits()
