"""Pictures: judged by their header before anything is decoded, then decoded, shrunk and written anew.

Pillow (and pillow-heif, which reads what iPhones send) only ever sees the bare file that `skeleton` describes.
"""

import io
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

from PIL import Image, ImageCms, ImageFile

from smartbarleben.cases import exif

from . import containers, jpeg
from .skeleton import CutOffError, DamagedError, Skeleton, TooComplexError, TrailingError
from .verdict import MEGAPIXEL, Code, Kind, Limits, RefusedError

LONGEST_PX = 2_560
THUMBNAIL_PX = 480
QUALITY = 88
_THUMBNAIL_QUALITY = 80
# libheif paints in the file's own colours and as RGB, Pillow has a copy; measured, with ten bits a colour too.
_HEIC_PIXEL_BYTES, _HEIC_DEEP_PIXEL_BYTES = 9, 15
_WHITE = (255, 255, 255)
_STRIP_PX = 256

# What EXIF's orientations ask for, so that the picture stands upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_READERS: dict[Kind, Callable[[bytes], Skeleton]] = {
    Kind.JPEG: jpeg.read,
    Kind.PNG: containers.read_png,
    Kind.WEBP: containers.read_webp,
    Kind.GIF: containers.read_gif,
}


def heic_readable() -> bool:
    """Whether this machine can decode what iPhones send."""
    return find_spec("pillow_heif") is not None


def judge(data: bytes, kind: Kind, limits: Limits) -> tuple[int, int, exif.Facts]:
    """Width and height in px as people see them, and the EXIF facts. Decodes once. Raises RefusedError."""
    bare = _bare(data, kind, limits)
    facts = exif.read(bare.exif)
    _decoded(bare, LONGEST_PX).close()
    turned = kind is not Kind.HEIC and facts.orientation > 4
    return (bare.height, bare.width, facts) if turned else (bare.width, bare.height, facts)


def cleaned(data: bytes, kind: Kind, limits: Limits) -> bytes:
    """A fresh JPEG of at most 2560 px, upright, on white, in sRGB, with no metadata at all. Raises RefusedError."""
    picture = _painted(data, kind, limits, LONGEST_PX)
    return _written(picture, "JPEG", quality=QUALITY, optimize=True)


def small(data: bytes, kind: Kind, limits: Limits) -> bytes:
    """A WebP of at most 480 px for lists, as clean as `cleaned`. Raises RefusedError."""
    return _written(_painted(data, kind, limits, THUMBNAIL_PX), "WEBP", quality=_THUMBNAIL_QUALITY)


