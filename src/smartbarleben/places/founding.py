"""Founds another municipality: what must be known, from one YAML file or from answers typed in."""

from collections.abc import Callable, Mapping
from typing import Any

from smartbarleben.kernel.folding import slugify
from smartbarleben.ui.theme import check_colours

from .loading import LoadError

LANDS = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")
KNOWN_LANGUAGES = ("de", "de-simple", "en", "uk", "ar", "pl")
_REQUIRED = ("name", "ags", "land", "ortschaften")


def checked(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with keys filled in. Raises LoadError that lists everything that is wrong, not only the first."""
    problems = [f"{name} is missing" for name in _REQUIRED if not plan.get(name)]
    ags = str(plan.get("ags", ""))
    if ags and not (ags.isdigit() and len(ags) == 8):
        problems.append(f"ags must be eight digits in quotes, not {ags!r}")
    if plan.get("land") and plan["land"] not in LANDS:
        problems.append(f"land must be one of {', '.join(LANDS)}, not {plan['land']!r}")
    unknown = [code for code in plan.get("languages") or [] if code not in KNOWN_LANGUAGES]
    if unknown:
        problems.append(f"languages can be {', '.join(KNOWN_LANGUAGES)}, not {', '.join(map(str, unknown))}")
    problems += check_colours(plan.get("colours") or {})
    ortschaften = [row if isinstance(row, Mapping) else {"name": str(row)} for row in plan.get("ortschaften") or []]
    keys = [row.get("key") or slugify(str(row.get("name", ""))) for row in ortschaften]
    problems += [f"two Ortschaften are called {key!r}" for key in {key for key in keys if keys.count(key) > 1}]
    if problems:
        raise LoadError("The plan of the municipality is not complete: " + "; ".join(problems) + ".")
    centre = {"lon": plan.get("lon", 0.0), "lat": plan.get("lat", 0.0)}
    return {
        **plan,
        "ags": ags,
        "line": plan.get("line", "neutral"),
        "languages": list(plan.get("languages") or ["de"]),
        "ortschaften": [{**centre, **row, "key": key} for row, key in zip(ortschaften, keys, strict=True)],
        "offices": [
            row if isinstance(row, Mapping) else {"title": str(row)} for row in plan.get("offices") or ["Rathaus"]
        ],
    }


_QUESTIONS = (
    ("name", "Name of the municipality"),
    ("ags", "Official key (AGS, eight digits)"),
    ("land", f"Land, for the public holidays ({', '.join(LANDS)})"),
    ("postal_code", "Postal code (may stay empty)"),
    ("email", "Mail address of the town hall (may stay empty)"),
)


def ask(answer: Callable[[str], str]) -> dict[str, Any]:
    """A plan from questions; ``answer(question)`` returns what was typed."""
    plan: dict[str, Any] = {name: answer(f"{question}: ").strip() for name, question in _QUESTIONS}
    plan["ortschaften"] = _list(answer("Ortschaften, separated by commas: "))
    plan["languages"] = _list(answer(f"Languages beside German ({', '.join(KNOWN_LANGUAGES[1:])}): "))
    plan["offices"] = _list(answer("Offices, separated by commas: ")) or ["Rathaus"]
    return {name: value for name, value in plan.items() if value}


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
