import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.kernel.chain import GENESIS, Link, Verdict, canonical, extend, salted_digest, verify

from .common import thorough

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SALT = bytes(range(16))


def chain_of(number: int) -> list[Link]:
    links: list[Link] = []
    for index in range(number):
        digest = salted_digest({"shown": index}, SALT)
        at = NOON + timedelta(minutes=index)
        links.append(extend(links[-1] if links else None, at=at, kind="notice.shown", digest=digest))
    return links


def test_an_untouched_chain_holds() -> None:
    links = chain_of(5)
    assert verify(links) == verify(iter(links), head=links[-1].hash) == Verdict(True)
    assert [link.sequence for link in links] == [1, 2, 3, 4, 5]
    assert links[0].previous == GENESIS
    assert verify([]) == Verdict(True)


def test_a_known_chain_keeps_its_hash_for_ever() -> None:
    """Chains outlive programs: if this fails, every proof already published is void."""
    assert chain_of(3)[-1].hash == "73197b230d8d85cadef3bc49c2469ef0a257d6c4d86f820cd14eafef3f46cf89"
    digest = salted_digest({"ü": [1, 2.5, None, True]}, SALT)
    assert digest == "879ac969fe633a96544914cf3f4bd77b87f4a5cb5ab1262f1c150eb4b3c54a12"


CHANGES = st.one_of(
    st.fixed_dictionaries({"sequence": st.integers(-1, 12)}),
    st.fixed_dictionaries({"at": st.datetimes(timezones=st.just(UTC))}),
    st.fixed_dictionaries({"kind": st.text(st.characters(), max_size=5)}),
    st.fixed_dictionaries({"digest": st.text("0123456789abcdef", max_size=64)}),
    st.fixed_dictionaries({"previous": st.just(GENESIS) | st.text("0123456789abcdef", max_size=64)}),
    st.fixed_dictionaries({"hash": st.text("0123456789abcdef", max_size=64)}),
)


@thorough
@given(st.integers(1, 8), st.data(), CHANGES)
def test_a_change_of_any_field_is_found_at_its_link(
    number: int, data: st.DataObject, change: dict[str, object]
) -> None:
    links = chain_of(number)
    index = data.draw(st.integers(0, number - 1))
    tampered = replace(links[index], **change)
    if tampered == links[index]:
        return
    verdict = verify([*links[:index], tampered, *links[index + 1 :]])
    assert (verdict.ok, verdict.broken_at) == (False, index + 1)
    assert verdict.problem in ("sequence", "previous", "hash")


@thorough
@given(st.integers(2, 8), st.data())
def test_a_link_sealed_anew_is_found_by_the_one_after(number: int, data: st.DataObject) -> None:
    links = chain_of(number)
    index = data.draw(st.integers(0, number - 2))
    before = links[index - 1] if index else None
    forged = extend(before, at=links[index].at, kind="notice.withdrawn", digest=links[index].digest)
    verdict = verify([*links[:index], forged, *links[index + 1 :]])
    assert verdict == Verdict(False, index + 2, "previous")


@thorough
@given(st.integers(2, 8), st.data())
def test_links_dropped_swapped_or_doubled_are_found(number: int, data: st.DataObject) -> None:
    links = chain_of(number)
    index = data.draw(st.integers(0, number - 2))
    other = data.draw(st.integers(index + 1, number - 1))
    swapped = links.copy()
    swapped[index], swapped[other] = swapped[other], swapped[index]
    assert verify(links[:index] + links[index + 1 :]) == Verdict(False, index + 1, "sequence")
    assert verify(swapped) == Verdict(False, index + 1, "sequence")
    assert verify([*links[: index + 1], *links[index:]]) == Verdict(False, index + 2, "sequence")


@thorough
@given(st.integers(1, 8), st.data())
def test_only_a_known_head_shows_that_the_end_is_missing(number: int, data: st.DataObject) -> None:
    links = chain_of(number)
    kept = data.draw(st.integers(0, number - 1))
    assert verify(links[:kept]).ok
    assert verify(links[:kept], head=links[-1].hash) == Verdict(False, kept + 1, "head")


def test_the_zone_in_which_a_time_is_written_does_not_matter() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5)))
    one, other = (extend(None, at=at, kind="k", digest="d") for at in (NOON, elsewhere))
    assert one.hash == other.hash
    with pytest.raises(ValueError, match="time zone"):
        extend(None, at=NOON.replace(tzinfo=None), kind="k", digest="d")
    with pytest.raises(ValueError, match="time zone"):
        replace(one, at=NOON.replace(tzinfo=None))


def test_text_that_cannot_be_sealed_is_a_broken_link_not_a_crash() -> None:
    [link] = chain_of(1)
    assert verify([replace(link, kind="\ud800")]) == Verdict(False, 1, "hash")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@thorough
@given(JSON, JSON)
def test_canonical_text_is_the_same_exactly_for_the_same_payload(one: object, other: object) -> None:
    # repr tells 1, 1.0 and True apart, which == does not.
    def told_apart(value: object) -> str:
        if isinstance(value, dict):
            return f"dict {sorted((key, told_apart(inner)) for key, inner in value.items())}"
        return repr([told_apart(inner) for inner in value]) if isinstance(value, list) else repr(value)

    assert (canonical(one) == canonical(other)) == (told_apart(one) == told_apart(other))


def test_canonical_text_sorts_keys_and_wastes_no_space() -> None:
    assert canonical({"b": [1, (2, None)], "a": "ü"}) == '{"a":"ü","b":[1,[2,null]]}'.encode()


def test_payloads_that_are_not_json_are_refused() -> None:
    for wrong in ({1: "a"}, [{None: 1}], b"bytes", NOON, {1, 2}):
        with pytest.raises(TypeError):
            canonical(wrong)
    for wrong in (math.nan, math.inf, "\ud800"):
        with pytest.raises(ValueError, match=r"compliant|surrogates"):
            canonical(wrong)


def test_a_digest_depends_on_salt_and_payload() -> None:
    digests = {salted_digest(payload, salt) for payload in ("a", "b") for salt in (SALT, SALT[::-1])}
    assert len(digests) == 4
    assert all(len(digest) == 64 for digest in digests)
    with pytest.raises(ValueError, match="16 bytes"):
        salted_digest("a", b"short")
