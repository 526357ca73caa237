"""What the clock remembers."""

from django.db import models


class PeriodicRun(models.Model):
    """When a piece of periodic work last started, last ended well, and what went wrong since."""

    name = models.CharField(max_length=60, primary_key=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name
