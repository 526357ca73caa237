"""Pictures made anew: they show the same, the right way up, and carry nothing of what the original carried."""

import io
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin
from tests.cases.test_uploads_exif import TAKEN, block, place
from tests.cases.upload_samples import SECRET, heic, jpeg_with, picture, png, png_chunk, quartered
from tests.kernel.common import brief

from smartbarleben.cases.uploads import clean_name, clean_picture, examine, thumbnail

NAMES = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
_HARMLESS_INFO = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "timestamp", "duration"}
_MARKERS = (b"Exif", b"http://ns.adobe.com", b"ICC_PROFILE", b"Photoshop", b"xmp", b"EXIF", b"ICCP", b"tEXt", b"MPF")


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def named(image: Image.Image) -> list[str]:
    """The names of the colours in the quarters, row by row."""
    width, height = image.size
    spots = [(x, y) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return [nearest(image.convert("RGB").getpixel(spot)) for spot in spots]


def nearest(colour: tuple[int, int, int]) -> str:
    return min(NAMES, key=lambda name: sum(abs(a - b) for a, b in zip(NAMES[name], colour, strict=True)))


# How a viewer shows red-green-blue-white (row by row) under each of EXIF's orientations.
UPRIGHT = {
    1: ["red", "green", "blue", "white"],
    2: ["green", "red", "white", "blue"],
    3: ["white", "blue", "green", "red"],
    4: ["blue", "white", "red", "green"],
    5: ["red", "blue", "green", "white"],
    6: ["blue", "red", "white", "green"],
    7: ["white", "green", "blue", "red"],
    8: ["green", "white", "red", "blue"],
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_each_picture_stands_upright(form, orientation):
    data = quartered(form, exif=block(orientation=orientation))
    for made in (clean_picture(data), thumbnail(data), thumbnail(clean_picture(data))):
        image = opened(made)
        assert named(image) == UPRIGHT[orientation]
        assert image.size == ((64, 32) if orientation < 5 else (32, 64))
    verdict = examine(data, "x")
    assert (verdict.width, verdict.height) == opened(clean_picture(data)).size


def _loaded(form: str, secret: bytes) -> bytes:
    """A picture with the secret in every place that its format has for words."""
    written = Image.Exif()
    written.get_ifd(0x8825).update(place(52.2, 11.6))
    written.get_ifd(0x8769)[0x9003] = TAKEN
    written[0x010E] = written[0x013B] = secret.decode("latin-1")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + secret
    if form == "HEIC":
        return heic(exif=written.tobytes(), xmp=b"<x:xmpmeta>" + secret + b"</x:xmpmeta>")
    if form == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Author", secret, zip=False)
        words.add_itxt("XML:com.adobe.xmp", secret.decode("latin-1"))
        words.add(b"tIME", secret)
        return picture("PNG", exif=written.tobytes(), pnginfo=words, icc_profile=profile)
    if form == "GIF":
        return picture("GIF", mode="P", comment=secret)
    if form == "WEBP":
        return picture("WEBP", exif=written.tobytes(), icc_profile=profile, xmp=b"<x:xmpmeta>" + secret)
    data = picture("JPEG", exif=written.tobytes(), icc_profile=profile, comment=secret)
    data = jpeg_with(b"http://ns.adobe.com/xap/1.0/\0" + secret, 0xE1, data)
    data = jpeg_with(b"Photoshop 3.0\x008BIM\x04\x04\0\0" + secret, 0xED, data)
    return jpeg_with(b"JFXX\0\x10" + secret, 0xE0, data) + picture(comment=secret)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "HEIC"])
@settings(brief, max_examples=12)
@given(secret=st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=40).map(str.encode))
def test_nothing_that_the_original_carried_is_left(form, secret):
    data = _loaded(form, secret)
    assert secret in data
    for made in (clean_picture(data), thumbnail(data)):
        assert secret not in made
        assert not [marker for marker in _MARKERS if marker in made]
        left = set(opened(made).info)
        assert left <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "loop",
            "background",
            "timestamp",
            "duration",
        }
        assert not opened(made).getexif()


def test_the_first_picture_of_an_animation_is_kept():
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    for form in ("GIF", "WEBP", "PNG"):
        out = io.BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
        image = opened(clean_picture(out.getvalue()))
        assert getattr(image, "n_frames", 1) == 1
        red, green, blue = image.getpixel((20, 20))
        assert red > 240
        assert green < 20
        assert blue < 20


def test_clear_parts_become_white():
    for form in ("PNG", "WEBP"):
        red, green, blue = opened(clean_picture(picture(form, mode="RGBA", colour=(0, 0, 0, 0)))).getpixel((60, 40))
        assert min(red, green, blue) > 250


def test_large_pictures_become_2560_px_and_small_ones_480():
    data = picture("PNG", size=(5_200, 1_300), mode="L")
    assert opened(clean_picture(data)).size == (2_560, 640)
    assert opened(thumbnail(data)).size == (480, 120)
    assert opened(clean_picture(picture("PNG", size=(1, 9_000)))).size == (1, 2_560)
    assert opened(clean_picture(picture(size=(300, 100)))).size == (300, 100)


def test_sixteen_bits_of_grey_stay_grey():
    grey = png(8, 8, (b"\0" + b"\x80\x00" * 8) * 8, depth=16, colour=0)
    red, green, blue = opened(clean_picture(grey)).getpixel((4, 4))
    assert max(abs(value - 128) for value in (red, green, blue)) <= 2


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIC"])
def test_colours_are_shown_as_the_profile_means_them(form):
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = usual.replace(b"rXYZ", b"?").replace(b"bXYZ", b"rXYZ").replace(b"?", b"bXYZ")
    for profile, shown in ((usual, "red"), (swapped, "blue")):
        if form == "HEIC":
            data = heic(colour="red", icc_profile=profile)
        else:
            data = picture(form, size=(1, 1), colour="red", icc_profile=profile)
        assert nearest(opened(clean_picture(data)).getpixel((0, 0))) == shown


def test_a_profile_that_makes_no_sense_is_no_profile():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (lab, b"nonsense" * 20):
        assert named(opened(clean_picture(quartered("PNG", icc_profile=profile)))) == UPRIGHT[1]


def test_a_profile_packed_to_burst_is_left_aside():
    bomb = png_chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 50_000_000))
    data = png(8, 8, (b"\0" + b"\x80" * 24) * 8, extra=bomb)
    assert opened(clean_picture(data)).size == (8, 8)


def test_noise_survives_shrinking_by_strips_as_it_does_in_one_piece():
    rows = random.Random(4).randbytes(3 * 700 * 900)
    image = Image.frombytes("RGB", (700, 900), rows)
    out = io.BytesIO()
    image.save(out, "PNG")
    ours = opened(thumbnail(out.getvalue())).resize((20, 20), Image.Resampling.BOX)
    theirs = image.resize((20, 20), Image.Resampling.BOX)
    pairs = zip(ours.tobytes(), theirs.tobytes(), strict=True)
    assert max(abs(a - b) for a, b in pairs) < 25


def test_the_clean_name_says_jpeg():
    assert clean_name("Plan.png") == "Plan.jpg"
    assert SECRET not in clean_picture(jpeg_with(SECRET))
