"""Pictures that hold nothing but pixels stay as they are; all others are made anew."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from nbcommons_ipynb.bare import is_bare
from nbcommons_ipynb.embedded import FoundPicture
from nbcommons_ipynb.images import offer

MIMES = {"PNG": "image/png", "JPEG": "image/jpeg"}


def noise(mode="RGB", size=(37, 21)):
    """Pixels that do not compress to nothing, so that a scan has restarts and stuffed bytes."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    count = size[0] * size[1] * channels
    return Image.frombytes(mode, size, random.Random(3).randbytes(count))


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def anew(content, kind):
    (image,) = offer([FoundPicture(0, "c", "a", MIMES[kind], content)]).images
    return image.content


def chunk(name, body):
    whole = name + body
    return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))


def png_with(content, extra, before=b"IEND"):
    at = content.index(before) - 4
    return content[:at] + extra + content[at:]


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("PNG", "RGB", {}), ("PNG", "L", {}), ("PNG", "RGBA", {}), ("PNG", "P", {}),
        ("PNG", "1", {}), ("PNG", "LA", {}), ("PNG", "I;16", {}), ("JPEG", "RGB", {}),
        ("JPEG", "L", {}), ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "RGB", {"quality": 100, "subsampling": 0}), ("JPEG", "CMYK", {}),
        ("JPEG", "RGB", {"restart_marker_blocks": 2}),
    ],
)  # fmt: skip
def test_what_was_made_anew_is_never_made_anew_again(kind, mode, options):
    image = noise().convert(mode) if mode != "I;16" else Image.new("I;16", (8, 8), 9)
    first = anew(saved(image, kind, **options), kind)

    assert is_bare(first)
    assert anew(first, kind) == first


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_bytes_after_its_end_do_not_stay(kind):
    content = anew(saved(noise(), kind), kind)

    assert not is_bare(content + b"SECRET")
    assert anew(content + b"SECRET", kind) == content or b"SECRET" not in anew(
        content + b"SECRET", kind
    )


@pytest.mark.parametrize(
    "name", [b"tEXt", b"iCCP", b"eXIf", b"prVt", b"tRNS", b"PLTE", b"IHDR"]
)
def test_a_png_with_any_other_chunk_is_not_bare(name):
    content = saved(noise(), "PNG")

    assert is_bare(content)
    assert not is_bare(png_with(content, chunk(name, b"SECRET\0text")))


def test_a_png_with_more_in_its_rows_than_pixels_is_not_bare():
    content = saved(noise(size=(2, 2)), "PNG")
    rows = zlib.decompress(content[content.index(b"IDAT") + 4 : content.index(b"IEND") - 8])
    head, tail = content[: content.index(b"IDAT") - 4], content[content.index(b"IEND") - 4 :]
    for packed in (
        zlib.compress(rows + b"SECRET"),
        zlib.compress(rows) + b"SECRET",
        zlib.compress(rows)[:-1],
        zlib.compress(rows[:-1]),
        zlib.compress(b"\x09" + rows[1:]),
    ):
        assert not is_bare(head + chunk(b"IDAT", packed) + tail)
    assert is_bare(head + chunk(b"IDAT", zlib.compress(rows)) + tail)


def test_colours_under_full_transparency_do_not_stay():
    image = Image.new("RGBA", (4, 4), (10, 20, 30, 0))
    content = saved(image, "PNG")

    assert is_bare(content)
    assert anew(content, "PNG") != content
    assert Image.open(io.BytesIO(anew(content, "PNG"))).getpixel((0, 0)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "options", [{"exif": b"Exif\0\0SECRET"}, {"comment": b"SECRET"}, {"icc_profile": b"SECRET"}]
)
def test_a_jpeg_with_notes_is_not_bare(options):
    content = saved(noise(), "JPEG", **options)

    assert not is_bare(content)
    assert b"SECRET" not in anew(content, "JPEG")


def test_a_jpeg_whose_first_note_holds_a_small_picture_is_not_bare():
    content = saved(noise(), "JPEG")
    at = content.index(b"JFIF\0") - 4
    longer = content[: at + 2] + struct.pack(">H", 22) + content[at + 4 : at + 18] + b"SECRET"

    assert not is_bare(longer + content[at + 18 :])


def test_texts_of_a_png_do_not_stay():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "SECRET")

    assert b"SECRET" not in anew(saved(noise(), "PNG", pnginfo=info), "PNG")


def test_whatever_the_bytes_it_answers():
    random_ = random.Random(1)
    for content in (saved(noise(), "PNG"), saved(noise(), "JPEG")):
        for _ in range(400):
            raw = bytearray(content[: random_.randrange(len(content) + 1)])
            for _ in range(random_.randrange(4)):
                if raw:
                    raw[random_.randrange(len(raw))] = random_.randrange(256)
            assert is_bare(bytes(raw)) in {True, False}
