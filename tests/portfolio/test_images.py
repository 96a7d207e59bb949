"""Images are made anew: what was hidden in them is gone, and what is no image is refused."""

import io

import pytest
from PIL import Image, ImageCms

from lerarenregister.portfolio.errors import ImagesBusy, ImageTooLarge, ImageUnreadable
from lerarenregister.portfolio.rules import images
from lerarenregister.portfolio.rules.filetypes import media_type_of
from lerarenregister.portfolio.rules.images import KEPT_PIXELS, SMALL_SIDE, Moving, looked_at, made_anew
from tests import samples

HIDDEN = (samples.PLACE.encode(), b"Camera of hers", b"Exif", b"alert", b"http://ns.adobe.com")


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def light_at(image: Image.Image, across: float, down: float) -> bool:
    pixel = image.convert("L").getpixel((int(image.width * across), int(image.height * down)))
    return float(pixel) > 128  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("source", "media_type", "ending"),
    [
        (samples.jpeg(), "image/jpeg", "jpg"),
        (samples.HEIC, "image/jpeg", "jpg"),
        (samples.png(), "image/png", "png"),
        (samples.png(mode="RGBA"), "image/png", "png"),
        (samples.gif(), "image/png", "png"),
        (samples.gif_and_script(), "image/png", "png"),
    ],
    ids=["jpeg", "heic", "png", "see-through", "gif", "gif and script"],
)
def test_an_image_is_made_anew_without_what_was_hidden_in_it(source: bytes, media_type: str, ending: str) -> None:
    picture = made_anew(source)
    image, small = opened(picture.content), opened(picture.small)
    assert (picture.media_type, picture.ending) == (media_type, ending)
    assert media_type_of(picture.content) == media_type
    assert (picture.width, picture.height) == image.size == (64, 48)
    assert small.format == "JPEG"
    for each in (picture.content, picture.small):
        assert not any(hidden in each for hidden in HIDDEN)
        assert not opened(each).getexif()
    assert light_at(image, 0.9, 0.5)
    assert looked_at(picture.content, media_type) is not None, "what was made here can come back as it is"


@pytest.mark.parametrize(
    ("orientation", "light"),
    [(1, (0.9, 0.5)), (3, (0.1, 0.5)), (6, (0.5, 0.9)), (8, (0.5, 0.1)), (2, (0.1, 0.5))],
)
def test_a_photo_is_turned_upright(orientation: int, light: tuple[float, float]) -> None:
    picture = made_anew(samples.jpeg(orientation=orientation))
    turned = orientation in (6, 8)
    assert (picture.width, picture.height) == ((48, 64) if turned else (64, 48))
    assert light_at(opened(picture.content), *light)
    assert not light_at(opened(picture.content), 1 - light[0], 1 - light[1])
    assert light_at(opened(picture.small), *light)


def test_the_small_one_is_small_and_a_tiny_image_is_not_made_larger() -> None:
    assert max(opened(made_anew(samples.jpeg((2_000, 1_000))).small).size) == SMALL_SIDE
    assert opened(made_anew(samples.jpeg((3, 1))).small).size == (3, 1)


