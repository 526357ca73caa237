"""Encrypted archives: what goes in comes out, and nothing that was touched ever does."""

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartbarleben.keeping import encrypting
from smartbarleben.keeping.encrypting import CHUNK, TAG, Damaged, DecryptingReader, EncryptingWriter, WrongPassphrase
from smartbarleben.keeping.trouble import KeepingTrouble

WORDS = "vier Wörter auf Papier"
CHEAP = {"n": 2, "r": 1, "p": 1}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase's cost is not what these tests are about."""
    monkeypatch.setattr(encrypting, "_COST", CHEAP)


def sealed(plain: bytes, words: str = WORDS, step: int = 10**9) -> bytes:
    target = io.BytesIO()
    with EncryptingWriter(target, words) as writer:
        for start in range(0, len(plain), step):
            writer.write(plain[start : start + step])
    return target.getvalue()


def opened(raw: bytes, words: str = WORDS) -> bytes:
    return io.BufferedReader(DecryptingReader(io.BytesIO(raw), words)).read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 77])
def test_what_goes_in_comes_out(size: int) -> None:
    plain = bytes(number % 251 for number in range(size))
    assert opened(sealed(plain, step=70_001)) == plain


def test_the_same_twice_looks_different() -> None:
    assert sealed(b"x" * 100) != sealed(b"x" * 100)
    assert b"xxxx" not in sealed(b"x" * 100)


def test_a_wrong_passphrase_is_named_as_such() -> None:
    with pytest.raises(WrongPassphrase, match="does not open"):
        opened(sealed(b"secret"), "vier andere Wörter hier")


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_no_changed_bit_goes_through(data: st.DataObject) -> None:
    raw = bytearray(sealed(b"The village's secrets. " * 20))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(KeepingTrouble):
        opened(bytes(raw))


@pytest.mark.parametrize("cost", ['"n":3', '"n":1', '"n":0', '"n":2.0', '"n":true', '"n":4194304'])
def test_a_cost_that_cannot_be_is_a_damaged_beginning(cost: str) -> None:
    raw = sealed(b"The village's secrets.")
    assert b'"n":2' in raw
    with pytest.raises(Damaged, match="beginning"):
        opened(raw.replace(b'"n":2', cost.encode(), 1))


@pytest.mark.parametrize("content", [b"", b"y" * 100])
def test_no_cut_off_archive_goes_through(content: bytes) -> None:
    raw = sealed(content)
    assert opened(raw) == content
    for cut in range(len(raw)):
        with pytest.raises(KeepingTrouble):
            opened(raw[:cut])


def test_whole_chunks_cannot_be_left_out_or_swapped() -> None:
    raw = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c" * 10)
    head, body = raw[: raw.index(b"\n") + 1], raw[raw.index(b"\n") + 1 :]
    size = CHUNK + TAG
    first, second, last = body[:size], body[size : 2 * size], body[2 * size :]
    assert opened(head + first + second + last)
    for wrong in (first + last, second + first + last, first + second, first, first + second + last + last, last):
        with pytest.raises(Damaged):
            opened(head + wrong)


def test_a_head_that_would_use_up_the_machine_is_refused() -> None:
    raw = sealed(b"z")
    head = json.loads(raw[: raw.index(b"\n")])
    dear = encrypting._line(head | {"n": 2**40}) + raw[raw.index(b"\n") :]
    with pytest.raises(Damaged, match="beginning"):
        opened(dear)


def test_an_archive_of_tomorrow_asks_for_a_newer_program() -> None:
    raw = sealed(b"z").replace(b'{"smartbarleben-backup":1', b'{"smartbarleben-backup":2', 1)
    with pytest.raises(KeepingTrouble, match="newer version"):
        opened(raw)


def test_a_short_passphrase_is_refused_with_a_hint() -> None:
    with pytest.raises(KeepingTrouble, match="four words"):
        encrypting.check_passphrase("kurz")
    assert encrypting.check_passphrase(f" {WORDS}\n") == WORDS
