"""What all items share: the item, its dates and translations, the trail, the proof that notices were shown."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin

from smartbarleben.kernel.digest import text_digest
from smartbarleben.kernel.plaintext import html_to_text
from smartbarleben.places.facts import Sourced, Translation, TranslationState
from smartbarleben.places.models import Ortschaft, Place

from .preview import ChannelPreviewMixin

# A year outside is a slip of the finger ("0026"), and calendars cannot reckon with it.
YEARS = range(1000, 2201)


class Item(
    ChannelPreviewMixin, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, Sourced, ClusterableModel
):
    """One published thing. `kind` names the registered kind whose model (one table more) this row belongs to."""

    # Set by each kind's model; the row remembers it so that lists need not ask which table extends it.
    KIND: ClassVar[str] = ""

    kind = models.CharField(max_length=20, editable=False)
    slug = models.SlugField(_("short name in the address"), max_length=90, blank=True)
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one or two sentences"), max_length=300, blank=True)
    body = RichTextField(_("text"), blank=True)
    ortschaft = models.ForeignKey(
        Ortschaft,
        verbose_name=_("Ortschaft"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="items",
        help_text=_("empty: the whole municipality"),
    )
    place = models.ForeignKey(
        Place, verbose_name=_("place"), null=True, blank=True, on_delete=models.SET_NULL, related_name="items"
    )
    location = models.CharField(_("where, in words"), max_length=160, blank=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    all_day = models.BooleanField(_("whole days"), default=False)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    # What lists sort by: the start of what has a time, else the day of publication. Kept by save().
    sort_at = models.DateTimeField(editable=False, default=timezone.now)
    published_on = models.DateTimeField(_("published"), default=timezone.now)
    # `german_digest` as of the last save, so that the database can find the translations that no longer match.
    stored_digest = models.CharField(max_length=16, editable=False, default="")
    photo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    photo_alt = models.CharField(_("what the photo shows"), max_length=200, blank=True)
    photo_credit = models.CharField(_("photo by"), max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "live", "-sort_at", "-id"], name="content_item_list"),
            models.Index(fields=["kind", "ortschaft", "live", "-sort_at"], name="content_item_ort"),
            models.Index(fields=["live", "-published_on"], name="content_item_new"),
            models.Index(fields=["kind", "live", "ends_at"], name="content_item_ends"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="content_item_address"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(starts_at=None) | Q(ends_at__gte=F("starts_at")),
                name="content_item_times_in_order",
            ),
            models.CheckConstraint(condition=~Q(kind=""), name="content_item_kind_given"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        moments = {"starts_at": self.starts_at, "ends_at": self.ends_at}
        if wrong := [name for name, moment in moments.items() if moment and moment.year not in YEARS]:
            raise ValidationError(dict.fromkeys(wrong, _("This is no day. Write it like 24.12.2026.")))
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": _("The end lies before the beginning.")})
        if self.photo_id:
            wanted = {
                "photo_alt": _("Say in a few words what the photo shows, for people who cannot see it."),
                "photo_credit": _("Say who took the photo."),
            }
            if missing := {name: words for name, words in wanted.items() if not getattr(self, name)}:
                raise ValidationError(missing)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.kind = self.KIND or self.kind
        self._give_address()
        super().full_clean(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.kind = self.KIND or self.kind
        self._give_address()
        self.sort_at = self.starts_at or self.published_on
        self.stored_digest = self.german_digest
        super().save(*args, **kwargs)

    def _give_address(self) -> None:
        """Fill an empty slug from the title, once; later changes of the title never move the address."""
        if self.slug or not self.title:
            return
        from .addresses import free_slug

        self.slug = free_slug(self.KIND or self.kind, self.title, exclude_pk=self.pk)

    def as_specific(self) -> "Item":
        """This item as its kind's own model: one query, none if it is that already."""
        from .registry import kind

        model = kind(self.kind).model
        return self if isinstance(self, model) else model._default_manager.get(pk=self.pk)

    @property
    def german_digest(self) -> str:
        """Digest of the German texts; a translation made from another digest needs review.

        Of the body the words and the links count: the editor writes the same text as other HTML each time.
        """
        return text_digest(self.title, self.summary, html_to_text(self.body, base_url="http://here/"))


class Occurrence(models.Model):
    """One date of an item: a single event has one, a weekly one many. Made from the item, never edited."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="occurrences")
    # The item's, repeated here so that one index finds the next dates of a kind. Only live items have dates.
    kind = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "starts_at", "id"], name="content_occ_start"),
            models.Index(fields=["kind", "ends_at", "starts_at"], name="content_occ_end"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["item", "starts_at"], name="content_occ_once"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="content_occ_order"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.starts_at:%Y-%m-%d %H:%M}"


class ItemText(Translation):
    """An item's texts in a further language."""

    item = ParentalKey(Item, on_delete=models.CASCADE, related_name="translations")
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("in one or two sentences"), max_length=400, blank=True)
    body = RichTextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(fields=["item", "language"], name="content_itemtext_once"),
            models.CheckConstraint(condition=Q(state__in=TranslationState.values), name="content_itemtext_state"),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.title}"


class Relation(models.TextChoices):
    """How one step of the trail led to the next, read from source to target."""

    BECAME = "became", _("became")
    DECIDED = "decided", _("was decided in")
    REJECTED = "rejected", _("was rejected in")
    CARRIED_OUT = "carried_out", _("is carried out by")
    FUNDED = "funded", _("is paid by")
    RESULTED = "resulted", _("led to")


class TrailLink(models.Model):
    """One step of a trail: wish → idea → decision → measure → money → result."""

    source = models.ForeignKey(Item, verbose_name=_("from"), on_delete=models.CASCADE, related_name="leads_to")
    target = models.ForeignKey(Item, verbose_name=_("to"), on_delete=models.CASCADE, related_name="comes_from")
    relation = models.CharField(_("relation"), max_length=12, choices=Relation.choices)
    reason = models.CharField(_("because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("trail step")
        verbose_name_plural = _("trail")
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "relation"], name="content_trail_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="content_trail_no_loop"),
            models.CheckConstraint(
                condition=~Q(relation="rejected") | ~Q(reason=""), name="content_trail_rejected_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    def clean(self) -> None:
        if self.source_id and self.source_id == self.target_id:
            raise ValidationError({"target": _("A step cannot lead to itself.")})
        if self.relation == Relation.REJECTED and not self.reason:
            raise ValidationError({"reason": _("Say why it was rejected.")})


class ReviewRequest(models.Model):
    """That we asked by mail whether the facts of an item or a place still hold: once for each review date."""

    item = models.ForeignKey(Item, null=True, on_delete=models.CASCADE, related_name="review_requests")
    place = models.ForeignKey(Place, null=True, on_delete=models.CASCADE, related_name="review_requests")
    review_by = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "review_by"], name="content_review_item_once"),
            models.UniqueConstraint(fields=["place", "review_by"], name="content_review_place_once"),
            models.CheckConstraint(
                condition=Q(item=None, place__isnull=False) | Q(item__isnull=False, place=None),
                name="content_review_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item or self.place} {self.review_by}"


class ProofLink(models.Model):
    """One link of the hash chain that proves when notices were shown. Rows are only ever added.

    The link holds a salted digest; what was shown lies in `payload` and may be deleted without breaking the chain.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    salt = models.BinaryField(null=True)
    payload = models.JSONField(null=True)
    notice = models.ForeignKey(Item, null=True, on_delete=models.SET_NULL, related_name="proofs")

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["notice", "sequence"], name="content_proof_notice")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"
