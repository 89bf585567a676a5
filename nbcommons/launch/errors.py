"""What can go wrong before and while a commons starts, said so that a person can act on it."""


class CannotStart(Exception):
    """A start that must not go on: one sentence of what is wrong, one of what to do."""

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice
