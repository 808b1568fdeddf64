"""Read the bytes of an uploaded image and encode its pixels again; pure."""

import io
import threading
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 8 * 1024 * 1024
# Up to four bytes each when decoded: a file of a few kB may unpack to gigabytes.
MAX_PIXELS = 32_000_000
# No column is wider than 42rem; three times as much is sharp on every screen.
LONGEST_SIDE = 2400
# A larger PNG is probably a photograph.
HEAVY_BYTES = 1_500_000
_READ = ["PNG", "JPEG", "WEBP", "GIF"]
_ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
_SAVING = {
    "PNG": {},
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "WEBP": {"quality": 90},
}
# Each conversion takes some hundred MB for a moment.
_turns = threading.BoundedSemaphore(2)


class ImageRefusedError(Exception):
    """The image is refused; the message explains why and what to do."""


@dataclass(frozen=True)
class Picture:
    """An encoded image; `ending` is png, jpg or webp."""

    data: bytes
    ending: str
    width: int
    height: int


def read_picture(data: bytes) -> Picture:
    """Decode a PNG, JPEG, WebP or GIF and encode it as a still image without metadata.

    The content decides about the format, not the name. The result is rotated as the camera says, in
    sRGB, and at most LONGEST_SIDE pixels long; of an animation only the first frame is kept, since
    readers could not stop it. Raises ImageRefusedError.
    """
    if len(data) > MAX_BYTES:
        size = f"{MAX_BYTES // 1024 // 1024} MB"
        raise ImageRefusedError(
            _("This image is larger than %(size)s. Make it smaller.") % {"size": size}
        )
    with _turns:
        try:
            return _rewritten(data)
        except Image.DecompressionBombError:
            raise ImageRefusedError(_too_many_pixels()) from None
        # Broken files make the decoders raise any of these.
        except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, MemoryError):
            raise ImageRefusedError(
                _("This image can't be read. Upload a PNG, JPEG, WebP or GIF.")
            ) from None


def _rewritten(data: bytes) -> Picture:
    with Image.open(io.BytesIO(data), formats=_READ) as original:
        if original.width * original.height > MAX_PIXELS:
            raise ImageRefusedError(_too_many_pixels())
        kind = "PNG" if original.format == "GIF" else original.format
        original.load()
        image = _fitted(_in_srgb(ImageOps.exif_transpose(original)), kind)
    encoded = _written(image, kind)
    if kind == "PNG" and len(encoded) > HEAVY_BYTES:
        kind = "WEBP"
        encoded = _written(image.convert("RGBA" if _has_alpha(image) else "RGB"), kind)
    return Picture(encoded, _ENDINGS[kind], image.width, image.height)


def _too_many_pixels() -> str:
    millions = MAX_PIXELS // 1_000_000
    return _("This image has more than %(millions)s million pixels. Make it smaller.") % {
        "millions": millions
    }


def _in_srgb(image: Image.Image) -> Image.Image:
    """Convert to sRGB: without the profile, wide-gamut and print colours would be wrong."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    try:
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=mode,
        )
    except (ImageCms.PyCMSError, OSError):
        return image


def _fitted(image: Image.Image, kind: str) -> Image.Image:
    """Convert to a mode that `kind` supports, without metadata, and limit the size."""
    is_large = max(image.size) > LONGEST_SIDE
    if image.mode.startswith(("I", "F")):
        # 16 bits a pixel: only the upper eight are used.
        image = image.point(lambda value: value / 256).convert("L")
    if kind == "JPEG":
        image = image if image.mode in {"L", "RGB"} else image.convert("RGB")
    elif kind == "WEBP" or is_large or image.mode not in {"1", "L", "LA", "P", "RGB", "RGBA"}:
        image = image.convert("RGBA" if _has_alpha(image) else "RGB")
    clean = image.copy()
    clean.info = {
        name: value
        for name, value in image.info.items()
        if name == "transparency" and kind == "PNG"
    }
    if is_large:
        clean.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return clean


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in {"LA", "PA", "RGBA", "RGBa", "La"} or "transparency" in image.info


def _written(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, format=kind, **_SAVING[kind])
    return file.getvalue()
