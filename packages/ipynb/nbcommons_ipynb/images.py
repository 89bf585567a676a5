"""Pictures made anew from their pixels, so that nothing hidden in a file is kept with them."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageOps

from nbcommons_ipynb.bare import is_bare
from nbcommons_ipynb.embedded import EmbeddedImage, FoundPicture, is_usable_name, shown_name
from nbcommons_ipynb.limits import DEFAULT_LIMITS, MEGABYTE, Limits

READABLE = ("PNG", "JPEG", "GIF", "WEBP")
JPEG_QUALITY = 88
TOO_MANY_PIXELS = "The picture has too many pixels. Make it smaller."


@dataclass(frozen=True, slots=True)
class RefusedImage:
    """A picture that cannot be kept, and the sentence that says why."""

    position: int
    cell_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The pictures that an author may keep, one by one, and those that cannot be kept."""

    images: tuple[EmbeddedImage, ...]
    refused: tuple[RefusedImage, ...]


def offer(pictures: Iterable[FoundPicture], *, limits: Limits = DEFAULT_LIMITS) -> Offer:
    """``pictures`` decoded and encoded again, within ``limits``. Never raises."""
    images: list[EmbeddedImage] = []
    refused: list[RefusedImage] = []
    pixels_left = limits.all_picture_pixels
    for picture in pictures:
        made: EmbeddedImage | str
        if len(images) < limits.pictures:
            pixels = min(limits.picture_pixels, pixels_left)
            made, used = _anew(picture, limits, pixels)
            pixels_left -= used
        else:
            made = f"A notebook may keep {limits.pictures} pictures at most."
        if isinstance(made, str):
            name = shown_name(picture.name)
            refused.append(RefusedImage(picture.position, picture.cell_id, name, made))
        else:
            images.append(made)
    return Offer(tuple(images), tuple(refused))


def _anew(
    picture: FoundPicture, limits: Limits, most_pixels: int
) -> tuple[EmbeddedImage | str, int]:
    """The picture made anew, or why it cannot be kept; and how many pixels were read for it."""
    fault = _fault(picture)
    if fault is not None:
        return fault, 0
    used = 0
    try:
        with Image.open(io.BytesIO(picture.content), formats=READABLE) as image:
            if image.width * image.height > most_pixels:
                return TOO_MANY_PIXELS, 0
            used = image.width * image.height
            as_jpeg = image.format == "JPEG"
            pixels = _pixels(image)
            is_same = image.mode == pixels.mode and image.tobytes() == pixels.tobytes()
        # Made anew again, a photograph would lose a little each time.
        fits = len(picture.content) <= limits.picture_bytes
        stays = is_same and fits and is_bare(picture.content)
        content = picture.content if stays else _encoded(pixels, as_jpeg=as_jpeg)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return TOO_MANY_PIXELS, used
    # Damaged pictures raise whatever their decoder trips over.
    except Exception:  # noqa: BLE001
        return "The picture is damaged or of a kind we cannot read.", used
    if len(content) > limits.picture_bytes:
        size = limits.picture_bytes / MEGABYTE
        return f"The picture is larger than {size:g} MB. Make it smaller.", used
    image_made = EmbeddedImage(
        position=picture.position,
        cell_id=picture.cell_id,
        name=picture.name,
        mime="image/jpeg" if as_jpeg else "image/png",
        content=content,
        width=pixels.width,
        height=pixels.height,
    )
    return image_made, used


def _fault(picture: FoundPicture) -> str | None:
    """What can be held against a picture without reading it."""
    if "svg" in picture.mime:
        return "SVG drawings can hold programs. Paste it as a PNG instead."
    if not picture.content or not picture.mime.startswith("image/"):
        return "This is not a picture."
    if not is_usable_name(picture.name):
        return "The picture has a name that cannot be used. Give it a short one."
    return None


def _pixels(image: Image.Image) -> Image.Image:
    """The first frame upright, in a new image without palette, profile or comments."""
    see_through = "A" in image.getbands() or "transparency" in image.info
    upright = ImageOps.exif_transpose(image)
    if not see_through:
        plain = upright.convert("L" if upright.mode in {"1", "L"} else "RGB")
        return Image.frombytes(plain.mode, plain.size, plain.tobytes())
    clear = upright.convert("RGBA")
    # Colours under full transparency cannot be seen, but they could be read.
    shown = clear.getchannel("A").point(lambda alpha: 255 if alpha else 0)
    empty = Image.new("RGBA", clear.size, (0, 0, 0, 0))
    empty.paste(clear, mask=shown)
    return empty


def _encoded(pixels: Image.Image, *, as_jpeg: bool) -> bytes:
    out = io.BytesIO()
    if as_jpeg:
        pixels.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    else:
        pixels.save(out, "PNG", optimize=False)
    return out.getvalue()
