"""Sources that are imported again and again, what each run did, and which thing here came from where."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartbarleben.places.models import Ortschaft


class WhenGone(models.TextChoices):
    """What the public sees of a thing that its source no longer names."""

    TAKE_BACK = "take_back", _("take it from the public pages; it stays as a draft")
    KEEP = "keep", _("leave it there and say that it needs a check")


class Every(models.IntegerChoices):
    """How often an address is asked, in hours."""

    NEVER = 0, _("only when I say so")
    SIX_HOURS = 6, _("every six hours")
    DAY = 24, _("every day")
    WEEK = 168, _("every week")


class SourceState(models.TextChoices):
    NEW = "new", pgettext_lazy("state of a source", "not taken over yet")
    FINE = "fine", pgettext_lazy("state of a source", "up to date")
    WAITING = "waiting", pgettext_lazy("state of a source", "waits for a look")
    FAILED = "failed", pgettext_lazy("state of a source", "did not work")


class Source(models.Model):
    """A calendar or a table of somebody else. ``target`` is the key of what its rows become (see registry)."""

    name = models.CharField(_("name of the source"), max_length=120, unique=True)
    target = models.CharField(_("what comes from there"), max_length=20)
    # The choice that some targets need, such as the tour of waste dates.
    option = models.CharField(max_length=80, blank=True)
    address = models.CharField(_("web address"), max_length=2000, blank=True)
    every_hours = models.PositiveSmallIntegerField(_("ask the address"), choices=Every.choices, default=Every.NEVER)
    publish = models.BooleanField(_("publish new entries at once"), default=True)
    when_gone = models.CharField(
        _("when an entry vanishes there"), max_length=10, choices=WhenGone.choices, default=WhenGone.TAKE_BACK
    )
    ortschaft = models.ForeignKey(
        Ortschaft,
        verbose_name=_("Ortschaft"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("for entries that name none"),
    )
    owner = models.EmailField(_("who is told when it fails (mail)"), blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=SourceState.choices, default=SourceState.NEW)
    # What is wrong, as trouble.Trouble writes it.
    trouble = models.JSONField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    next_run_at = models.DateTimeField(null=True, blank=True, db_index=True)
    last_good_at = models.DateTimeField(null=True, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    # Of what was taken over last.
    file_name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SourceState.values), name="imports_source_state"),
            models.CheckConstraint(condition=~Q(address="") | Q(every_hours=0), name="imports_source_asks_address"),
        ]

    def __str__(self) -> str:
        return self.name


class RunState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("state of an import", "shown, not done")
    RUNNING = "running", pgettext_lazy("state of an import", "under way")
    DONE = "done", pgettext_lazy("state of an import", "done")
    NOTHING_NEW = "nothing_new", pgettext_lazy("state of an import", "nothing new")
    FAILED = "failed", pgettext_lazy("state of an import", "did not work")
    DROPPED = "dropped", pgettext_lazy("state of an import", "dropped")


class Trigger(models.TextChoices):
    PERSON = "person", _("by hand")
    CLOCK = "clock", _("by the clock")
    COMMAND = "command", _("by command")


class Run(models.Model):
    """One look at a source: first what would happen, then what happened.

    ``content`` is the packed file, kept only until the run is done or dropped.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    trigger = models.CharField(max_length=10, choices=Trigger.choices)
    state = models.CharField(max_length=12, choices=RunState.choices)
    file_name = models.CharField(max_length=200, blank=True)
    # The file is the address's own, and not one that somebody uploaded.
    fetched = models.BooleanField(default=False)
    content = models.BinaryField(null=True)
    content_digest = models.CharField(max_length=64, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    plan_digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    # The first entries of each act: [{"key", "act", "title", "fields"}]; no values, because those may name people.
    details = models.JSONField(default=list)
    # What was left out, as trouble.Trouble writes it, and how much there was in all.
    skipped = models.JSONField(default=list)
    skipped_count = models.PositiveIntegerField(default=0)
    trouble = models.JSONField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["source", "-at"], name="imports_run_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="imports_run_state"),
            models.CheckConstraint(
                condition=Q(state__in=("planned", "running")) | Q(content=None), name="imports_run_content_goes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d %H:%M} {self.state}"


class Record(models.Model):
    """Which thing here belongs to which entry of a source.

    ``given``: the source's values at the last import; ``stored``: what stood here right after it, both as marks
    (`planning.mark`), which tell whether something is still the same without keeping its words. A field that is now
    another than in ``stored`` was changed here and stays. ``notes``: values of the source that were not taken because
    of that: {field: value}.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="records")
    key = models.CharField(max_length=200)
    # The source's, repeated so that the database keeps two sources from claiming one thing.
    target = models.CharField(max_length=20)
    object_key = models.CharField(max_length=120)
    given = models.JSONField(default=dict)
    stored = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    has_notes = models.BooleanField(default=False)
    vanished_at = models.DateTimeField(null=True)
    # The import took it from the public, so that coming back brings it back.
    was_taken_back = models.BooleanField(default=False)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="imports_record_once"),
            models.UniqueConstraint(fields=["target", "object_key"], name="imports_record_one_source"),
        ]
        indexes = [
            models.Index(fields=["source", "vanished_at"], name="imports_record_gone"),
            models.Index(fields=["source"], condition=Q(has_notes=True), name="imports_record_notes"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.key}"
