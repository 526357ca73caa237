"""What the town hall decides about its data: the terms, and whom to tell about a hole in the program."""

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .licences import LICENCES


def check_contact(value: str) -> None:
    """A mail address or the address of a page (https). Raises ValidationError."""
    check = URLValidator(schemes=["https"]) if "/" in value else EmailValidator()
    try:
        check(value)
    except ValidationError:
        raise ValidationError(_("Write a mail address or the address of a page (https://…).")) from None


class Terms(models.Model):
    """The one row with the municipality's decisions about its open data."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    licence = models.CharField(
        _("licence of our own data"),
        max_length=20,
        blank=True,
        choices=[(one.key, one.name) for one in LICENCES.values()],
        help_text=_("empty: not decided yet; the page of open data says so"),
    )
    security_contact = models.CharField(
        _("where to report a security hole"),
        max_length=200,
        blank=True,
        validators=[check_contact],
        help_text=_("a mail address or a page; it stands in security.txt, for everybody to read"),
    )

    class Meta:
        verbose_name = _("terms of the open data")
        verbose_name_plural = _("terms of the open data")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="opendata_one_row_of_terms")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
