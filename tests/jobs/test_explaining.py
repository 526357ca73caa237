"""What the mail server and the program say, in words for a town hall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.jobs.explaining import in_plain_words

WORDS = {
    "Hopeless: 550 5.1.1 no such person (jobs/smtp.py:50)": "mailbox",
    "Hopeless: 550 5.1.2 bad destination": "mail server for this address",
    "Hopeless: 552 5.3.4 message too big": "too large",
    "TryLater: 452 4.2.2 mailbox full": "full",
    "Hopeless: 554 5.7.1 spam": "refuses our mails",
    "TryLater: 451 4.3.0 local error": "come back later",
    "Hopeless: 500 what": "refuses the mail",
    "TryLater: The mail server cannot be reached: 535 5.7.8 wrong": "login",
    "TryLater: The mail server cannot be reached: ConnectionRefusedError: [Errno 111]": "reached",
    "InTheDark: The mail server took the mail and did not answer: TimeoutError": "silent",
    "The worker vanished in the middle.": "stopped",
    "": "deleted",
}


@pytest.mark.parametrize(("problem", "word"), WORDS.items())
def test_mails(problem: str, word: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert word in str(in_plain_words("mail", problem))


def test_jobs_are_not_explained_by_what_mail_servers_say() -> None:
    assert in_plain_words("job", "ValueError: 550 5.1.1") != in_plain_words("mail", "Hopeless: 550 5.1.1")
    assert in_plain_words("job", "TimeoutError: timed out (a/b.py:1)") == in_plain_words("job", "URLError: x")
    assert in_plain_words("job", "LookupError: no task is called x") != in_plain_words("job", "KeyError: 'x'")


@given(st.sampled_from(["mail", "job"]), st.text(max_size=500))
def test_everything_has_words(sort: str, problem: str) -> None:
    assert str(in_plain_words(sort, problem))
