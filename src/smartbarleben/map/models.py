"""The village's map as it was made from a file, and the streets and houses that the file names."""

from django.db import models
from django.db.models import Q

from smartbarleben.places.located import Located, position_is_whole


class VillageMap(models.Model):
    """One file of map data. It is shown from the moment when its tiles are ready; the last one counts.

    `name` is the file's name in the data folder's `maps/`, without its ending.
    """

    name = models.SlugField(max_length=40, unique=True)
    file_name = models.CharField(max_length=200)
    attribution = models.CharField(max_length=300)
    added_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=600, blank=True)
    features = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    job = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="map_villagemap_made_or_not",
                condition=Q(made_at=None) | Q(trouble="", size__gt=0, west__lte=models.F("east")),
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class Spot(Located):
    """A street, a house or a part of the village that the map's file names: where "near …" begins."""

    village_map = models.ForeignKey(VillageMap, on_delete=models.CASCADE, related_name="spots")
    name = models.CharField(max_length=160)
    folded = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["folded"], name="map_spot_folded")]
        constraints = [position_is_whole("map_spot_position")]

    def __str__(self) -> str:
        return self.name
