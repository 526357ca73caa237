"""The municipality, its Ortschaften and its places."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from smartbarleben.ui.shapes import TOWERS

from .facts import Sourced, Translation
from .located import Located, position_is_whole


class Municipality(models.Model):
    """The one municipality of this house (a single row)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=40, default="Gemeinde")
    ags = models.CharField(
        _("official key (AGS)"), max_length=8, validators=[RegexValidator(r"^\d{8}$", _("Eight digits."))]
    )
    land = models.CharField(_("Land"), max_length=2, default="ST", help_text=_("for the public holidays"))
    county = models.CharField(_("county"), max_length=100, blank=True)
    street = models.CharField(_("street of the town hall"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    languages = models.JSONField(_("languages"), default=list)
    colours = models.JSONField(_("colours"), default=dict, blank=True)
    line = models.CharField(
        _("line drawing"),
        max_length=20,
        default="neutral",
        choices=[("barleben", _("canal, lock, technology park, three towers")), ("neutral", _("neutral"))],
    )
    facts = models.JSONField(_("further facts"), default=dict, blank=True)
    generation = models.BigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipality")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="places_one_municipality")]

    def __str__(self) -> str:
        return self.name


class Ortschaft(Sourced, ClusterableModel):
    """A village of the municipality."""

    slug = models.SlugField(_("short name in the address"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    tower = models.CharField(
        _("church tower in the drawing"), max_length=20, blank=True, choices=[(name, name) for name in TOWERS]
    )
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))
    population = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)
    population_as_of = models.CharField(_("inhabitants as of"), max_length=40, blank=True)
    area_km2 = models.FloatField(_("area in km²"), null=True, blank=True)
    summary = models.CharField(_("in one sentence"), max_length=300, blank=True)
    body = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("Ortschaft")
        verbose_name_plural = _("Ortschaften")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class OrtschaftText(Translation):
    """An Ortschaft's texts in a further language."""

    ortschaft = ParentalKey(Ortschaft, on_delete=models.CASCADE, related_name="translations")
    summary = models.CharField(_("in one sentence"), max_length=300, blank=True)
    body = models.TextField(_("text"), blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ortschaft", "language"], name="places_ortschafttext_once")]


class PlaceKind(models.TextChoices):
    TOWN_HALL = "town_hall", _("Town hall")
    LIBRARY = "library", _("Library")
    CULTURE = "culture", _("Culture and meeting")
    HALL = "hall", _("Hall")
    COMMUNITY_HOUSE = "community_house", _("Community house")
    YOUTH_CLUB = "youth_club", _("Youth club")
    PLAYGROUND = "playground", _("Playground")
    SCHOOL = "school", _("School")
    KITA = "kita", _("Day care")
    HUB = "kiosk_hub", _("Self-service")
    PARK = "park", _("Green space")
    BUSINESS = "business", _("Work and business")
    STATION = "station", _("Railway station")
    STOP = "stop", _("Bus stop")
    WLAN = "wlan", _("Free Wi-Fi")
    OTHER = "other", _("Place")


class Wheelchair(models.TextChoices):
    YES = "yes", _("step-free")
    LIMITED = "limited", _("partly step-free")
    NO = "no", _("not step-free")
    UNKNOWN = "unknown", _("not known to us")


class Precision(models.TextChoices):
    EXACT = "exact", _("exact")
    APPROXIMATE = "approximate", _("approximate")


class Place(Sourced, Located, ClusterableModel):
    """A place that people go to: a house, a hall, a stop, a playground."""

    slug = models.SlugField(_("short name in the address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=PlaceKind.choices, default=PlaceKind.OTHER)
    ortschaft = models.ForeignKey(
        Ortschaft, verbose_name=_("Ortschaft"), null=True, blank=True, on_delete=models.PROTECT, related_name="places"
    )
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    precision = models.CharField(
        _("position is"), max_length=12, choices=Precision.choices, default=Precision.APPROXIMATE
    )
    summary = models.CharField(_("in one sentence"), max_length=400, blank=True)
    wheelchair = models.CharField(
        _("wheelchair"), max_length=10, choices=Wheelchair.choices, default=Wheelchair.UNKNOWN
    )
    accessibility = models.CharField(_("how to get in and around"), max_length=400, blank=True)
    has_wlan = models.BooleanField(_("free Wi-Fi"), default=False)
    open_on_holidays = models.BooleanField(_("open on public holidays"), default=False)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name"]
        indexes = [
            models.Index(fields=["ortschaft", "kind"], name="places_place_ort_kind"),
            # The map counts from the first without the table, and finds few stops among many places by the second.
            models.Index(fields=["cell", "kind"], name="places_place_cell_kind"),
            models.Index(fields=["kind", "cell"], name="places_place_kind_cell"),
            models.Index(fields=["name", "id"], name="places_place_name"),
        ]
        constraints = [position_is_whole("places_place_position")]

    def __str__(self) -> str:
        return self.name


class PlaceText(Translation):
    """A place's texts in a further language; the name only where people translate it."""

    place = ParentalKey(Place, on_delete=models.CASCADE, related_name="translations")
    name = models.CharField(_("name"), max_length=120, blank=True)
    summary = models.CharField(_("in one sentence"), max_length=400, blank=True)
    accessibility = models.CharField(_("how to get in and around"), max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "language"], name="places_placetext_once")]


class HoursKind(models.TextChoices):
    VISIT = "visit", _("Opening hours")
    PHONE = "phone", _("By phone")
    LENDING = "lending", _("Lending")


class Weeks(models.TextChoices):
    ALL = "all", _("every week")
    ODD = "odd", _("odd weeks")
    EVEN = "even", _("even weeks")


class OpeningHours(models.Model):
    """A weekly window of a place. Closing at or before opening means: past midnight."""

    place = ParentalKey(Place, on_delete=models.CASCADE, related_name="hours")
    kind = models.CharField(_("what for"), max_length=10, choices=HoursKind.choices, default=HoursKind.VISIT)
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=[
            (0, _("Monday")),
            (1, _("Tuesday")),
            (2, _("Wednesday")),
            (3, _("Thursday")),
            (4, _("Friday")),
            (5, _("Saturday")),
            (6, _("Sunday")),
        ],
    )
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))
    weeks = models.CharField(_("weeks"), max_length=4, choices=Weeks.choices, default=Weeks.ALL)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    source_name = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    as_of = models.CharField(_("as of"), max_length=10, blank=True)

    class Meta:
        ordering = ["kind", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="places_hours_weekday"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="places_hours_valid_order",
            ),
        ]


class SpecialHours(models.Model):
    """Days on which the weekly windows do not hold: closed, or open at other times."""

    place = ParentalKey(Place, on_delete=models.CASCADE, related_name="special_hours")
    kind = models.CharField(_("what for"), max_length=10, choices=HoursKind.choices, default=HoursKind.VISIT)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    opens = models.TimeField(_("from"), null=True, blank=True, help_text=_("empty: closed"))
    closes = models.TimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="places_special_order"),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="places_special_both_times",
            ),
        ]

    def clean(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise ValidationError({"last": _("The last day lies before the first.")})
        if (self.opens is None) != (self.closes is None):
            raise ValidationError({"closes": _("Write both times, or neither if it stays closed.")})
