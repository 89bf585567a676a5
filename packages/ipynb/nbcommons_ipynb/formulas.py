"""Formulas within a line of text, as Jupyter understands them, but money stays money."""

import re

from markdown_it.rules_inline import StateInline

# "$x$" hugs its formula or, in the habit of some, leaves room on both sides: "$ x $". So
# "$5 to $10" and "from $5 or $ 6" are none. Nothing is tried twice, so no text
# is slow. Groups with a lookahead are atomic, not possessive: Python before 3.11.4 does not
# step back out of the latter.
_FORMULA = re.compile(
    r"""
    \$\$ (?P<double>(?>(?:[^$\\]++|\\.|\$(?!\$))+)) \$\$
  | \$(?![\s$]) (?P<tight>(?:[^$\\]++|\\.)++) (?<!\s)\$(?!\d)
  | \$[ \t]++ (?P<roomy>(?:[^$\\]++|\\.)++) (?<=[ \t])\$(?!\d)
  | \\\\\( (?P<round>(?>(?:[^\\]++|\\(?!\\\)))+)) \\\\\)
  | \\\\\[ (?P<square>(?>(?:[^\\]++|\\(?!\\\]))+)) \\\\\]
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {"$$": "$$", "\\\\(": "\\\\)", "\\\\[": "\\\\]"}
_DISPLAYED = frozenset({"double", "square"})


def inline_formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 markdown-it's form
    """A rule for markdown-it: between one or two dollars, or Jupyter's escaped brackets."""
    start = state.pos
    first = state.src[start]
    if first not in "$\\" or (first == "$" and start and state.src[start - 1].isdigit()):
        return False
    closing = _CLOSING.get(state.src[start : start + (2 if first == "$" else 3)], "$")
    # Without this, a thousand openings that are never closed would each look to the end.
    if state.src.find(closing, start + 1) < 0:
        return False
    match = _FORMULA.match(state.src, start)
    if match is None or match.lastgroup is None:
        return False
    if not silent:
        kind = "math_inline_double" if match.lastgroup in _DISPLAYED else "math_inline"
        state.push(kind, "math", 0).content = match[match.lastgroup]
    state.pos = match.end()
    return True
