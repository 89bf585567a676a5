"""What in a text may be a secret: the detectors of detect-secrets, tuned to notebooks.

They read text and nothing else. What they could verify by asking the service that a key belongs to
is never called, so nothing leaves the site.
"""

import re
import time
from collections.abc import Iterator, Mapping
from functools import cache

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.filters import heuristic
from detect_secrets.plugins import keyword
from detect_secrets.plugins.base import BasePlugin, RegexBasedDetector
from detect_secrets.plugins.high_entropy_strings import (
    HexHighEntropyString,
    HighEntropyStringsPlugin,
)
from detect_secrets.plugins.jwt import JwtTokenDetector

from nbcommons.notebooks.secrets import kinds
from nbcommons.notebooks.secrets.kinds import Kind
from nbcommons_ipynb.redacting import PLACEHOLDER

Span = tuple[int, int, Kind]
"""From where to where, and what it may be."""

# Expressions of the detectors go back and forth within a piece of text: short pieces bound that.
_PIECE, _OVERLAP = 600, 240
_LEAST_VALUE = 4
_MOST_ENTROPY_LENGTH = 200
_LEAST_BASE64, _LEAST_HEX = 20, 32
# Bits for each character. The library asks for 4.5, which keys of up to 30 characters seldom have;
# the conditions of ``_is_key`` make up for it.
_LEAST_ENTROPY, _LEAST_HEX_ENTROPY = 4.0, 3.0
_MOST_WORDS = 4

_SETS_VARIABLE = re.compile(r"\s*(?:[%!]?\s*(?:set_)?env\s|!?\s*(?:export|set|setx)\s)")
_NAMES_SECRET = re.compile("|".join(keyword.DENYLIST), re.IGNORECASE)
_STANDS_FOR_ONE = re.compile(
    r"[\W_]*(?:x{3,}|\*+|\.{2,}|.*(?:your|goes[_ -]?here|paste|insert|enter|change[_ -]?me|"
    r"placeholder|redacted|removed|dummy|example|fill[_ -]?in|todo|replace).*|"
    r"(?:my|the|a|some)?[_ -]?(?:api|db|secret|access|private|client)?[_ -]?"
    r"(?:key|password|passwd|pwd|pass|secret|token)s?|none|null|true|false|string|text)[\W_]*",
    re.IGNORECASE,
)
_NAMES_HASH = re.compile(
    r"hash|md5|sha\d|sha_|checksum|digest|commit|revision|etag|integrity|fingerprint|uuid|guid",
    re.IGNORECASE,
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?!-----BEGIN)[\s\S]){0,20000}?(?:-----END [A-Z0-9 ]{0,40}-----|\Z)"
)
_WEB_TOKEN = re.compile(r"(?<![\w=.-])eyJ[\w=-]{8,}+\.[\w=-]{4,}+(?:\.[\w.+/=-]*+)?")
_EMAIL = re.compile(
    r"(?<![\w.+%/:-])[\w.+%-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,62}\.)){1,6}[a-z]{2,24}(?![\w-])",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"@(?:.*\.)?(?:example|test|invalid|localhost|domain|email|mail|name|company|yourdomain|"
    r"server|host|foo|bar)\.[a-z.]+\Z|\A(?:git|hg|noreply|no-reply|name|your\.?name|user|"
    r"john\.?doe|jane\.?doe|someone|somebody)@",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d.]*+")
_BETWEEN_NUMBERS = re.compile(r"[\s\"']{0,20}[,;\s][\s\"'+-]{0,20}")
_MANY_NUMBERS, _LONG_NUMBER = 20, 4
_WORDS = re.compile(r"[A-Za-z]?[a-z]{5,}")
_MOST_WORDS_IN_KEY = 2
_PATH = re.compile(r"/?(?:(?:[A-Z]?[a-z]+|[A-Z]+)\d*+[-_/=])+(?:(?:[A-Z]?[a-z]+|[A-Z]+)\d*+)?")
_TO_ITS_END = re.compile(r"[\w=+/.-]*+")


def spans_in(source: str, *, until: float) -> Iterator[Span]:
    """What in ``source`` may be a secret, in no order, overlapping; stops at ``until``.

    until: in seconds of ``time.thread_time``.
    """
    if "PRIVATE KEY" in source:
        yield from (
            (*match.span(), kinds.PRIVATE_KEY) for match in _PRIVATE_KEY.finditer(source)
        )
    if "eyJ" in source:
        yield from (
            (*match.span(), kinds.WEB_TOKEN)
            for match in _WEB_TOKEN.finditer(source)
            if JwtTokenDetector.is_formally_valid(match.group().split(".", 1)[0])
        )
    if "@" in source:
        yield from (
            (*match.span(), kinds.EMAIL)
            for match in _EMAIL.finditer(source)
            if not _NOBODY.search(match.group())
        )
    yield from _number_lists(source)
    names_secret = _NAMES_SECRET.search(source) is not None
    for begin, piece in _pieces(source):
        if time.thread_time() > until:
            return
        for start, end, kind in _in_piece(piece, names_secret=names_secret):
            if len(piece[start:end].replace(PLACEHOLDER, "")) >= _LEAST_VALUE:
                whole = end if kind.vagueness else _end_of_word(piece, end)
                yield begin + start, begin + whole, kind


