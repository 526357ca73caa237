"""What a village really holds after a run under load. Prints one JSON line; run in a process of its own."""

import json
import os
import re
import sys


def main() -> None:
    """Count cases, files and mails by the marks that residents wrote into them; ``sent``: mails done, by address."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartbarleben.config.settings")
    import django

    django.setup()
    from django.db.models import Count

    from smartbarleben.cases.models import Attachment, Entry, Sort
    from smartbarleben.jobs.models import OutgoingMail, State

    marks: dict[str, list[str]] = {}
    entries = Entry.objects.filter(sort=Sort.RECEIVED, text__contains="Kennwort ")
    for text, number in entries.values_list("text", "case__number"):
        if found := re.search(r"Kennwort ([0-9a-f]{32})", text):
            marks.setdefault(found[1], []).append(number)
    mails = OutgoingMail.objects.filter(to__startswith="versuch")
    written = dict(mails.values_list("to").annotate(Count("pk")).order_by("to"))
    sent = dict(mails.filter(state=State.DONE).values_list("to").annotate(Count("pk")).order_by("to"))
    found_files = Attachment.objects.filter(entry__text__contains="Kennwort ").count()
    print(json.dumps({"marks": marks, "files": found_files, "written": written, "sent": sent}))


if __name__ == "__main__":
    sys.exit(main())
