"""What search engines and assistants read: the item as schema.org data in the page."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from smartbarleben.kernel.plaintext import shorten
from smartbarleben.ui.dates import iso, local
from smartbarleben.ui.jsonld import Data, known, script

from ..presentation import ItemView
from .common import labels

_HEADLINE_LENGTH = 110


def as_jsonld(view: ItemView, publisher: str = "") -> Data:
    """The item as a schema.org object of its kind's type; ``publisher`` is the municipality's name.

    A type that is not known here gets what every Thing has. Values that are not known are left out.
    """
    data: Data = {
        "@context": "https://schema.org",
        "@type": view.kind.schema_type,
        "@id": view.absolute_url,
        "url": view.absolute_url,
        "name": view.title,
        "description": view.summary or shorten(view.body_text, 300),
        "disambiguatingDescription": ". ".join(labels(view)),
        "image": _image(view),
    }
    house = {"@type": "GovernmentOrganization", "name": publisher, "url": settings.BASE_URL} if publisher else None
    data |= _BUILDERS.get(view.kind.schema_type, _thing)(view, house)
    return known(data)


@pass_context
def jsonld(context: Context, view: ItemView) -> Markup:
    """The script element for an item's page. A template needs only `{{ jsonld(view) }}`."""
    village = context.get("village")
    return script(as_jsonld(view, f"{village.kind} {village.name}" if village else ""))


def _fact(view: ItemView, name: str) -> Any:
    return next((fact.data for fact in view.facts if fact.name == name), None)


def _image(view: ItemView) -> Data | None:
    if view.photo is None:
        return None
    return known(
        {
            "@type": "ImageObject",
            "url": settings.BASE_URL + view.photo.url,
            "width": view.photo.width,
            "height": view.photo.height,
            "caption": view.photo.alt,
            "creditText": view.photo.credit,
        }
    )


def _place(view: ItemView) -> Data | None:
    if view.spot is None:
        return None
    spot = view.spot
    address = {
        "streetAddress": spot.street,
        "postalCode": spot.postal_code,
        "addressLocality": spot.locality,
        "addressCountry": "DE",
    }
    place: Data = {"@type": "Place", "name": spot.name, "address": {"@type": "PostalAddress", **known(address)}}
    if view.position:
        lon, lat = view.position
        place["geo"] = {"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}
    return place


def _somewhere(view: ItemView, house: Data | None) -> Data | None:
    name = view.card.ortschaft or (house["name"] if house else "")
    address = {"@type": "PostalAddress", "addressLocality": name, "addressCountry": "DE"}
    return {"@type": "Place", "name": name, "address": address} if name else None


def _moment(view: ItemView, which: str) -> str | None:
    moment = getattr(view.card, which)
    if moment is None:
        return None
    shown = local(moment)
    if view.date_precision != "day":
        return f"{shown:%Y-%m}" if view.date_precision == "month" else f"{shown:%Y}"
    return f"{shown:%Y-%m-%d}" if view.all_day else iso(moment)


def _thing(view: ItemView, house: Data | None) -> Data:
    return {}


def _written(view: ItemView, house: Data | None) -> Data:
    return {
        "inLanguage": view.language,
        "datePublished": iso(view.card.published_on),
        "dateModified": iso(view.updated_at),
        "publisher": house,
        "contentLocation": _place(view),
    }


def _news(view: ItemView, house: Data | None) -> Data:
    headline = {"headline": shorten(view.title, _HEADLINE_LENGTH), "author": house, "isAccessibleForFree": True}
    return _written(view, house) | headline | {"mainEntityOfPage": view.absolute_url}


def _event(view: ItemView, house: Data | None) -> Data:
    organizer, price = _fact(view, "organizer"), _fact(view, "price")
    data: Data = {
        "inLanguage": view.language,
        "startDate": _moment(view, "starts_at"),
        "endDate": _moment(view, "ends_at"),
        "eventStatus": f"https://schema.org/Event{'Cancelled' if view.is_cancelled else 'Scheduled'}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        # Search engines want one; what has no place of its own happens in the village.
        "location": _place(view) or _somewhere(view, house),
        "organizer": {"@type": "Organization", "name": organizer} if organizer else house,
    }
    if price is not None:
        data["isAccessibleForFree"] = price == 0
        data["offers"] = {
            "@type": "Offer",
            "price": f"{price:.2f}",
            "priceCurrency": "EUR",
            "availability": f"https://schema.org/{'Discontinued' if view.is_cancelled else 'InStock'}",
            "url": view.absolute_url,
        }
    return data


def _announcement(view: ItemView, house: Data | None) -> Data:
    return _written(view, house) | {
        "datePosted": iso(view.card.published_on),
        "identifier": _fact(view, "identifier"),
        "expires": _moment(view, "ends_at"),
        "temporalCoverage": "/".join(filter(None, (_moment(view, "starts_at"), _moment(view, "ends_at") or ".."))),
        "spatialCoverage": _place(view),
        "text": view.body_text or view.summary,
    }


def _organisation(view: ItemView, house: Data | None) -> Data:
    place = _place(view) or {}
    is_office = view.kind.schema_type == "GovernmentOffice"
    return {
        "telephone": _fact(view, "telephone"),
        "email": _fact(view, "email"),
        "sameAs": _fact(view, "sameAs"),
        "knowsAbout": _fact(view, "knowsAbout"),
        "address": place.get("address"),
        "geo": place.get("geo") if is_office else None,
        "parentOrganization": house if is_office else None,
        "areaServed": view.card.ortschaft,
    }


def _service(view: ItemView, house: Data | None) -> Data:
    provider = _fact(view, "provider")
    return {
        "provider": {"@type": "Organization", "name": provider} if provider else house,
        "availableChannel": {
            "@type": "ServiceChannel",
            "serviceUrl": view.absolute_url,
            "availableLanguage": sorted({"de" if one == "de-simple" else one for one in view.available_languages}),
        },
    }


def _question(view: ItemView, house: Data | None) -> Data:
    answer = _fact(view, "answer")
    data = _written(view, house) | {"text": view.body_text or view.title, "answerCount": 1 if answer else 0}
    if answer:
        data["acceptedAnswer"] = {"@type": "Answer", "text": answer, "author": house}
    return data


def _grant(view: ItemView, house: Data | None) -> Data:
    cents = _fact(view, "amountCents")
    amount = None
    if cents is not None:
        amount = {"@type": "MonetaryAmount", "value": f"{cents / 100:.2f}", "currency": "EUR"}
    return {"amount": amount, "fundedItem": house}


_BUILDERS: dict[str, Callable[[ItemView, Data | None], Data]] = {
    "Event": _event,
    "NewsArticle": _news,
    "Article": _news,
    "WebPage": _written,
    "Legislation": _written,
    "SpecialAnnouncement": _announcement,
    "Organization": _organisation,
    "GovernmentOffice": _organisation,
    "GovernmentService": _service,
    "Question": _question,
    "MonetaryGrant": _grant,
}
