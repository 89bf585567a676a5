"""Whether the file of a picture holds its pixels and nothing besides, so that it can stay as it is.

What was made anew once is recognised: a notebook that goes out and comes back is the same.
"""

import struct
import zlib

_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNK = struct.Struct(">I4s")
_HEADER = struct.Struct(">IIBBBBB")
# Channels by colour type, of those that we write: grey, colours, colours with transparency.
_CHANNELS = {0: 1, 2: 3, 6: 4}
_FILTERS = 5

_JFIF_SIZE = 16
_START, _END, _SCAN, _APP0 = 0xD8, 0xD9, 0xDA, 0xE0
# Tables and frames: what a decoder needs.
_NEEDED = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD})
_RESTARTS = frozenset(range(0xD0, 0xD8))


def is_bare(content: bytes) -> bool:
    """Whether ``content`` is a PNG or JPEG of a plain kind, without notes, profiles or a tail."""
    if content.startswith(_PNG):
        return _is_bare_png(content)
    return content.startswith(b"\xff\xd8") and _is_bare_jpeg(content)


def _is_bare_png(content: bytes) -> bool:
    at, names, packed, header = len(_PNG), [], [], b""
    while at + 12 <= len(content):
        size, name = _CHUNK.unpack_from(content, at)
        body = content[at + 8 : at + 8 + size]
        if len(body) < size or name not in {b"IHDR", b"IDAT", b"IEND"}:
            return False
        names.append(name)
        header = body if name == b"IHDR" else header
        packed += [body] if name == b"IDAT" else []
        at += size + 12
    is_whole = names[:1] == [b"IHDR"] and names[-1:] == [b"IEND"] and at == len(content)
    is_whole = is_whole and names.count(b"IHDR") == names.count(b"IEND") == 1
    if not is_whole or len(header) != _HEADER.size:
        return False
    return _holds_its_rows_only(header, b"".join(packed))


def _holds_its_rows_only(header: bytes, packed: bytes) -> bool:
    width, height, depth, colours, *rest = _HEADER.unpack(header)
    if depth != 8 or colours not in _CHANNELS or any(rest):  # noqa: PLR2004 - bits
        return False
    row = 1 + width * _CHANNELS[colours]
    unpacker = zlib.decompressobj()
    try:
        rows = unpacker.decompress(packed, row * height + 1)
    except zlib.error:
        return False
    is_exact = len(rows) == row * height and unpacker.eof and not unpacker.unused_data
    return is_exact and max(rows[::row], default=0) < _FILTERS


def _is_bare_jpeg(content: bytes) -> bool:
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:  # noqa: PLR2004 - every segment begins so
            return False
        kind = content[at + 1]
        size = int.from_bytes(content[at + 2 : at + 4], "big")
        if kind == _SCAN:
            at = _after_scan(content, at + 2 + size)
            if content[at:] == bytes((0xFF, _END)):
                return True
            continue
        is_plain_note = (
            kind == _APP0 and size == _JFIF_SIZE and content[at + 4 : at + 9] == b"JFIF\0"
        )
        if kind not in _NEEDED and not is_plain_note:
            return False
        at += 2 + size
    return False


def _after_scan(content: bytes, at: int) -> int:
    """Where the coded pixels end: at the next marker that is none of theirs."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] != 0 and content[at + 1] not in _RESTARTS:
            return at
        at += 2
    return len(content)
