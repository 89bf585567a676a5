"""What an import says at its end, so that a person knows what to do next."""

import re
from collections.abc import Callable, Sequence

from nbcommons.intake._bulk.deciding import Outcome
from nbcommons.intake._bulk.items import Kind
from nbcommons.intake._bulk.report import Row
from nbcommons.intake._bulk.running import Run

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
MOST_SHOWN = 20
MOST_NAMES = 10
Say = Callable[[str], None]


def tell(run: Run, write: Say, *, report: str) -> None:
    """Say in lines what became of the notebooks; ``report``: where all of it stands, if asked."""

    def say(line: str) -> None:
        # Titles and names come from outside; a terminal obeys some characters.
        write(_UNSAFE.sub("\N{REPLACEMENT CHARACTER}", line))

    tally, is_dry = run.tally, run.orders.is_dry
    told = (Outcome.NEW, Outcome.VERSION, Outcome.UNCHANGED)
    counts = ", ".join(f"{tally.outcomes[outcome]:,} {outcome}" for outcome in told)
    left_out = tally.outcomes[Outcome.LEFT_OUT]
    say(
        f"{'Would be brought in' if is_dry else 'Brought in'}: {counts}; {left_out:,} left out."
    )
    if tally.versions > tally.outcomes[Outcome.NEW] + tally.outcomes[Outcome.VERSION]:
        say(f"Versions {'that would be ' if is_dry else ''}written: {tally.versions:,}.")
    _tell_made(run, say)
    _tell_repairs(run, say)
    for note, count in tally.notes.most_common(MOST_SHOWN):
        say(f"  {count:>5} x  {note}")
    _tell_rows("Left out, and why:", tally.left_out, left_out, say, lambda row: row.reason)
    _tell_rows(
        "Look at these, they may hold a password or key; what is new of them is private:"
        if run.orders.kind is not Kind.COMMONS
        else "Look at these, they may hold a password or key:",
        tally.secrets,
        tally.secret_count,
        say,
        lambda row: "; ".join(row.secrets),
    )
    _tell_rows(
        "The same as another notebook:",
        tally.same,
        tally.same_count,
        say,
        lambda row: row.same_as,
    )
    for sentence in run.source.lacks:
        say(sentence)
    if run.fault:
        say(f"Then it could not go on: {run.fault}")
    if run.is_stopped:
        say("Stopped. What is named above is in; the same command goes on with the rest.")
    if report:
        say(f"All of it, notebook by notebook: {report}")


def _tell_made(run: Run, say: Say) -> None:
    census = run.census
    would = "would be " if run.orders.is_dry else ""
    if census.new_people:
        say(
            f"{len(census.new_people):,} accounts {would}made for people who are not here; they "
            "cannot sign in until somebody lets them (nbcommons person reactivate NAME): "
            f"{_some(census.new_people)}"
        )
    if census.new_teams:
        say(f"Teams {would}made, to be filled with people: {_some(census.new_teams)}")
    if census.new_labels:
        say(
            f"Access labels {would}made, which nobody holds yet, so that nobody sees what carries "
            f"them: {_some(census.new_labels)}"
        )


def _tell_repairs(run: Run, say: Say) -> None:
    tally = run.tally
    if tally.repairs:
        say("Put right on the way (the files themselves are unchanged):")
    for repair, count in tally.repairs.most_common(MOST_SHOWN):
        names = tally.examples.get(repair, [])
        more = f" and {count - len(names):,} more" if count > len(names) else ""
        say(f"  {count:>5} x  {repair}  ({', '.join(names)}{more})")


def _tell_rows(
    heading: str, rows: Sequence[Row], count: int, say: Say, text: Callable[[Row], str]
) -> None:
    if not rows:
        return
    say(heading)
    for row in rows[:MOST_SHOWN]:
        say(f"  {row.name}: {text(row)}")
    if count > MOST_SHOWN:
        say(f"  … and {count - MOST_SHOWN:,} more (--report FILE.csv has all).")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
