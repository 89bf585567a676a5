"""Readable file names from titles, whatever a title holds."""

import re
import unicodedata

MOST_CHARACTERS = 100
# Linux allows 255; the rest is room for «(version 12)», the ending and Jupyter's own additions.
MOST_BYTES = 200

# Not in names on some system or other, or with a meaning of their own in Jupyter's paths.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f]')
# Turn the direction of text around: «gnp.ipynb» could be shown as «bnypi.png».
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"\s+")
# Names that Windows keeps for devices: people download their notebooks.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"


def stem_of(title: str) -> str:
    """A file name without ending for a notebook called ``title``; never empty, never hidden."""
    text = unicodedata.normalize("NFC", title.encode(errors="replace").decode())
    text = _DIRECTION.sub("", _FORBIDDEN.sub(" ", text))
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cn", "Co"})
    text = _shortened(_SPACE.sub(" ", text))
    # A dot in front hides a file, and Jupyter refuses to open hidden ones.
    text = text.lstrip(". ~" + _JOINERS).rstrip(". ")
    if not any(c.isalnum() or unicodedata.category(c) == "So" for c in text):
        text = f"Notebook {text}".strip()
    return f"{text} notebook" if _DEVICES.fullmatch(text) else text


def _shortened(text: str) -> str:
    """``text`` within the limits, cut where no sign is torn from what it belongs to."""
    cut = text[:MOST_CHARACTERS]
    while len(cut.encode()) > MOST_BYTES:
        cut = cut[:-1]
    if cut == text:
        return text
    rest = text[len(cut) :]
    while cut and (
        unicodedata.combining(rest[0]) or rest[0] in _JOINERS or cut[-1] == "\u200d"
    ):
        cut, rest = cut[:-1], cut[-1] + rest
    by_word = cut.rpartition(" ")[0]
    # Whole words, unless that throws most of the name away.
    return by_word if len(by_word) > len(cut) * 0.6 else cut
