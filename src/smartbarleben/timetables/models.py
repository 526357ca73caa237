"""Timetables as they are kept for the departures of a stop and for a journey planner: docs/timetables.md.

Within a feed, stops, lines, services and patterns are numbered from 0. The byte strings of a pattern hold such
numbers, so a feed is always replaced as a whole.
"""

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartbarleben.places.located import Located, position_is_whole
from smartbarleben.places.models import Ortschaft, Place


class Feed(models.Model):
    """One timetable file as it was taken over."""

    key = models.SlugField(max_length=80, unique=True)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    publisher = models.CharField(max_length=200)
    publisher_url = models.CharField(max_length=500, blank=True)
    version = models.CharField(max_length=80, blank=True)
    attribution = models.CharField(max_length=500, blank=True)
    timezone = models.CharField(max_length=60)
    radius_km = models.PositiveSmallIntegerField(null=True)
    format = models.PositiveSmallIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    full_until = models.DateField()
    trips = models.PositiveIntegerField()
    trips_in_feed = models.PositiveIntegerField()
    skipped = models.JSONField(default=list)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="timetables_feed_days_order")
        ]

    def __str__(self) -> str:
        return self.key


class Halt(Located):
    """What people call one stop: the platforms of one name that lie together, in all feeds.

    It stays when no timetable serves it any more, because its address is printed on paper.
    """

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    ortschaft = models.ForeignKey(Ortschaft, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [position_is_whole("timetables_halt_position")]

    def __str__(self) -> str:
        return self.name


class Stop(Located):
    """A platform or station of a feed."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="stops")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    platform = models.CharField(max_length=20, blank=True)
    parent = models.PositiveIntegerField(null=True)
    halt = models.ForeignKey(Halt, null=True, on_delete=models.SET_NULL, related_name="stops")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["feed", "number"], name="timetables_stop_once"),
            position_is_whole("timetables_stop_position"),
        ]


class Line(models.Model):
    """A line of a feed; `mode` is GTFS's route_type."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    short_name = models.CharField(max_length=40)
    long_name = models.CharField(max_length=200, blank=True)
    mode = models.PositiveSmallIntegerField()
    agency = models.CharField(max_length=200)
    colour = models.CharField(max_length=6, blank=True)
    text_colour = models.CharField(max_length=6, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "number"], name="timetables_line_once")]


class Service(models.Model):
    """Days of service: one bit for each day from the feed's `first_bit` on, least significant first."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="services")
    number = models.PositiveIntegerField()
    first_bit = models.DateField()
    days = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "number"], name="timetables_service_once")]


class Pattern(models.Model):
    """Trips with the same calls, earliest first, none overtaking another; see patterns.py for the byte strings."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="patterns")
    number = models.PositiveIntegerField()
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="patterns")
    headsign = models.CharField(max_length=120, blank=True)
    headsigns = models.JSONField(default=list)
    approximate = models.BooleanField(default=False)
    stops = models.BinaryField()
    pickup = models.BinaryField()
    drop_off = models.BinaryField()
    services = models.BinaryField()
    times = models.BinaryField()
    trip_keys = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "number"], name="timetables_pattern_once")]


class Call(models.Model):
    """Where a pattern stops at one of our stops: how the departures of a stop are found without reading the feed."""

    pattern = models.ForeignKey(Pattern, on_delete=models.CASCADE, related_name="calls")
    position = models.PositiveSmallIntegerField()
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="calls")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pattern", "position"], name="timetables_call_once")]


def private_files() -> Storage:
    """Where files lie that no address leads to."""
    return storages["private"]


class UploadState(models.TextChoices):
    CHECKING = "checking", _("being read")
    READY = "ready", _("read, not taken over")
    TAKING = "taking", _("being taken over")
    DONE = "done", _("taken over")
    FAILED = "failed", _("cannot be read")


class Upload(models.Model):
    """A timetable file that staff have sent: first read, then taken over. Its file goes when it is done."""

    file = models.FileField(upload_to="timetables", storage=private_files, max_length=200, blank=True)
    file_name = models.CharField(max_length=200)
    attribution = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.CHECKING)
    # Of what was read: days, numbers and what was left out; or what is wrong with it.
    report = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="timetables_upload_state")
        ]

    def __str__(self) -> str:
        return self.file_name
