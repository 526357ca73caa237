"""What the processes of these tests do: `python -m tests.jobs.process ACTION`."""

import os
import smtplib
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.jobs.lean")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from smartbarleben.jobs import clock, leases, mail, smtp, work  # noqa: E402

from . import samples  # noqa: E402

COUNT = 25


def write_mail(number: int) -> None:
    """Mail number so and so, by its key once only."""
    mail.send(
        to=f"person{number}@example.org",
        subject=f"Mail {number}",
        text="Good day",
        reason="tests.race",
        key=f"race-{number}",
    )


def race() -> None:
    """Write the same mails and jobs as another process at the same time, and work on what is there."""
    begin_together()
    for number in range(COUNT):
        write_mail(number)
        work.enqueue(samples.line, key=f"race-{number}", number=number)
    work.run_due()
    mail.run_due()


def tick() -> None:
    """Ask the clock forty times, a minute apart, while another process does the same."""
    clock.register("sample.minute", timedelta(minutes=1), lambda now: samples.write_down("ticks", now.isoformat()))
    begin = timezone.now().replace(microsecond=0, second=0, minute=0)
    begin_together()
    for minute in range(40):
        clock.run_due(begin + timedelta(minutes=minute))


def begin_together() -> None:
    """Wait for the test's word, so that the time it takes to start does not matter."""
    folder = Path(os.environ["SAMPLES"])
    (folder / f"ready-{os.getpid()}").touch()
    until = time.monotonic() + 30
    while not (folder / "go").exists() and time.monotonic() < until:
        time.sleep(0.002)


def die_before_sending() -> None:
    """Lease a mail and be killed before the mail server has heard of it."""
    smtp.Postbox.deliver = lambda self, message: samples.kill_myself()  # type: ignore[method-assign]
    mail.run_due()


def die_within_sending() -> None:
    """Be killed when half of the mail's lines are with the server."""

    def half(self: smtplib.SMTP, message: bytes) -> tuple[int, bytes]:
        self.docmd("DATA")
        self.send(message[: len(message) // 2])
        samples.kill_myself()
        raise AssertionError("dead")

    smtplib.SMTP.data = half  # type: ignore[method-assign,assignment]
    mail.run_due()


def die_after_sending() -> None:
    """Be killed when the mail server has taken the mail and before that is written down."""
    deliver = smtp.Postbox.deliver

    def deliver_and_die(self: smtp.Postbox, message: object) -> None:
        deliver(self, message)  # type: ignore[arg-type]
        samples.kill_myself()

    smtp.Postbox.deliver = deliver_and_die  # type: ignore[method-assign,assignment]
    mail.run_due()


def impatient_background() -> None:
    """The background process with leases of a second, so that a test need not wait for two minutes."""
    leases.LEASE, leases.BEAT_SECONDS = timedelta(seconds=1), 0.2
    call_command("background")


ACTIONS = {
    "migrate": lambda: call_command("migrate", verbosity=0),
    "background": lambda: call_command("background"),
    "background-impatient": impatient_background,
    "jobs": work.run_due,
    "race": race,
    "tick": tick,
    "mails": mail.run_due,
    "die-before": die_before_sending,
    "die-within": die_within_sending,
    "die-after": die_after_sending,
}

if __name__ == "__main__":
    ACTIONS[sys.argv[1]]()
