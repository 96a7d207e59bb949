"""Images made anew: decoded, turned upright, and written again without what was hidden in them (place, camera, names).

Nothing that somebody sent is ever shown: only what was written here is. What can not be read to its end is refused.
"""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pi_heif
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from lerarenregister.portfolio.errors import ImagesBusy, ImageTooLarge, ImageUnreadable

MOST_IMAGE_BYTES = 40 * 1024 * 1024
MOST_PIXELS = 60_000_000
KEPT_PIXELS = 25_000_000
"""What has more is made half as wide and half as high (or a third): a page of print needs 9 million."""
SMALL_SIDE = 480
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")
_JPEG_QUALITY = 88
_ONE_AT_A_TIME = threading.Lock()
"""An image of 60 million pixels is 240 MB while it is decoded: once in a process, never twice."""
WAITED_SECONDS = 15.0
"""An image takes a second or two. Who waits longer hears it, while there are still threads to say so."""

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # refused below; nothing to say in a log
pi_heif.register_heif_opener(thumbnails=False)
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that was made here, and a small one (JPEG) of at most 480 pixels wide and high."""

    content: bytes
    media_type: str
    ending: str
    width: int
    height: int
    small: bytes


class Moving(Exception):
    """It is an animation: made anew it would stand still, so it is no picture."""


def made_anew(source: bytes) -> Picture:
    """The image in these bytes. Raises ImageTooLarge, ImageUnreadable, ImagesBusy and Moving."""
    if len(source) > MOST_IMAGE_BYTES:
        raise ImageTooLarge(f"an image has at most {MOST_IMAGE_BYTES} bytes")
    with _turn():
        image, sharp = _decoded(source)
        content = io.BytesIO()
        if sharp or image.mode == "RGBA":
            image.save(content, "PNG", compress_level=4)
            media_type, ending = "image/png", "png"
        else:
            image.save(content, "JPEG", quality=_JPEG_QUALITY)
            media_type, ending = "image/jpeg", "jpg"
        if content.tell() > MOST_IMAGE_BYTES:  # a zip that she takes along must come back
            raise ImageTooLarge(f"an image has at most {MOST_IMAGE_BYTES} bytes when it is made anew")
        return Picture(content.getvalue(), media_type, ending, *image.size, small_of(image))


@contextmanager
def _turn() -> Iterator[None]:
    """Alone with an image in this process. Raises ImagesBusy when that takes too long."""
    if not _ONE_AT_A_TIME.acquire(timeout=WAITED_SECONDS):
        raise ImagesBusy(f"no turn within {WAITED_SECONDS} seconds")
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()


def small_of(image: Image.Image) -> bytes:
    """The small one, on white where one can see through it."""
    share = min(1.0, SMALL_SIDE / max(image.size))
    size = max(1, round(image.width * share)), max(1, round(image.height * share))
    small = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    if small.mode not in ("RGB", "L"):
        white = Image.new("RGBA", size, "white")
        white.alpha_composite(small.convert("RGBA"))
        small = white.convert("RGB")
    written = io.BytesIO()
    small.save(written, "JPEG", quality=80)
    return written.getvalue()


def looked_at(source: bytes, media_type: str) -> Picture | None:
    """An image that was made here before and comes back as it is, with a small one made anew; None when it can not
    have been made here: it does not decode, is too large, or has something hidden in it. Raises ImagesBusy."""
    with _turn():
        return _as_made_here(source, media_type)


def _as_made_here(source: bytes, media_type: str) -> Picture | None:
    try:
        with Image.open(io.BytesIO(source), formats=("JPEG", "PNG")) as image:
            if Image.MIME.get(image.format or "") != media_type or image.width * image.height > MOST_PIXELS:
                return None
            if set(image.info) - _HARMLESS or image.getexif() or getattr(image, "is_animated", False):
                return None
            image.load()
            ending = "png" if image.format == "PNG" else "jpg"
            return Picture(source, media_type, ending, *image.size, small_of(image))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


_HARMLESS = frozenset({"jfif", "jfif_version", "jfif_unit", "jfif_density"})


def _decoded(source: bytes) -> tuple[Image.Image, bool]:
    try:
        with Image.open(io.BytesIO(source), formats=_FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ImageTooLarge(f"an image has at most {MOST_PIXELS} pixels")
            if opened.format in ("GIF", "PNG", "WEBP") and getattr(opened, "is_animated", False):
                raise Moving
            sharp = opened.format in ("GIF", "PNG")  # a drawing or a screen: JPEG would blur its letters
            smaller = _times_smaller(opened)
            if opened.format in ("JPEG", "MPO"):
                opened.draft(None, (opened.width // smaller, opened.height // smaller))
                smaller = 1
            opened.load()
            image: Image.Image = _plain(opened)
            image = image.reduce(smaller) if smaller > 1 else image
            ImageOps.exif_transpose(image, in_place=True)
            image = _in_common_colours(image)
    except ImageTooLarge:
        raise  # it is a ValueError too, and no image that is damaged
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge("an image has too many pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError, RuntimeError) as error:
        raise ImageUnreadable("the image can not be read to its end") from error
    image.info = {}
    return image, sharp


def _plain(image: Image.Image) -> Image.Image:
    """In a form that can be made smaller, with its greys as they are: of 16 bits the highest 8 stay."""
    if image.mode.startswith("I"):
        grey = image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
        grey.info.pop("transparency", None)  # a grey of sixteen bits, which says nothing here
        return grey
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image


def _times_smaller(image: Image.Image) -> int:
    times = 1
    while (image.width // times) * (image.height // times) > KEPT_PIXELS:
        times *= 2
    return times


def _in_common_colours(image: Image.Image) -> Image.Image:
    """In a form that every browser shows: grey, RGB or RGBA, in the colours of sRGB."""
    profile = image.info.get("icc_profile")
    if "transparency" in image.info or image.mode in ("LA", "PA", "La", "RGBa"):
        image = image.convert("RGBA")
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        image = _in_srgb(image, profile)
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    if image.mode in ("L", "RGB", "RGBA"):
        return image
    return image.convert("L" if image.mode in ("1", "I;16", "I", "F") else "RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The same colours without the profile that said what they are; a profile that can not be read is passed over."""
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(theirs):
            return image
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, theirs, _SRGB, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
