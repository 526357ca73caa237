"""One table for each kind of item: only what the kind adds to `Item`."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartbarleben.kernel.recurrence import RecurrenceError, validate

from .models import Item


class KindTable(Item):
    """Abstract: the table that a kind adds to `Item`, with a way back whose name no field of a kind can have."""

    item_ptr = models.OneToOneField(
        Item, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="as_%(class)s"
    )

    class Meta:
        abstract = True


class News(KindTable):
    KIND = "news"

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")


class Audience(models.TextChoices):
    ALL = "all", _("everybody")
    FAMILIES = "families", _("families")
    CHILDREN = "children", _("children")
    YOUTH = "youth", _("young people")
    SENIORS = "seniors", _("older people")
    NEWCOMERS = "newcomers", _("newcomers")
    BUSINESS = "business", _("business")


class Event(KindTable):
    KIND = "event"

    recurrence = models.CharField(
        _("repeats (RRULE)"), max_length=200, blank=True, help_text=_("for example FREQ=WEEKLY;BYDAY=TU")
    )
    exception_dates = models.JSONField(_("not on these days"), default=list, blank=True)
    audience = models.CharField(_("for"), max_length=12, choices=Audience.choices, default=Audience.ALL)
    cost_cents = models.PositiveIntegerField(_("costs (cents)"), null=True, blank=True, help_text=_("0: free"))
    cost_note = models.CharField(_("costs, in words"), max_length=120, blank=True)
    organiser = models.CharField(_("organised by"), max_length=160, blank=True)
    club = models.ForeignKey(
        "content.Club",
        verbose_name=_("club"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
    )
    registration = models.CharField(_("how to sign up"), max_length=300, blank=True)
    is_unconfirmed = models.BooleanField(_("date not confirmed yet"), default=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["audience"], name="content_event_audience")]

    def clean(self) -> None:
        super().clean()
        if not self.starts_at:
            raise ValidationError({"starts_at": _("When does it begin?")})
        if self.recurrence:
            try:
                validate(self.recurrence)
            except RecurrenceError as problem:
                raise ValidationError(
                    {"recurrence": _("This repetition cannot be read: %(problem)s") % {"problem": problem}}
                ) from problem


class Notice(KindTable):
    """A formal notice (Bekanntmachung): shown from `starts_at` to `ends_at`, with a proof of display."""

    KIND = "notice"

    reference = models.CharField(_("reference"), max_length=60, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")


class Page(KindTable):
    KIND = "page"

    in_footer = models.BooleanField(_("in the foot of every page"), default=False)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")


class Club(KindTable):
    KIND = "club"

    topics = models.CharField(_("topics"), max_length=200, blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    meets = models.CharField(_("meets"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("club")
        verbose_name_plural = _("clubs")


class Office(KindTable):
    KIND = "office"

    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("mail"), blank=True)
    keywords = models.CharField(_("words people use"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")


class Service(KindTable):
    """ "Who is responsible for …?": points to an office of ours or to somebody else."""

    KIND = "service"

    office = models.ForeignKey(
        Office,
        verbose_name=_("our office"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="services",
    )
    responsible_name = models.CharField(_("somebody else"), max_length=160, blank=True)
    responsible_url = models.URLField(_("address there"), max_length=300, blank=True)
    keywords = models.CharField(_("words people use"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def clean(self) -> None:
        super().clean()
        if not self.office_id and not self.responsible_name:
            raise ValidationError({"responsible_name": _("Name an office of ours or somebody else who does this.")})


class ClosureKind(models.TextChoices):
    # A road is not closed as a shop is: other languages have two words.
    CLOSURE = "closure", pgettext_lazy("road", "closed")
    ROADWORK = "roadwork", _("road works")
    BUILDING = "building", _("building closed")


class Closure(KindTable):
    """A closed road, road works or a closed building, from `starts_at` to `ends_at`."""

    KIND = "closure"

    what = models.CharField(_("what"), max_length=10, choices=ClosureKind.choices, default=ClosureKind.CLOSURE)
    detour = models.CharField(_("detour"), max_length=300, blank=True)
    affects = models.JSONField(_("affects"), default=list, blank=True)
    # A rough line of [lon, lat] points; the map draws it.
    line = models.JSONField(_("course"), default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")

    def clean(self) -> None:
        super().clean()
        if not self.starts_at:
            raise ValidationError({"starts_at": _("From when?")})


class Project(KindTable):
    KIND = "project"

    number = models.PositiveSmallIntegerField(_("number"), default=0)
    fields_of_action = models.JSONField(_("fields of action"), default=list, blank=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")


class MeasureStatus(models.TextChoices):
    IDEA = "idea", _("idea")
    PLANNED = "planned", _("planned")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    REJECTED = "rejected", _("rejected")
    STOPPED = "stopped", _("stopped")


class Measure(KindTable):
    KIND = "measure"

    project = models.ForeignKey(
        Project, verbose_name=_("project"), null=True, blank=True, on_delete=models.PROTECT, related_name="measures"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=MeasureStatus.choices, default=MeasureStatus.PLANNED
    )
    reason = models.CharField(_("because"), max_length=300, blank=True)
    cost_cents = models.BigIntegerField(_("costs (cents)"), null=True, blank=True)
    funded_cents = models.BigIntegerField(_("of which granted (cents)"), null=True, blank=True)
    funding = models.CharField(_("who pays"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.CheckConstraint(
                condition=Q(cost_cents=None) | Q(cost_cents__gte=0), name="content_measure_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(funded_cents=None) | Q(cost_cents=None) | Q(funded_cents__lte=models.F("cost_cents")),
                name="content_measure_funded_within_cost",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["rejected", "stopped"]) | ~Q(reason=""),
                name="content_measure_no_needs_reason",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.status in {MeasureStatus.REJECTED, MeasureStatus.STOPPED} and not self.reason:
            raise ValidationError({"reason": _("Say why.")})
        if self.cost_cents is not None and self.funded_cents is not None and self.funded_cents > self.cost_cents:
            raise ValidationError({"funded_cents": _("More is granted than it costs. Is one of the two wrong?")})


class Milestone(KindTable):
    """A dated point of the strategy; `precision` says how exact the date is known."""

    KIND = "milestone"

    measure = models.ForeignKey(
        Measure,
        verbose_name=_("measure"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="milestones",
    )
    date_precision = models.CharField(
        _("date is exact to the"),
        max_length=5,
        choices=[("day", _("day")), ("month", _("month")), ("year", _("year"))],
        default="day",
    )
    is_done = models.BooleanField(_("reached"), default=False)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")


class Wish(KindTable):
    """What residents asked for or said, with the answer."""

    KIND = "wish"

    channel = models.CharField(_("heard at"), max_length=120, blank=True)
    answer = models.TextField(_("our answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")


class Outcome(models.TextChoices):
    OPEN = "open", _("not decided yet")
    ACCEPTED = "accepted", _("agreed")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Decision(KindTable):
    KIND = "decision"

    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    decided_by = models.CharField(_("who decides"), max_length=120, blank=True)
    reason = models.CharField(_("because"), max_length=300, blank=True)
    take_part = models.CharField(_("how to take part"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="rejected") | ~Q(reason=""), name="content_decision_no_needs_reason"
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.outcome == Outcome.REJECTED and not self.reason:
            raise ValidationError({"reason": _("Say why it was rejected.")})


class Funding(KindTable):
    KIND = "funding"

    amount_cents = models.BigIntegerField(_("amount (cents)"), null=True, blank=True)
    payer = models.CharField(_("who pays"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("money")
        verbose_name_plural = _("money")
