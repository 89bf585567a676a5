"""What a file is when it is not the JSON of a notebook, told before and after trying."""

import codecs
import re
from dataclasses import dataclass

from nbcommons_ipynb.errors import NotANotebook

SIGNATURES = (
    (
        b"PK\x03\x04",
        "a zip archive or an office file",
        "Unpack it and choose the .ipynb inside.",
    ),
    (b"\x1f\x8b", "a compressed file (gzip)", "Unpack it and choose the .ipynb inside."),
    (b"BZh", "a compressed file (bzip2)", "Unpack it and choose the .ipynb inside."),
    (b"\xfd7zXZ", "a compressed file (xz)", "Unpack it and choose the .ipynb inside."),
    (b"7z\xbc\xaf", "a compressed file (7-Zip)", "Unpack it and choose the .ipynb inside."),
    (
        b"\x28\xb5\x2f\xfd",
        "a compressed file (Zstandard)",
        "Unpack it and choose the .ipynb inside.",
    ),
    (b"%PDF", "a PDF", "Choose the .ipynb that it was printed from."),
    (b"\x89PNG", "a picture", "Choose a file that Jupyter saved."),
    (b"\xff\xd8\xff", "a picture", "Choose a file that Jupyter saved."),
    (b"GIF8", "a picture", "Choose a file that Jupyter saved."),
    (b"SQLite format 3", "a database", "Choose a file that Jupyter saved."),
    (b"\xd0\xcf\x11\xe0", "an office file", "Choose a file that Jupyter saved."),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS, not the notebook itself",
        "Fetch the real file with Git LFS first.",
    ),
)
CLEAR_AND_SAVE = "In Jupyter, clear all outputs, save the notebook and choose it again."
SAVE_AGAIN = "Open it in Jupyter, save it and choose it again."

