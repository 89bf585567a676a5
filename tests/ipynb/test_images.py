"""Pictures that an author keeps carry nothing but what one sees."""

import io

import pytest
from PIL import Image, PngImagePlugin

from nbcommons_ipynb.embedded import FoundPicture, with_images
from nbcommons_ipynb.images import offer
from nbcommons_ipynb.limits import Limits
from nbcommons_ipynb.stripping import checked_bytes, strip
from tests.ipynb.builders import coded, picture, stripped, text


def found(content, mime="image/png", name="a.png"):
    return FoundPicture(0, "cell-0", name, mime, content)


def pixels(content):
    return Image.open(io.BytesIO(content))


class TestOffer:
    @pytest.mark.parametrize(
        ("kind", "mime", "mode", "becomes"),
        [
            ("PNG", "image/png", "RGB", "image/png"),
            ("PNG", "image/png", "RGBA", "image/png"),
            ("PNG", "image/png", "P", "image/png"),
            ("PNG", "image/png", "L", "image/png"),
            ("PNG", "image/png", "1", "image/png"),
            ("JPEG", "image/jpeg", "RGB", "image/jpeg"),
            ("JPEG", "image/jpeg", "CMYK", "image/jpeg"),
            ("GIF", "image/gif", "P", "image/png"),
            ("WEBP", "image/webp", "RGBA", "image/png"),
        ],
    )
    def test_makes_pictures_anew(self, kind, mime, mode, becomes):
        result = offer([found(picture(kind, (8, 6), mode), mime)])

        (image,) = result.images
        assert image.mime == becomes
        assert (image.width, image.height) == (8, 6)
        assert pixels(image.content).size == (8, 6)

    def test_leaves_comments_and_appended_bytes_behind(self):
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", "SECRET-TEXT")
        content = picture(pnginfo=info) + b"SECRET-APPENDED"
        assert b"SECRET-TEXT" in content

        (image,) = offer([found(content)]).images

        assert b"SECRET" not in image.content
        assert pixels(image.content).info == {}

    def test_leaves_exif_and_profile_of_a_photo_behind(self):
        exif = Image.Exif()
        exif[0x010E] = "SECRET-DESCRIPTION"
        exif[0x0112] = 6  # lies on its side
        content = picture("JPEG", (8, 6), exif=exif.tobytes(), icc_profile=b"SECRET-PROFILE")
        assert b"SECRET" in content

        (image,) = offer([found(content, "image/jpeg")]).images

        assert b"SECRET" not in image.content
        assert (image.width, image.height) == (6, 8)

    def test_empties_colours_under_full_transparency(self):
        hidden = Image.new("RGBA", (2, 1))
        hidden.putpixel((0, 0), (83, 69, 67, 0))
        hidden.putpixel((1, 0), (1, 2, 3, 255))
        out = io.BytesIO()
        hidden.save(out, "PNG")

        (image,) = offer([found(out.getvalue())]).images

        assert pixels(image.content).getpixel((0, 0)) == (0, 0, 0, 0)
        assert pixels(image.content).getpixel((1, 0)) == (1, 2, 3, 255)

    @pytest.mark.parametrize(
        ("content", "mime"),
        [
            (b"<svg onload='alert(1)'/>", "image/svg+xml"),
            (b"name,age", "text/csv"),
            (b"", "image/png"),
            (b"\x89PNG\r\n\x1a\n broken", "image/png"),
            (picture()[:40], "image/png"),
            (b"GIF89a", "image/gif"),
            (picture("BMP"), "image/bmp"),
            (picture("TIFF"), "image/tiff"),
        ],
    )
    def test_refuses_with_a_reason(self, content, mime):
        result = offer([found(content, mime)])

        assert result.images == ()
        assert result.refused[0].reason.endswith(".")

    def test_refuses_bombs_before_reading_their_pixels(self):
        bomb = picture(size=(20_000, 20_000), mode="1")
        assert len(bomb) < 100_000

        assert "pixels" in offer([found(bomb)]).refused[0].reason

    def test_bounds_the_pixels_of_all_pictures_together(self):
        many = [found(picture(size=(10, 10)), name=f"{n}.png") for n in range(5)]

        result = offer(many, limits=Limits(all_picture_pixels=250))

        assert len(result.images) == 2
        assert len(result.refused) == 3

    def test_bounds_how_many_and_how_large(self):
        many = [found(picture(), name=f"{n}.png") for n in range(3)]

        assert len(offer(many, limits=Limits(pictures=2)).images) == 2
        assert "larger" in offer(many[:1], limits=Limits(picture_bytes=10)).refused[0].reason

    def test_refuses_names_that_cannot_be_stored(self):
        assert offer([found(picture(), name="a\0.png")]).images == ()
        assert offer([found(picture(), name="a" * 500)]).images == ()


