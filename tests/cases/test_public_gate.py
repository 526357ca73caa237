"""Who is let in at once, who waits for a look, who is asked to come later; a network address stays nobody's."""

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta

import altcha
import pytest
from django.test import RequestFactory
from django.utils import timezone

from smartbarleben.cases import gate, tallies
from smartbarleben.cases.models import Tally

NOW = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
FORM = uuid.UUID("11111111-2222-3333-4444-555555555555")


def solved(submission: uuid.UUID = FORM, now: datetime | None = None) -> str:
    challenge = altcha.Challenge.from_dict(json.loads(gate.challenge(submission, now or timezone.now())))
    return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()


def asking(address: str = "192.0.2.7", **meta: str):
    return RequestFactory().post("/formular/frage/", REMOTE_ADDR=address, **meta)


def test_a_solution_counts_for_its_own_form_only() -> None:
    payload = solved()
    assert gate.proven(payload, FORM)
    assert not gate.proven(payload, uuid.uuid4())


def test_a_solution_is_over_after_a_day() -> None:
    assert not gate.proven(solved(now=timezone.now() - timedelta(hours=25)), FORM)


@pytest.mark.parametrize("change", ["data", "expiresAt", "keyPrefix"])
def test_a_changed_challenge_is_worth_nothing(change: str) -> None:
    content = json.loads(base64.b64decode(solved()))
    content["challenge"]["parameters"][change] = {"data": {"form": str(uuid.uuid4())}}.get(change, 1)
    payload = base64.b64encode(json.dumps(content).encode()).decode()
    assert not gate.proven(payload, FORM)
    assert not gate.proven(payload, uuid.UUID(int=0))


@pytest.mark.parametrize(
    "payload", ["", "x", "e30=", "bnVsbA==", "W10=", "\x00", "é", "A" * 100_000, "eyJjaGFsbGVuZ2UiOjF9"]
)
def test_rubbish_is_no_proof(payload: str) -> None:
    assert not gate.proven(payload, FORM)


def test_without_proof_a_few_are_held_and_then_it_is_too_much(db) -> None:
    verdicts = [gate.judge(asking(), FORM, "", "", NOW) for _one in range(gate.SENT_UNPROVEN + 1)]
    assert verdicts == [gate.Verdict.HELD] * gate.SENT_UNPROVEN + [gate.Verdict.TOO_MANY]
    assert gate.judge(asking("192.0.2.8"), FORM, "", "", NOW) is gate.Verdict.HELD
    assert gate.judge(asking(), FORM, "", "", NOW + timedelta(hours=1)) is gate.Verdict.HELD
    assert gate.judge(asking(), FORM, solved(), "", NOW) is gate.Verdict.OPEN


def test_many_addresses_together_have_a_limit_too(db, monkeypatch) -> None:
    monkeypatch.setattr(gate, "SENT_UNPROVEN_BY_ALL", 3)
    verdicts = [gate.judge(asking(f"192.0.2.{n}"), FORM, "", "", NOW) for n in range(4)]
    assert verdicts == [gate.Verdict.HELD] * 3 + [gate.Verdict.TOO_MANY]


def test_a_filled_trap_costs_a_look_and_not_the_message(db) -> None:
    assert gate.judge(asking(), FORM, solved(), "https://spam.example", NOW) is gate.Verdict.HELD


def test_one_household_is_one_address_and_the_proxy_s_word_counts_only_behind_a_proxy(settings) -> None:
    assert gate.address(asking("2001:db8:1:2:3::4")) == gate.address(asking("2001:db8:1:2:ffff::1"))
    assert gate.address(asking("2001:db8:1:2::1")) != gate.address(asking("2001:db8:1:3::1"))
    assert gate.address(asking("::ffff:192.0.2.7")) == "192.0.2.7"
    forged = asking("192.0.2.7", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9")
    assert gate.address(forged) == "192.0.2.7"
    settings.BEHIND_PROXY = True
    assert gate.address(forged) == "203.0.113.9"


def test_what_is_counted_names_nobody_changes_daily_and_is_forgotten(db) -> None:
    for day in range(2):
        tallies.within("unproven:192.0.2.7", 1, timedelta(hours=1), NOW + timedelta(days=day))
    keys = list(Tally.objects.values_list("pk", flat=True))
    assert len(set(keys)) == 2
    assert not any("192" in key and "." in key for key in keys)
    assert tallies.forget(NOW + timedelta(hours=1)) == 1
    assert tallies.forget(NOW + timedelta(days=2)) == 1


def test_counting_is_one_statement_and_holds_its_limit(db, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert tallies.within("x", 2, timedelta(hours=1), NOW)
    assert tallies.within("x", 2, timedelta(hours=1), NOW)
    assert tallies.reached("x", 2, timedelta(hours=1), NOW)
    assert not tallies.within("x", 2, timedelta(hours=1), NOW)
