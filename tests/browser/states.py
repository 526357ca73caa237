"""Items in every state that a page must cope with.

``python -m tests.browser.states`` makes them and prints {name of the state: [kind, slug]} as JSON.
"""

import json
from typing import Any

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenbefestigungsschraubenherstellerverzeichnis"


def make() -> dict[str, list[str]]:
    """One item for each state."""
    from datetime import timedelta

    from tests.factories import LANGUAGES, at, make_item

    from smartbarleben.places.models import Ortschaft
    from smartbarleben.ui.dates import today

    ortschaft = Ortschaft.objects.order_by("position")[0]
    others = [code for code in LANGUAGES if code != "de"]

    def everywhere(**words: Any) -> dict[str, dict[str, Any]]:
        return {
            code: {"title": f"Titel {code}", "summary": "Kurz.", "body": "<p>Text.</p>"} | words for code in others
        }

    made = {
        "missing language": make_item("news", title="Nur auf Deutsch", body="<p>Deutscher Text.</p>"),
        "machine draft": make_item("news", title="Maschinell übersetzt", texts=everywhere(state="machine")),
        "needs review": make_item(
            "news", title="Seitdem geändert", texts=everywhere(state="reviewed", outdated=True)
        ),
        "cancelled": make_item("event", title="Abgesagtes Fest", is_cancelled=True, ortschaft=ortschaft),
        "unconfirmed": make_item("event", title="Fest unter Vorbehalt", is_unconfirmed=True),
        "over": make_item("closure", title="Längst vorbei", starts_at=at(-30), ends_at=at(-20), ortschaft=ortschaft),
        "taken down": make_item("notice", title="Abgehängt", starts_at=at(-40), ends_at=at(-30)),
        "stale": make_item(
            "service", title="Lange nicht geprüft", as_of="2019", review_by=today() - timedelta(days=400)
        ),
        "rejected": make_item("measure", title="Abgelehnt", status="rejected", reason="Zu teuer."),
        "only a title": make_item("news", title="Nur ein Titel", summary=""),
        "long words": make_item("news", title=LONG, summary=LONG * 2, body=f"<p>{LONG * 3}</p>", location=LONG),
        "example": make_item("club", title="Erfundener Verein", is_example=True),
    }
    return {name: [item.kind, item.slug] for name, item in made.items()}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make()))
