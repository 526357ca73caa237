"""Tours, the streets on them, and the days on which a bin is fetched."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from smartbarleben.places.facts import Sourced
from smartbarleben.places.models import Ortschaft


class Bin(models.TextChoices):
    RESIDUAL = "residual", _("Residual waste")
    ORGANIC = "organic", _("Organic waste")
    PAPER = "paper", _("Paper")
    PLASTIC = "plastic", _("Yellow bag")
    BULKY = "bulky", _("Bulky waste")
    TREES = "trees", _("Christmas trees")
    HAZARDOUS = "hazardous", _("Hazardous waste")


class Tour(Sourced, ClusterableModel):
    """Streets that share their collection days."""

    key = models.SlugField(_("short name"), unique=True)
    ortschaft = models.ForeignKey(
        Ortschaft, verbose_name=_("Ortschaft"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    put_out = models.TimeField(_("bins stand at the road by"), null=True, blank=True)

    class Meta:
        verbose_name = _("collection tour")
        verbose_name_plural = _("collection tours")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Street(models.Model):
    """A street of a tour; `folded` is what people's typing is compared with."""

    tour = ParentalKey(Tour, on_delete=models.CASCADE, related_name="streets")
    name = models.CharField(_("street"), max_length=120)
    slug = models.SlugField(max_length=140, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["tour", "name"], name="waste_street_once")]
        indexes = [models.Index(fields=["slug"], name="waste_street_slug")]

    def __str__(self) -> str:
        return self.name


class Collection(models.Model):
    """One bin is fetched on one day."""

    tour = models.ForeignKey(Tour, on_delete=models.CASCADE, related_name="collections")
    bin = models.CharField(_("bin"), max_length=10, choices=Bin.choices)
    day = models.DateField(_("day"))
    # Its source names the day no longer: residents do not see it, staff do.
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["day", "bin"]
        constraints = [models.UniqueConstraint(fields=["tour", "bin", "day"], name="waste_collection_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.bin}"
