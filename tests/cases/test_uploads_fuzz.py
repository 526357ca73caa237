"""Whatever bytes arrive: an answer, never an exception, and a picture that is taken can always be made anew."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.test_uploads import BAD, GOOD
from tests.kernel.common import thorough

from smartbarleben.cases.uploads import Accepted, Limits, Refused, RefusedError, clean_picture, examine

# The heavy ones have their own test, with a limit of memory and time.
_SAMPLES = {name: data for name, (data, _) in (GOOD | BAD).items() if 0 < len(data) < 50_000}
_HEADS = [data[:size] for data, _ in GOOD.values() for size in (4, 8, 12, 30)]
_SMALL = Limits(megapixels=1, decode_bytes=20_000_000)


def answered(data: bytes) -> None:
    """Judge it; clean what was taken and is a picture, and nothing else."""
    verdict = examine(data, "x", _SMALL)
    assert isinstance(verdict, Accepted | Refused)
    if isinstance(verdict, Accepted) and verdict.kind.is_picture:
        assert examine(clean_picture(data, _SMALL), "x", _SMALL)
    else:
        with pytest.raises(RefusedError):
            clean_picture(data, _SMALL)


@settings(thorough, max_examples=300)
@given(st.sampled_from([b"", *_HEADS]), st.binary(max_size=400))
def test_noise_with_or_without_a_known_beginning(head, noise):
    answered(head + noise)


@pytest.mark.parametrize("name", _SAMPLES)
@settings(thorough, max_examples=12)
@given(st.data())
def test_a_sample_cut_off_anywhere(name, data):
    sample = _SAMPLES[name]
    answered(sample[: data.draw(st.integers(0, len(sample)))])


@pytest.mark.parametrize("name", _SAMPLES)
@settings(thorough, max_examples=25)
@given(st.data())
def test_a_sample_with_flipped_bits_and_lost_bytes(name, data):
    sample = bytearray(_SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 6))):
        # Half of the hits go to the beginning, where the structure is.
        last = len(sample) - 1
        at = data.draw(st.integers(0, min(last, 60)) | st.integers(0, last))
        sample[at] ^= 1 << data.draw(st.integers(0, 7))
    if data.draw(st.booleans()) and len(sample) > 10:
        at = data.draw(st.integers(0, len(sample) - 2))
        del sample[at : at + data.draw(st.integers(1, 8))]
    answered(bytes(sample))


@settings(thorough, max_examples=200)
@given(st.sampled_from(sorted(_SAMPLES)), st.sampled_from(sorted(_SAMPLES)), st.data())
def test_one_sample_behind_or_inside_another(first, second, data):
    outer, inner = _SAMPLES[first], _SAMPLES[second]
    at = data.draw(st.just(len(outer)) | st.integers(0, len(outer)))
    answered(outer[:at] + inner + outer[at:])
