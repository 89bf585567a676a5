"""Two things measured in turn, and how many times one is the other."""

import random
import statistics
from collections.abc import Sequence

RESAMPLES = 4000
SEED = 20_261_128


def shuffled(kinds: Sequence[str], round_number: int) -> list[str]:
    """The kinds in this round's own order: no kind always comes after the same other."""
    return random.Random(SEED + round_number).sample(list(kinds), len(kinds))


def ratio(times: Sequence[float], base: Sequence[float]) -> float:
    """How many times the median of ``base`` the median of ``times`` is."""
    return statistics.median(times) / statistics.median(base)


def interval(times: Sequence[float], base: Sequence[float]) -> tuple[float, float]:
    """Where the ratio of medians lies in 95 of 100 samples drawn anew from these.

    Percentile bootstrap over rounds: what was measured in one round is drawn together, because a
    slow moment of the machine meets all that is in it.
    """
    dice = random.Random(SEED)
    rounds = range(len(base))
    found = sorted(
        ratio([times[n] for n in drawn], [base[n] for n in drawn])
        for drawn in (dice.choices(rounds, k=len(base)) for _ in range(RESAMPLES))
    )
    return found[RESAMPLES * 25 // 1000], found[RESAMPLES * 975 // 1000]


def compared(
    kind: str, times: Sequence[float], base: Sequence[float], *, to: str
) -> dict[str, str | int | float]:
    """A row: the median in seconds, and its ratio to the base with an interval."""
    low, high = interval(times, base)
    return {
        "what": kind,
        "n": len(times),
        "least s": round(min(times), 2),
        "median s": round(statistics.median(times), 2),
        "to": to,
        "ratio": round(ratio(times, base), 3),
        "95 of 100": f"{low:.2f} to {high:.2f}",
    }
