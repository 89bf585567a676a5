"""Names and titles as they are kept: without signs that nobody sees, but that change how they read.

A name with a direction override reads as another one, and one with a widthless space cannot be
told from one without.
"""

import re
import unicodedata

_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"
# Blank, although Unicode calls them letters, marks and symbols.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Variants of a sign, and what Unicode keeps free for more signs that are never shown. The style of
# emoji (U+FE0F) stays.
_VARIATION = re.compile("[\u180b-\u180f\u2065\ufe00-\ufe0e\ufff0-\ufff8\U000e0000-\U000e0fff]")
# Unicode promises that they never become signs, in the first plane and at the end of each.
_NEVER = re.compile("[\ufdd0-\ufdef]")
_LAST_OF_A_PLANE = 0xFFFE


def one_line(text: str) -> str:
    r"""``text`` as a name or title: only signs that show, in one line, single spaces.

    Emoji that are joined to one stay joined.

    >>> one_line("T\u202egpj"), one_line(" late \u200b\n payers\x00"), one_line("\u202e")
    ('Tgpj', 'late payers', '')
    """
    return " ".join(_shown(_breaks_as_spaces(text)).split())


def several_lines(text: str) -> str:
    r"""The same for a text of several lines: its line breaks stay, and its indents.

    >>> several_lines("one\r\n- tw\u202eo\n")
    'one\n- two'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    return "\n".join(_shown(line) for line in lines).strip()


def alike(text: str) -> str:
    r"""What two names share that people take for the same: no capitals, full width, ligatures.

    >>> alike("\uff23ustoms \ufb01les") == alike("CUSTOMS files")
    True
    """
    folded = unicodedata.normalize("NFKC", one_line(text)).casefold()
    return one_line(unicodedata.normalize("NFKC", folded))


def _breaks_as_spaces(text: str) -> str:
    return "".join(" " if sign in "\t\n\x0b\x0c\r\x85\u2028\u2029" else sign for sign in text)


def _shown(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    kept = []
    for place, sign in enumerate(text):
        if sign == _JOINER:
            if _joins_emoji(text, place):
                kept.append(sign)
        elif unicodedata.category(sign) not in _HIDDEN and not (
            sign in _BLANK or _VARIATION.match(sign) or _is_never_a_sign(sign)
        ):
            kept.append(sign)
    return "".join(kept)


def _is_never_a_sign(sign: str) -> bool:
    is_last = ord(sign) & _LAST_OF_A_PLANE == _LAST_OF_A_PLANE
    return is_last or _NEVER.match(sign) is not None


def _joins_emoji(text: str, place: int) -> bool:
    before = text[max(place - 2, 0) : place].rstrip(_EMOJI_STYLE)[-1:]
    return _is_emoji(before) and _is_emoji(text[place + 1 : place + 2])


def _is_emoji(sign: str) -> bool:
    """Whether ``sign`` is a picture, or the skin colour of one."""
    return bool(sign) and unicodedata.category(sign) in {"So", "Sk", "Sm"} and sign > "\u2000"
