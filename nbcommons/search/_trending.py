"""How much a notebook is on the rise: a figure in [0, 1) from the runs of the last weeks.

``busy`` grows with the people of each day, yesterday's counting more than last week's, and comes
near 1 for crowds. ``rise`` compares the last week with the ones before: 1/2 for steady use, 1 when
all of it is new, less when it fades. A crowd that has been there all along thus does not hide
what has just been found, and one person alone makes no trend.
"""

import math
from collections.abc import Sequence

HALF_LIFE_DAYS = 7
HALF_BUSY = 10.0
"""So many people today (or twice as many a week ago) make ``busy`` one half."""

WEEK = 7
STEPS = 20
"""Told in twentieths: a finer figure would have the index write half its notebooks every night."""


def trending_of(people_by_day: Sequence[int]) -> float:
    """The figure for so many people a day, oldest first, the last one being today."""
    weighed = sum(
        people * math.pow(0.5, age / HALF_LIFE_DAYS)
        for age, people in enumerate(reversed(people_by_day))
    )
    lately, before = people_by_day[-WEEK:], people_by_day[:-WEEK]
    if not sum(lately):
        return 0.0
    week_before = sum(before) * WEEK / len(before) if before else 0.0
    rise = sum(lately) / (sum(lately) + week_before)
    busy = weighed / (weighed + HALF_BUSY)
    return round(busy * rise * STEPS) / STEPS