@pytest.mark.parametrize("size", [(7_000, 4_000), (4_000, 7_000)])
def test_a_very_large_photo_is_made_half_as_wide_and_high(size: tuple[int, int]) -> None:
    picture = made_anew(samples.jpeg(size))
    assert (picture.width, picture.height) == (size[0] // 2, size[1] // 2)
    assert picture.width * picture.height <= KEPT_PIXELS


def test_an_animation_is_no_picture() -> None:
    with pytest.raises(Moving):
        made_anew(samples.gif(moving=True))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("width", [7_746, 8_000])
def test_an_image_of_a_little_too_many_pixels_is_too_large_and_not_damaged(width: int) -> None:
    """As where the warnings of the library are passed over, as they are outside of the tests."""
    with pytest.raises(ImageTooLarge):
        made_anew(samples.bomb(width, width))


@pytest.mark.parametrize("width", [8_000, 11_000, 20_000])
def test_a_bomb_is_refused_by_what_it_says_it_is_before_it_is_decoded(width: int) -> None:
    with pytest.raises(ImageTooLarge):
        made_anew(samples.bomb(width, width))


def test_a_file_of_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MOST_IMAGE_BYTES", 100)
    with pytest.raises(ImageTooLarge):
        made_anew(samples.jpeg())


@pytest.mark.parametrize(
    "source",
    [
        samples.jpeg((640, 480))[:-900],
        samples.jpeg()[:60],
        samples.png((640, 480))[:200],
        samples.HEIC[:-200],
        samples.HEIC[:40],
        b"\xff\xd8\xff" + b"x" * 5_000,
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + b"\xff" * 100,
        b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\x00" * 50,
    ],
    ids=["jpeg cut off", "jpeg head", "png cut off", "heic cut off", "heic head", "noise", "png head", "gif", "webp"],
)
def test_what_can_not_be_read_to_its_end_is_refused(source: bytes) -> None:
    with pytest.raises(ImageUnreadable):
        made_anew(source)


def test_only_what_can_have_been_made_here_comes_back_as_it_is() -> None:
    assert looked_at(samples.jpeg(), "image/jpeg") is None, "it has a place in it"
    assert looked_at(made_anew(samples.jpeg()).content, "image/png") is None, "it says it is something else"
    assert looked_at(samples.gif(), "image/png") is None
    assert looked_at(samples.bomb(), "image/png") is None
    assert looked_at(samples.SVG, "image/png") is None


def red_is_blue() -> bytes:
    """The profile of a space in which what is called red looks blue, and the other way round."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = plain.replace(b"rXYZ", b"swap").replace(b"bXYZ", b"rXYZ").replace(b"swap", b"bXYZ")
    return swapped.replace("sRGB".encode("utf-16-be"), "zRGB".encode("utf-16-be"))  # or it is taken for sRGB itself


@pytest.mark.parametrize(("mode", "form"), [("RGB", "JPEG"), ("RGB", "PNG"), ("RGBA", "PNG")])
def test_colours_of_another_space_become_those_of_srgb(mode: str, form: str) -> None:
    see_through = (128,) if mode == "RGBA" else ()
    written = io.BytesIO()
    Image.new(mode, (64, 48), (220, 30, 30, *see_through)).save(written, form, icc_profile=red_is_blue())
    picture = made_anew(written.getvalue())
    assert b"ICC_PROFILE" not in picture.content
    assert b"iCCP" not in picture.content
    for each in (picture.content, picture.small)[: 1 if see_through else 2]:
        red, _green, blue = opened(each).convert("RGB").getpixel((32, 24))  # type: ignore[misc]
        assert blue - red > 100, (red, blue)
    if see_through:
        assert opened(picture.content).getpixel((32, 24))[3] == 128  # type: ignore[index]


def test_colours_with_a_profile_that_says_nothing_stay_as_they_are() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (lab, b"no profile at all", b""):
        written = io.BytesIO()
        Image.new("RGB", (64, 48), (220, 30, 30)).save(written, "PNG", icc_profile=profile)
        picture = made_anew(written.getvalue())
        assert b"iCCP" not in picture.content
        assert opened(picture.content).getpixel((32, 24)) == (220, 30, 30)


def test_who_waits_too_long_for_another_image_hears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "WAITED_SECONDS", 0.05)
    whole = made_anew(samples.jpeg()).content
    with images._ONE_AT_A_TIME:
        for asks in (lambda: made_anew(samples.jpeg()), lambda: looked_at(whole, "image/jpeg")):
            with pytest.raises(ImagesBusy):
                asks()
    assert made_anew(samples.jpeg()), "and gets her turn later"
    with pytest.raises(ImageUnreadable):
        made_anew(samples.jpeg()[:60])
    assert looked_at(whole, "image/jpeg"), "one that broke leaves its place"


def test_a_grey_image_of_sixteen_bits_keeps_its_greys() -> None:
    ramp = Image.new("I;16", (256, 16))
    for across in range(256):
        for down in range(16):
            ramp.putpixel((across, down), across * 257)
    written = io.BytesIO()
    ramp.save(written, "PNG", transparency=40_000)
    grey = opened(made_anew(written.getvalue()).content).convert("L")
    assert [grey.getpixel((across, 8)) for across in (0, 64, 128, 255)] == [0, 64, 128, 255]


@pytest.mark.parametrize("mode", ["1", "P", "L"])
def test_a_large_scan_in_few_colours_is_made_smaller_and_stays_what_it_was(mode: str) -> None:
    scan = Image.new("L", (6000, 5000), 255)
    scan.paste(0, (0, 0, 3000, 5000))
    written = io.BytesIO()
    scan.convert(mode).save(written, "PNG")
    picture = made_anew(written.getvalue())
    assert picture.width * picture.height <= KEPT_PIXELS
    assert light_at(opened(picture.content), 0.9, 0.5)
    assert not light_at(opened(picture.content), 0.1, 0.5)


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (samples.PDF, "application/pdf"),
        (samples.PDF_WITH_SCRIPT, "application/pdf"),
        (samples.PDF + samples.docx(), "application/pdf"),
        (samples.docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text",
            "application/vnd.oasis.opendocument.text",
        ),
        (b"PK\x03\x04" + bytes(26) + b"mimetypetext/html", "application/octet-stream"),
        (b"PK\x03\x04" + bytes(26) + b"iets.txt", "application/zip"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (samples.SVG, "application/octet-stream"),
        (b"<!doctype html><script>", "application/octet-stream"),
        (b"MZ\x90\x00", "application/octet-stream"),
        (b" %PDF-1.4", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_what_a_file_is_is_told_by_its_first_bytes(start: bytes, media_type: str) -> None:
    assert media_type_of(start) == media_type
