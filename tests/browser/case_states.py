"""A case in each state, as its person sees it.

``python -m tests.browser.case_states`` makes them and prints {state: secret path in German} as JSON.
"""

import json
from datetime import timedelta

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenbefestigungsschraubenherstellerverzeichnis"


def make() -> dict[str, str]:
    """One case for each state; held ones carry the longest words, answered ones a file."""
    import uuid

    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone
    from tests.cases.making import fresh, make_case, make_office, make_worker

    from smartbarleben.cases import access, actions, files
    from smartbarleben.cases.models import Case
    from smartbarleben.cases.status import Status
    from smartbarleben.places.queries import village

    now, petra = timezone.now(), make_worker("petra")
    office, county = make_office("Bauamt"), make_office("Landkreis", outside=True)
    found: dict[str, Case] = {}
    for status in Status:
        text = f"{LONG}\n{LONG * 3}" if status == Status.HELD else "Wann wird die Hecke geschnitten?"
        name = uuid.uuid4()
        if status == Status.ANSWERED:
            files.keep(name, [SimpleUploadedFile(f"{LONG}.txt", b"Guten Tag")], village(), now)
        case = make_case(text, held=status == Status.HELD, submission=name, now=now - timedelta(days=9))
        match status:
            case Status.IN_WORK:
                actions.assign(case=case, by=petra, owner=petra, office=office)
                until = fresh(case).due_on + timedelta(days=14)
                actions.extend(case=case, until=until, reason="Die Firma hat vorher keine Zeit.", by=petra)
            case Status.ASKED_BACK:
                actions.ask_back(case=case, text="Welche Hecke?", by=petra)
            case Status.PASSED_ON:
                actions.pass_on(case=case, to=county, text="Die Straße gehört dem Landkreis.", by=petra)
            case Status.ANSWERED:
                actions.answer(case=case, text="Am Freitag: https://example.org/hecke", by=petra)
            case Status.CLOSED:
                actions.answer(case=case, text="Am Freitag.", by=petra, close=True)
            case Status.MERGED:
                into = make_case("Dasselbe")
                actions.merge(case=case, into=into, by=petra)
                actions.answer(case=into, text="Am Freitag.", by=petra)
            case Status.REFUSED:
                actions.refuse(case=case, by=petra)
        found[status.value] = case
    found["late"] = make_case("Seit Wochen dunkel", now=now - timedelta(days=40))
    return {state: access.path(fresh(case)) for state, case in found.items()}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make()))
