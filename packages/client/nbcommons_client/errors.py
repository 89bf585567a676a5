"""What can go wrong when the Commons is asked for something, one class for each cause."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """What the Commons says about a refusal (RFC 9457).

    errors: sentences by the name of the field that they are about.
    """

    status: int
    title: str
    detail: str
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class CallFailed(Exception):
    """The Commons did not do what was asked; the text is a sentence for a person.

    problem: None when no answer came, or none that could be read. status: of the answer, None
    when none came.
    """

    def __init__(self, message: str, problem: Problem | None = None) -> None:
        super().__init__(message)
        self.problem = problem
        self.status: int | None = None


class NotConfigured(CallFailed):
    """There is no token, or no address, to call with."""


class Unreachable(CallFailed):
    """No answer came: wrong address, no network, or the Commons is not running."""


class BadAnswer(CallFailed):
    """Something answered that does not speak as the Commons does."""


class TooMuch(BadAnswer):
    """The answer is larger than what was asked for can be."""


class Closed(CallFailed):
    """The client was closed before this call."""


class NotSignedIn(CallFailed):
    """The token does not count: unknown, revoked or expired."""


class Denied(CallFailed):
    """The person, or this token of theirs, may not do this."""


class NotThere(CallFailed):
    """There is no such thing, or it is not for this person."""


class ChangedMeanwhile(CallFailed):
    """Somebody changed it since it was read: read it again first."""


class Invalid(CallFailed):
    """What was sent is not valid; ``problem.errors`` says which fields."""


class TooLarge(CallFailed):
    """More was sent than the Commons takes."""


class TooOften(CallFailed):
    """More calls than the Commons takes in this time.

    retry_after_s: when the next one may come.
    """

    def __init__(
        self, message: str, problem: Problem | None = None, *, retry_after_s: float = 0.0
    ) -> None:
        super().__init__(message, problem)
        self.retry_after_s = retry_after_s


class Unavailable(CallFailed):
    """The Commons, or a part of it, does not work at the moment."""


_BY_STATUS: Mapping[int, type[CallFailed]] = {
    400: Invalid,
    401: NotSignedIn,
    403: Denied,
    404: NotThere,
    409: ChangedMeanwhile,
    410: NotThere,
    412: ChangedMeanwhile,
    413: TooLarge,
    414: TooLarge,
    415: Invalid,
    422: Invalid,
}
# Said by what stands before the Commons, which knows no problems.
_SENTENCES: Mapping[int, str] = {
    413: "That is more than the Commons takes at once. Nothing of it was kept.",
    414: "That is more than fits into an address: use fewer words or filters.",
    502: "The Commons does not run at the moment, or is just starting. Try again in a minute.",
    503: "The Commons does not work at the moment. Try again in a minute.",
    504: "The Commons took too long to answer. Try again in a minute.",
}
_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = 500
_REDIRECTS = range(300, 400)


def failure_of(status: int, body: bytes, *, retry_after_s: float | None) -> CallFailed:
    """The error that an answer with ``status`` stands for."""
    failure = _failure(status, body, retry_after_s)
    failure.status = status
    return failure


def _failure(status: int, body: bytes, retry_after_s: float | None) -> CallFailed:
    problem = _problem_in(body, status)
    if status in _REDIRECTS:
        # Never followed: it could carry the token elsewhere.
        return BadAnswer("The Commons has moved: use the address that it has now.", problem)
    unexplained = _SENTENCES.get(status, "The Commons does not say why it refuses this.")
    message = problem.detail if problem else f"{unexplained} (Status {status}.)"
    if problem and problem.errors:
        message += " " + " ".join(
            f"{name}: {' '.join(sentences)}" for name, sentences in problem.errors.items()
        )
    if status == _TOO_MANY_REQUESTS:
        return TooOften(message, problem, retry_after_s=retry_after_s or 0.0)
    if status >= _SERVER_ERRORS:
        return Unavailable(message, problem)
    return _BY_STATUS.get(status, CallFailed)(message, problem)


def _problem_in(body: bytes, status: int) -> Problem | None:
    """The problem that ``body`` tells, as far as it is one."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("detail"), str):
        return None
    errors = told.get("errors")
    by_field = errors.items() if isinstance(errors, dict) else ()
    return Problem(
        status=status,
        title=str(told.get("title", "")),
        detail=told["detail"],
        errors={
            str(name): tuple(map(str, sentences))
            for name, sentences in by_field
            if isinstance(sentences, list)
        },
    )