# Strings of JSON, an unfinished one at the end included. Possessive, so that no input is slow.
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.?[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_CONFLICT = re.compile(rb"^(?:<{7} |>{7} |={7}\s*$)", re.MULTILINE)
_NO_NUMBER = re.compile(rb"\b(?:NaN|Infinity)\b")
_LONG_INTEGER = re.compile(rb"(?<![\d.eE+-])-?\d{19,}+(?![\d.eE])")
_LONE_SURROGATE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
)
_SCRIPT = re.compile(rb"\A\s*+(?:#|import |from |def |%|library\()")
_INT64_MIN, _UINT64_MAX = -(2**63), 2**64 - 1


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The bytes of a JSON text without strings and white space: structure and numbers."""

    text: bytes

    @property
    def containers(self) -> int:
        return self.text.count(b"[") + self.text.count(b"{")

    @property
    def closed(self) -> int:
        """How many lists and objects come to an end."""
        return self.text.count(b"]") + self.text.count(b"}")

    @property
    def members(self) -> int:
        """How many times a key was given a value."""
        return self.text.count(b":")

    def depth(self) -> int:
        """How deep lists and objects are nested, counted without recursion."""
        level = deepest = 0
        for bracket in self.text.translate(None, _NOT_BRACKETS):
            level += _STEP[bracket]
            deepest = max(level, deepest)
        return deepest

    def huge_integer(self) -> bool:
        """Whether a whole number does not fit 64 bits, so that readers disagree about it."""
        for match in _LONG_INTEGER.finditer(self.text):
            digits = match.group()
            if len(digits) > len(str(_UINT64_MAX)):  # may be too long to convert at all
                return True
            if not _INT64_MIN <= int(digits) <= _UINT64_MAX:
                return True
        return False


def skeleton_of(text: bytes) -> Skeleton:
    """The skeleton of a JSON text, which need not be valid."""
    return Skeleton(_STRINGS.sub(b"", text).translate(None, b" \t\r\n"))


def as_utf8(raw: bytes) -> tuple[bytes, str | None]:
    """The text of ``raw`` in UTF-8 and the repair that took, or ``None``.

    Raises ``NotANotebook`` for files whose first bytes say that they are something else.
    """
    if not raw.strip():
        raise NotANotebook(f"The file is empty. {SAVE_AGAIN}", kind="empty")
    for signature, what, next_step in SIGNATURES:
        if raw.startswith(signature):
            raise NotANotebook(f"This is {what}. {next_step}", kind="other_format")
    if raw.startswith(codecs.BOM_UTF8):
        return raw[
            len(codecs.BOM_UTF8) :
        ], "The file began with a byte order mark; it was removed."
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _from_utf16(raw, "utf-16")
    if raw.startswith(b"{\0"):
        return _from_utf16(raw, "utf-16-le")
    if raw.startswith(b"\0{"):
        return _from_utf16(raw, "utf-16-be")
    return raw, None


def _from_utf16(raw: bytes, codec: str) -> tuple[bytes, str]:
    try:
        text = raw.decode(codec).encode()
    except UnicodeError as error:
        raise NotANotebook(
            f"The file is damaged: its characters cannot be read. {SAVE_AGAIN}", kind="encoding"
        ) from error
    return text, "The file was saved as UTF-16; it was converted to UTF-8."


def refuse_other_text(text: bytes) -> None:
    """Raises ``NotANotebook`` when ``text`` does not even begin like JSON."""
    start = text.lstrip()[:4096]
    if start[:1] in b'{["' or start[:1].isdigit() or _CONFLICT.match(start):
        return
    if start.startswith(b"<"):
        raise NotANotebook(
            "This is a web page, not a notebook. If it came from a website, use its "
            "button for downloading the notebook itself (often called Raw or Download).",
            kind="html",
        )
    first_line = start.split(b"\n", 1)[0]
    if _SCRIPT.match(start):
        raise NotANotebook(
            "This looks like a script, not a notebook. Copy its lines into a new notebook in "
            "Jupyter, save that and choose it.",
            kind="script",
        )
    if any(first_line.count(mark) for mark in (b",", b";", b"\t")):
        raise NotANotebook(
            "This looks like a table of data, not a notebook. Data does not belong here: "
            "choose the notebook that reads it.",
            kind="table",
        )
    raise NotANotebook(
        "This is not a notebook. Choose a file that Jupyter saved; its name ends in .ipynb.",
        kind="not_json",
    )


def why_not_json(text: bytes, skeleton: Skeleton, line: int) -> NotANotebook:
    """The refusal for ``text`` that no JSON reader accepts; it went wrong in ``line``."""
    faults = (
        (b"\0" in text, "nul_bytes", f"The file is damaged: it holds NUL bytes. {SAVE_AGAIN}"),
        (
            not _is_utf8(text),
            "encoding",
            f"The file is damaged or was not saved as UTF-8 text. {SAVE_AGAIN}",
        ),
        (
            _CONFLICT.search(text) is not None,
            "merge_conflict",
            (
                "The file holds an unfinished merge (lines that begin with <<<<<<< or >>>>>>>). "
                "Finish the merge, then choose it again."
            ),
        ),
        (
            _NO_NUMBER.search(skeleton.text) is not None,
            "nan",
            (
                "The file holds NaN or Infinity, often in a result, which the notebook format "
                f"does not allow. {CLEAR_AND_SAVE}"
            ),
        ),
        (
            _LONE_SURROGATE.search(text) is not None,
            "broken_character",
            (
                "The file holds half a character, often a broken emoji. Find and retype it in "
                "Jupyter, save the notebook and choose it again."
            ),
        ),
        (
            skeleton.containers > skeleton.closed,
            "truncated",
            (
                "The file ends in the middle: it was not saved or downloaded to the end. "
                "Get it again, or save it again in Jupyter."
            ),
        ),
    )
    for is_so, kind, message in faults:
        if is_so:
            return NotANotebook(message, kind=kind)
    return NotANotebook(
        f"The file is damaged near line {line}: it is not valid JSON. {SAVE_AGAIN}",
        kind="not_json",
    )


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
