r"""Signs that patterns name, spelled out: languages disagree about ``\s`` and ``\w``.

Patterns that the browser has too (``scripts/stripping_rules.py``) are written in what Python and
JavaScript read alike: no ``\s``, ``\w``, ``\d``, no flags.
"""

SPACE = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What ``str.isspace`` calls blank, for use between square brackets."""

_BLANK_BEYOND_ASCII = r"\x80-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
WORD = rf"[^\x00-/:-@\[-\^`\{{-\x7f{_BLANK_BEYOND_ASCII}]"
"""A letter, digit or underscore; beyond ASCII all that is not blank."""
MIME_WORD = rf"[^\x00-*,/:-@\[-\^`\{{-\x7f{_BLANK_BEYOND_ASCII}]"
"""The same, or one of ``.+-``."""
PARAMETER_WORD = rf"[^\x00-$&-),/:-<>-@\[-\^`\{{-\x7f{_BLANK_BEYOND_ASCII}]"
"""The same, or one of ``.+-=%*``."""


def any_case(text: str) -> str:
    """A pattern for ``text`` in capital and small letters of ASCII."""
    return "".join(
        f"[{sign.lower()}{sign.upper()}]" if sign.isalpha() else sign for sign in text
    )
