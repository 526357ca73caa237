"""What search engines read in the portal's own pages: the municipality, and a place with its hours."""

from typing import Any

from django.conf import settings

from smartbarleben.kernel.hours import Rule, Special, Weeks
from smartbarleben.places.queries import Village
from smartbarleben.ui.jsonld import Data, known

from .place_book import PlaceInfo

# Places that schema.org counts as organisations, too: only those have a mail address of their own there.
_ORGANISATIONS = frozenset({"Library", "School", "Preschool"})
_TYPES = {
    "town_hall": "CityHall",
    "library": "Library",
    "playground": "Playground",
    "school": "School",
    "kita": "Preschool",
    "park": "Park",
    "station": "TrainStation",
    "stop": "BusStop",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def municipality(house: Village) -> Data:
    """The municipality and its site, for the front page."""
    one = house.municipality
    organisation: dict[str, Any] = {
        "@type": "GovernmentOrganization",
        "@id": f"{settings.BASE_URL}/#gemeinde",
        "name": f"{one.kind} {one.name}",
        "url": f"{settings.BASE_URL}/",
        "areaServed": {"@type": "AdministrativeArea", "name": one.name},
    }
    organisation |= known({"telephone": one.phone, "email": one.email, "sameAs": one.website})
    if one.street:
        organisation["address"] = _address(one.street, one.postal_code, one.name)
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "@id": f"{settings.BASE_URL}/#site",
        "name": f"{one.kind} {one.name}",
        "url": f"{settings.BASE_URL}/",
        "inLanguage": ["de" if code == "de-simple" else code for code in one.languages if code != "de-simple"],
        "publisher": organisation,
    }


def place(one: PlaceInfo) -> Data:
    """A place with address, position, hours and special days."""
    address = settings.BASE_URL + one.url
    kind = _TYPES.get(one.kind, "Place")
    data: Data = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": address,
        "url": address,
        "name": one.name,
        "description": one.summary,
        "telephone": one.phone,
        "email": one.email if kind in _ORGANISATIONS else "",
        "sameAs": one.website,
        "address": _address(one.street, one.postal_code, one.ortschaft),
    }
    if one.position and one.is_exact:
        data["geo"] = {"@type": "GeoCoordinates", "longitude": one.position[0], "latitude": one.position[1]}
    if "visit" in one.hours:
        schedule = one.hours["visit"].schedule
        # There is no word for odd and even weeks: better no hours than wrong ones.
        every_week = [rule for rule in schedule.rules if rule.weeks is Weeks.ALL]
        data["openingHoursSpecification"] = [_rule(rule) for rule in every_week]
        data["specialOpeningHoursSpecification"] = [_special(special) for special in schedule.specials]
    return known(data)


def _address(street: str, postal_code: str, town: str) -> Data:
    parts = {"streetAddress": street, "postalCode": postal_code, "addressLocality": town, "addressCountry": "DE"}
    return {"@type": "PostalAddress", **known(parts)}


def _rule(rule: Rule) -> Data:
    found = {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": f"https://schema.org/{_DAYS[rule.weekday]}",
        "opens": f"{rule.opens:%H:%M}",
        "closes": f"{rule.closes:%H:%M}",
    }
    if rule.valid_from:
        found["validFrom"] = rule.valid_from.isoformat()
    if rule.valid_until:
        found["validThrough"] = rule.valid_until.isoformat()
    return found


def _special(special: Special) -> Data:
    # The same time twice means closed all day.
    opens, closes = (f"{one:%H:%M}" if one else "00:00" for one in (special.opens, special.closes))
    return {
        "@type": "OpeningHoursSpecification",
        "validFrom": special.first.isoformat(),
        "validThrough": special.last.isoformat(),
        "opens": opens,
        "closes": closes,
    }