def _end_of_word(text: str, at: int) -> int:
    """Some expressions stop before the key does, and the rest of it would stay."""
    match = _TO_ITS_END.match(text, at)
    return at if match is None else match.end()


def _number_lists(source: str) -> Iterator[Span]:
    """Numbers of four digits and more in a row, with short ones in between."""
    start = end = long_ones = 0
    for match in _NUMBER.finditer(source):
        if not _BETWEEN_NUMBERS.fullmatch(source, end, match.start()):
            if long_ones >= _MANY_NUMBERS:
                yield start, end, kinds.NUMBERS
            start, long_ones = match.start(), 0
        end = match.end()
        long_ones += end - match.start() >= _LONG_NUMBER
    if long_ones >= _MANY_NUMBERS:
        yield start, end, kinds.NUMBERS


def _pieces(source: str) -> Iterator[tuple[int, str]]:
    """The lines, long ones cut into pieces that overlap; with where each begins."""
    begin = 0
    for line in source.split("\n"):
        for at in range(0, max(len(line) - _OVERLAP, 1), _PIECE - _OVERLAP):
            piece = line[at : at + _PIECE]
            if len(piece) >= _LEAST_VALUE and not piece.isspace():
                yield begin + at, piece
        begin += len(line) + 1


def _in_piece(piece: str, *, names_secret: bool) -> Iterator[Span]:
    for expression, kind in _expressions():
        yield from ((*_telling(match), kind) for match in expression.finditer(piece))
    if names_secret:
        yield from _named(piece)
    if '"' in piece or "'" in piece:
        yield from _random(piece)


def _telling(match: re.Match[str]) -> tuple[int, int]:
    """The whole of what is found, but of a password in an address the password alone."""
    is_part = (
        match.re.groups == 1 and match.group(1) is not None and match.group()[-1] in "@'\""
    )
    return match.span(1) if is_part else match.span()


@cache
def _expressions() -> tuple[tuple[re.Pattern[str], Kind], ...]:
    """The expressions of all detectors that know the form of one service's keys."""
    known = [
        (expression, kinds.BY_DETECTOR[detector.secret_type])
        for detector in _detectors()
        if isinstance(detector, RegexBasedDetector)
        for expression in detector.denylist
    ]
    return (*known, *((re.compile(text), kind) for kind, text in kinds.MORE.items()))


@cache
def _detectors() -> tuple[BasePlugin, ...]:
    # Two kinds are found whole by expressions of our own: of a private key the detector sees the
    # first line only, and a signed token may be longer than a piece.
    classes: Mapping[str, type[BasePlugin]] = get_mapping_from_secret_type_to_class()
    own = {kinds.PRIVATE_KEY, kinds.WEB_TOKEN}
    return tuple(made() for name, made in classes.items() if kinds.BY_DETECTOR[name] not in own)


def _named(piece: str) -> Iterator[Span]:
    """Texts that are given to something called a password, a key or a secret."""
    table = keyword.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP
    if _SETS_VARIABLE.match(piece):
        table = keyword.CONFIG_DENYLIST_REGEX_TO_GROUP
    for expression, group in table.items():
        for match in expression.finditer(piece):
            value = match.group(group)
            is_one = not (
                heuristic.is_not_alphanumeric_string(value)
                or heuristic.is_templated_secret(value)
                or heuristic.is_prefixed_with_dollar_sign(value)
                or _STANDS_FOR_ONE.fullmatch(value)
                or len(value.split()) >= _MOST_WORDS
            )
            if is_one:
                yield (*match.span(group), kinds.NAMED_SECRET)


def _random(piece: str) -> Iterator[Span]:
    """Quoted texts that look as if a machine had made them up."""
    for detector in _detectors():
        if not isinstance(detector, HighEntropyStringsPlugin):
            continue
        is_hex = isinstance(detector, HexHighEntropyString)
        for match in detector.regex.finditer(piece):
            value = match.group(2)
            looks_made_up = _is_hex_key(value, piece) if is_hex else _is_key(value, piece)
            limit = _LEAST_HEX_ENTROPY if is_hex else _LEAST_ENTROPY
            if looks_made_up and detector.calculate_shannon_entropy(value) > limit:
                yield (*match.span(2), kinds.RANDOM_HEX if is_hex else kinds.RANDOM_TEXT)


def _is_key(value: str, line: str) -> bool:
    """Letters and digits mixed, as in a key; not an alphabet, a path, a name or a whole file."""
    if not _LEAST_BASE64 <= len(value) <= _MOST_ENTROPY_LENGTH:
        return False
    has_all = any(c.isdigit() for c in value) and any(c.isupper() for c in value)
    has_all = has_all and any(c.islower() for c in value)
    return (
        has_all
        and not _PATH.fullmatch(value)
        and len(_WORDS.findall(value)) < _MOST_WORDS_IN_KEY
        and not heuristic.is_sequential_string(value)
        and not heuristic.is_potential_uuid(value)
        and not heuristic.is_likely_id_string(value, line)
    )


def _is_hex_key(value: str, line: str) -> bool:
    """Hexadecimal digits that nobody calls a hash."""
    return (
        _LEAST_HEX <= len(value) <= _MOST_ENTROPY_LENGTH
        and not heuristic.is_sequential_string(value)
        and not heuristic.is_likely_id_string(value, line)
        and not _NAMES_HASH.search(line)
    )