def _bare(data: bytes, kind: Kind, limits: Limits) -> Skeleton:
    try:
        bare = _heic(data) if kind is Kind.HEIC else _READERS[kind](data)
    except CutOffError:
        raise RefusedError(Code.PICTURE_CUT_OFF) from None
    except DamagedError:
        raise RefusedError(Code.PICTURE_DAMAGED) from None
    except TooComplexError:
        raise RefusedError(Code.PICTURE_TOO_COMPLEX) from None
    except TrailingError:
        raise RefusedError(Code.MIXED) from None
    pixels = bare.width * bare.height
    most = limits.megapixels * MEGAPIXEL
    if bare.decode_bytes > limits.decode_bytes:
        # Some ways of storing pictures need more memory than others, so their limit is lower.
        most = min(most, pixels * limits.decode_bytes // bare.decode_bytes)
    if pixels > most:
        # Rounded so that the sentence never says "40 megapixels, but at most 40".
        shown = {"megapixels": -(-pixels // MEGAPIXEL), "limit": max(1, most // MEGAPIXEL)}
        raise RefusedError(Code.PICTURE_TOO_LARGE, **shown)
    if max(bare.width, bare.height) > limits.side_px:
        raise RefusedError(Code.PICTURE_TOO_LONG, side=max(bare.width, bare.height), limit=limits.side_px)
    return bare


@cache
def _heif_opener() -> Callable[[io.BytesIO], ImageFile.ImageFile]:
    from pillow_heif import HeifImageFile, options

    # Only the picture itself; the extra images in the file are none of our business and cost memory.
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    return HeifImageFile


def _heic(data: bytes) -> Skeleton:
    if not heic_readable():
        raise RefusedError(Code.HEIC_UNREADABLE)
    _check_boxes(data)
    try:
        with _heif_opener()(io.BytesIO(data)) as picture:
            width, height = picture.size
            block, profile = picture.info.get("exif"), picture.info.get("icc_profile")
            each = _HEIC_DEEP_PIXEL_BYTES if picture.info.get("bit_depth", 8) > 8 else _HEIC_PIXEL_BYTES
    except _DECODING_PROBLEMS:
        raise DamagedError from None
    return Skeleton("HEIC", width, height, data, each * width * height, block or None, profile or None)


def _check_boxes(data: bytes) -> None:
    """The file is made of boxes from its first byte to its last, so nothing hides behind it."""
    at = 0
    for _ in range(1_000):
        if at == len(data):
            return
        length = int.from_bytes(data[at : at + 4])
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16])
        elif length == 0:
            return
        if length < 8 or not data[at + 4 : at + 8].isalnum():
            raise TrailingError
        at += length
        if at > len(data):
            raise CutOffError
    raise TooComplexError


# Decoders report what they stumble over in many ways; all of them mean the same to the person who sent the picture.
_DECODING_PROBLEMS = (OSError, ValueError, SyntaxError, RuntimeError, EOFError, IndexError, TypeError, KeyError)


def _decoded(bare: Skeleton, longest: int) -> Image.Image:
    """The picture in memory, decoded at a smaller scale where the format can, at least `longest` px long."""
    source = io.BytesIO(bare.pixels)
    # The library that draws our PDFs asks Pillow, for the whole process, to fill what is cut off with grey.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        picture = _heif_opener()(source) if bare.form == "HEIC" else Image.open(source, formats=[bare.form])
        if bare.form == "JPEG":
            scale = min(1.0, longest / max(picture.size))
            picture.draft(None, (max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
        picture.load()
    except Image.DecompressionBombError:
        raise RefusedError(Code.PICTURE_DAMAGED) from None
    except _DECODING_PROBLEMS as problem:
        cut_off = "truncated" in str(problem)
        raise RefusedError(Code.PICTURE_CUT_OFF if cut_off else Code.PICTURE_DAMAGED) from None
    return picture


def _painted(data: bytes, kind: Kind, limits: Limits, longest: int) -> Image.Image:
    bare = _bare(data, kind, limits)
    picture = _decoded(bare, longest)
    picture = _shrunk(picture, longest)
    if bare.icc and picture.mode == "RGB":
        picture = _in_srgb(picture, bare.icc)
    # libheif has already turned what an iPhone took; EXIF repeats it for others.
    orientation = 1 if kind is Kind.HEIC else exif.read(bare.exif).orientation
    return picture.transpose(_TURNS[orientation]) if orientation in _TURNS else picture


def _shrunk(picture: Image.Image, longest: int) -> Image.Image:
    """RGB on white, at most `longest` px, without ever holding two copies of a huge picture."""
    factor = max(1, max(picture.size) // longest)
    across = -(-picture.width // factor)
    canvas = Image.new("RGB", (across, -(-picture.height // factor)), _WHITE)
    step = _STRIP_PX * factor
    for top in range(0, picture.height, step):
        strip = picture.crop((0, top, picture.width, min(top + step, picture.height)))
        canvas.paste(_on_white(strip).reduce(factor), (0, top // factor))
    picture.close()
    scale = longest / max(canvas.size)
    if scale >= 1:
        return canvas
    size = (max(1, round(canvas.width * scale)), max(1, round(canvas.height * scale)))
    return canvas.resize(size, Image.Resampling.LANCZOS)


def _on_white(strip: Image.Image) -> Image.Image:
    if strip.mode.startswith("I"):
        # Grey with 16 bits; Pillow's own conversion would cut instead of scale.
        strip = strip.convert("I").point(lambda value: value / 256).convert("L")
    if strip.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in strip.info:
        clear = strip.convert("RGBA")
        strip = Image.new("RGB", strip.size, _WHITE)
        strip.paste(clear, mask=clear.getchannel("A"))
    return strip if strip.mode == "RGB" else strip.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the camera meant them; as they are where the profile makes no sense."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *_DECODING_PROBLEMS):
        return picture
    return turned or picture


def _written(picture: Image.Image, form: str, *, quality: int, optimize: bool = False) -> bytes:
    # A picture without memory of where it came from: Pillow would write profiles and EXIF from `info`.
    fresh = Image.new("RGB", picture.size)
    fresh.paste(picture)
    out = io.BytesIO()
    fresh.save(out, form, quality=quality, optimize=optimize)
    return out.getvalue()
