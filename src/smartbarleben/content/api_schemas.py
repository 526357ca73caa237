"""The shapes of the public API, with the words that its description shows."""

from typing import Any

from ninja import Field, Schema

WHEN = "In UTC, ISO 8601."


class SourceOut(Schema):
    """Where a fact is from."""

    name: str | None = Field(examples=["Gemeinde Musterdorf"])
    url: str | None


class ExampleFlag(Schema):
    """Invented things say so; whoever shows them must show the label."""

    example: bool = Field(description="True for invented sample data.")
    example_label: str | None = Field(description="The word to show with sample data.", examples=["Beispieldaten"])


class ItemShort(ExampleFlag):
    """Enough to name an item and to find it."""

    id: str = Field(description="Lasting name; the same in every language.")
    kind: str = Field(examples=["event"])
    slug: str = Field(examples=["hofmarkt"])
    title: str
    language: str = Field(description="The language of the texts: German where a translation is missing.")
    url: str


class StepOut(ItemShort):
    """One step of a trail, with how it was reached."""

    stage: str = Field(description="wish, idea, decision, measure, money or result.")
    stage_label: str
    relation: str | None = Field(description="became, decided, rejected, carried_out, funded or resulted.")
    reason: str | None = Field(description="Why, where a step was rejected.")
    is_here: bool


class FactOut(Schema):
    """One line of an item's facts; `name` and `data` for programs, the rest for people."""

    label: str
    value: str
    url: str | None
    language: str | None = Field(description="de for what the town hall typed; null for words of the program.")
    name: str | None
    data: Any


class ItemRow(ExampleFlag):
    """An item in lists."""

    id: str = Field(description="Lasting name; the same in every language.")
    kind: str = Field(examples=["event"])
    kind_label: str
    slug: str = Field(examples=["hofmarkt"])
    title: str
    summary: str
    language: str = Field(description="The language of the texts: German where a translation is missing.")
    text_state: str = Field(description="original, reviewed, machine, needs_review or missing.")
    text_state_label: str | None
    languages: list[str] = Field(description="Languages that this item has texts in.")
    when: str | None = Field(description="The time in words; of a repeated item its next date.")
    starts_at: str | None = Field(description=WHEN)
    ends_at: str | None = Field(description=WHEN)
    all_day: bool
    recurrence: str | None = Field(description="RFC 5545 rule.", examples=["FREQ=WEEKLY;BYDAY=TU"])
    exception_dates: list[str] = Field(description="Days on which a repeated item does not happen.")
    cancelled: bool
    over: bool
    where: str | None
    place: str | None = Field(description="Short name of the place, for /places/{slug}.")
    position: list[float] | None = Field(description="Longitude, latitude (WGS 84).")
    ortschaft: str | None
    published_at: str = Field(description=WHEN)
    updated_at: str = Field(description=WHEN)
    source: SourceOut
    as_of: str | None = Field(description="Day, month or year of the facts.", examples=["2026-10"])
    needs_check: bool = Field(description="The facts are due to be confirmed, or nobody has for two years.")
    channels: dict[str, str] = Field(description="The same item as page, PDF, slide, text, calendar …")


class ItemOut(ItemRow):
    """An item with everything that its page shows."""

    body_html: str
    body_text: str
    states: list[str]
    facts: list[FactOut]
    trail: list[StepOut]


class ItemPage(Schema):
    """Some items and the address of the following ones."""

    items: list[ItemRow]
    next: str | None = Field(description="Address of the next page; null on the last one.")


class TrailOut(Schema):
    """From the wish to the result: all steps before and after an item, in order."""

    steps: list[StepOut]


class OrtschaftOut(Schema):
    """A village of the municipality."""

    slug: str
    name: str
    population: int | None
    population_as_of: str | None
    area_km2: float | None
    position: list[float] = Field(description="Longitude, latitude (WGS 84).")
    source: SourceOut
    as_of: str | None


class VillageOut(Schema):
    """The municipality."""

    name: str = Field(examples=["Musterdorf"])
    form: str = Field(examples=["Gemeinde"])
    ags: str = Field(description="Official key of the municipality.", examples=["01002003"])
    county: str | None
    address: str | None
    phone: str | None
    email: str | None
    website: str | None
    position: list[float] | None = Field(description="Longitude, latitude (WGS 84).")
    languages: list[str]
    kinds: dict[str, str] = Field(description="The kinds of items, for the filter of /items/.")
    ortschaften: list[OrtschaftOut]