class TestWithImages:
    def test_puts_kept_pictures_back_under_their_names(self):
        cell = text(
            f"![x](data:image/png;base64,{coded(picture())}) ![y](attachment:y.png)",
            attachments={"y.png": {"image/png": coded(picture("PNG", (3, 3)))}},
        )
        result = stripped(cell)
        images = offer(result.pictures).images

        document = with_images(result.document, images)

        attachments = document["cells"][0]["attachments"]
        assert set(attachments) == {"y.png", "picture-1.png"}
        assert attachments["y.png"] == {
            "image/png": coded(next(i for i in images if i.name == "y.png").content)
        }
        assert checked_bytes(document)
        assert "attachments" not in result.document["cells"][0]

    def test_are_removed_again_by_stripping(self):
        result = stripped(
            text(
                "![y](attachment:y.png)", attachments={"y.png": {"image/png": coded(picture())}}
            )
        )
        document = with_images(result.document, offer(result.pictures).images)

        assert strip(document).canonical == result.canonical

    def test_leaves_out_pictures_whose_cell_is_gone(self):
        images = offer([found(picture())]).images

        assert with_images(stripped().document, images)["cells"] == []


class TestHostilePictures:
    def frames(self, kind, **more):
        first, second = Image.new("RGB", (8, 6), "white"), Image.new("RGB", (8, 6), "red")
        out = io.BytesIO()
        first.save(out, kind, save_all=True, append_images=[second] * 50, **more)
        return out.getvalue()

    @pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
    def test_keeps_the_first_picture_of_an_animation_alone(self, kind):
        (image,) = offer([found(self.frames(kind), f"image/{kind.lower()}")]).images

        kept = pixels(image.content)
        assert getattr(kept, "n_frames", 1) == 1
        assert kept.convert("RGB").getpixel((0, 0)) == (255, 255, 255)

    @pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
    @pytest.mark.parametrize(
        "rider",
        [b"<script>alert(1)</script>", b"PK\x03\x04 a zip", b"%PDF-1.7 a document", b"MZ\x90"],
    )
    def test_leaves_a_second_file_behind(self, kind, rider):
        (image,) = offer([found(picture(kind) + rider, f"image/{kind.lower()}")]).images

        assert rider not in image.content

    @pytest.mark.parametrize("mime", ["image/png", "image/jpeg", "image/gif"])
    def test_refuses_a_drawing_in_disguise(self, mime):
        drawing = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'

        assert offer([found(drawing, mime)]).images == ()

    def test_names_what_it_is_whatever_it_was_called(self):
        (image,) = offer([found(picture("PNG"), "image/jpeg")]).images

        assert image.mime == "image/png"
        assert image.content.startswith(b"\x89PNG")

    def test_does_not_unpack_a_comment_that_is_a_bomb(self):
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", "0" * 50_000_000, zip=True)
        content = picture(pnginfo=info)
        assert len(content) < 100_000

        for image in offer([found(content)]).images:
            assert len(image.content) < 10_000

    def test_believes_no_size_that_the_pixels_do_not_bear_out(self):
        content = bytearray(picture(size=(8, 6)))
        content[16:20] = (60_000).to_bytes(4)  # the width in the header
        content[20:24] = (60_000).to_bytes(4)

        assert offer([found(bytes(content))]).images == ()
