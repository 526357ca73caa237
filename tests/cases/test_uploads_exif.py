"""Where and when a photo was taken, as cameras write it, and nothing where they write nonsense."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from tests.cases.upload_samples import heic, picture
from tests.kernel.common import thorough

from smartbarleben.cases import exif
from smartbarleben.cases.uploads import examine

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TAKEN = "2026:07:01 14:30:00"


def rationals(*parts):
    return tuple(IFDRational(above, below) for above, below in parts)


def sexagesimal(value: float):
    """As cameras write it: whole degrees, whole minutes, hundred-thousandths of seconds."""
    units = round(abs(value) * 3_600 * 100_000)
    return rationals((units // 360_000_000, 1), (units // 6_000_000 % 60, 1), (units % 6_000_000, 100_000))


def block(gps: dict | None = None, *, taken: str | None = None, offset: str | None = None, orientation=1) -> bytes:
    """An EXIF block written by Pillow."""
    written = Image.Exif()
    written[0x0112] = orientation
    if gps:
        written.get_ifd(0x8825).update(gps)
    if taken:
        written.get_ifd(0x8769)[0x9003] = taken
    if offset:
        written.get_ifd(0x8769)[0x9011] = offset
    return written.tobytes()


def place(latitude, longitude, **changes) -> dict:
    gps = {
        1: "S" if latitude < 0 else "N",
        2: sexagesimal(latitude),
        3: "W" if longitude < 0 else "E",
        4: sexagesimal(longitude),
        5: b"\0",
        6: IFDRational(50, 1),
    }
    return gps | {int(tag[1:]): value for tag, value in changes.items()}


@thorough
@given(
    st.floats(-90, 90).filter(lambda value: abs(value) > 1e-5),
    st.floats(-180, 180),
    st.integers(25 * 365, 56 * 365).flatmap(lambda day: st.integers(0, 86_399).map(lambda second: (day, second))),
    st.integers(-14 * 4, 14 * 4).map(lambda quarters: timedelta(minutes=15 * quarters)),
    st.integers(1, 8),
)
def test_what_a_camera_wrote_is_read_again(latitude, longitude, moment, offset, orientation):
    wall = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=moment[0], seconds=moment[1])
    minutes = round(abs(offset).total_seconds() / 60)
    said = f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"
    taken = wall.strftime("%Y:%m:%d %H:%M:%S")
    facts = exif.read(block(place(latitude, longitude), taken=taken, offset=said, orientation=orientation), now=NOW)
    assert facts.position is not None
    assert abs(facts.position.latitude - latitude) <= 1e-6
    assert abs(facts.position.longitude - longitude) <= 1e-6
    assert facts.taken_at == wall - offset
    assert facts.orientation == orientation


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIC"])
def test_position_and_time_are_offered_from_every_kind_of_photo(kind):
    written = block(place(52.2026, 11.6194), taken=TAKEN)
    data = heic(exif=written) if kind == "HEIC" else picture(kind, exif=written)
    verdict = examine(data, "x")
    assert verdict.position == exif.Position(52.2026, 11.6194)
    # Half past two on a camera in Barleben in summer.
    assert verdict.taken_at == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "gps",
    [
        {},
        place(0, 0),
        place(52, 11, _2=rationals((0, 0), (0, 0), (0, 0))),
        place(52, 11, _2=rationals((91, 1), (0, 1), (0, 1))),
        place(52, 11, _4=rationals((181, 1), (0, 1), (0, 1))),
        place(52, 11, _2=rationals((52, 1), (60, 1), (0, 1))),
        place(52, 11, _2=rationals((52, 1), (0, 1))),
        place(52, 11, _1="X"),
        place(52, 11, _3=""),
        {tag: value for tag, value in place(52, 11).items() if tag != 1},
        {tag: value for tag, value in place(52, 11).items() if tag != 4},
    ],
)
def test_a_position_that_makes_no_sense_is_none(gps):
    assert exif.read(block(gps), now=NOW).position is None


@pytest.mark.parametrize(
    "taken", ["0000:00:00 00:00:00", "gestern", "1970:01:01 00:00:00", "2031:01:01 00:00:00", " "]
)
def test_a_time_that_makes_no_sense_is_none(taken):
    assert exif.read(block(taken=taken), now=NOW).taken_at is None


@pytest.mark.parametrize("offset", ["+99:00", "Z", "02:00", "+2:00", "++:00", "+ab:cd"])
def test_an_odd_zone_counts_as_the_zone_of_the_village(offset):
    assert exif.read(block(taken=TAKEN, offset=offset), now=NOW).taken_at == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)


@thorough
@given(st.data())
def test_a_damaged_block_never_raises(data):
    whole = bytearray(block(place(52, 11), taken=TAKEN, offset="+02:00"))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(6, len(whole) - 1))] = data.draw(st.integers(0, 255))
    facts = exif.read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    assert facts.orientation in range(1, 9)
    if facts.position:
        assert -90 <= facts.position.latitude <= 90
        assert -180 <= facts.position.longitude <= 180


@thorough
@given(st.binary(max_size=200), st.sampled_from([b"", b"Exif\0\0", b"II*\0\x08\0\0\0", b"Exif\0\0MM\0*\0\0\0\x08"]))
def test_noise_tells_nothing_and_never_raises(noise, head):
    assert exif.read(head + noise).orientation in range(1, 9)


def test_no_block_is_no_fact():
    assert exif.read(None) == exif.Facts()


def test_a_directory_that_points_at_itself_ends():
    loop = b"II*\0\x08\0\0\0\x02\0" + b"\x25\x88\x04\0\x01\0\0\0\x08\0\0\0" + b"\x69\x87\x04\0\x01\0\0\0\x08\0\0\0"
    assert exif.read(loop) == exif.Facts()


def test_pillow_and_we_read_the_same_orientation():
    data = picture("JPEG", exif=block(orientation=6))
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.getexif()[0x0112] == 6
    verdict = examine(data, "x")
    assert (verdict.width, verdict.height) == (48, 64)
