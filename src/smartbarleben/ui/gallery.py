"""The gallery: every component in all its states, for editors who want to see and developers who want to copy."""

from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from markupsafe import Markup

from .dates import today
from .forms import PublicForm
from .http import public_page, render
from .icons import PATHS
from .shapes import TOWERS
from .sketch import Area, Dot, sketch
from .skyline import Tower


class SampleForm(PublicForm, forms.Form):
    """A form with each kind of field."""

    autocomplete = {"name": "name", "email": "email"}
    widths = {"day": "short", "email": "medium", "place": "medium"}

    name = forms.CharField(label=_("Your name"))
    email = forms.EmailField(
        label=_("Your e-mail address"), help_text=_("We only write about this matter."), required=False
    )
    place = forms.ChoiceField(label="Ortschaft", choices=[("", "–"), ("m", "Musterdorf"), ("b", "Beispielheim")])
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    text = forms.CharField(
        label=_("What have you seen?"), widget=forms.Textarea, help_text=_("Two sentences are enough.")
    )
    way = forms.ChoiceField(
        label=_("How may we answer?"),
        choices=[("mail", _("by e-mail")), ("phone", _("by phone")), ("none", _("no answer needed"))],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label=_("What is it about?"),
        choices=[("road", _("road")), ("light", _("street lamp")), ("tree", _("tree"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agree = forms.BooleanField(label=_("You may publish my report without my name."), required=False)


def _month(day: date) -> list[list[dict[str, object]]]:
    first = day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    days = [monday + timedelta(days=number) for number in range(42)]
    busy = {
        3: [("18 Uhr", "Gemeinderat")],
        10: [("", "Laternenumzug"), ("16 Uhr", "Vorlesestunde")],
        day.day: [("", "Markt")],
    }
    return [
        [
            {
                "date": one,
                "inside": one.month == day.month,
                "events": [
                    {"time": time, "title": title, "url": "#calendar"} for time, title in busy.get(one.day, ())
                ]
                if one.month == day.month
                else [],
            }
            for one in days[week : week + 7]
        ]
        for week in range(0, 42, 7)
        if days[week].month == day.month or days[week + 6].month == day.month
    ]


def _sketch() -> Markup:
    parts = (Area("Musterdorf", 11.60, 52.20), Area("Beispielheim", 11.64, 52.22))
    dots = [Dot(11.62, 52.21, "ink"), Dot(11.61, 52.2, here=True)]
    return sketch("Musterdorf und Beispielheim", parts, dots, width=480, height=320)


@public_page(changes="day")
def gallery(request: HttpRequest) -> HttpResponse:
    """All components in all states."""
    wrong = SampleForm({"email": "frau.beispiel", "way": "mail"})
    wrong.is_valid()
    return render(
        request,
        "ui/gallery.jinja",
        {
            "form": SampleForm(auto_id="fresh_%s"),
            "wrong": wrong,
            "icons": sorted(PATHS),
            "churches": list(TOWERS),
            "weeks": _month(today()),
            "sketch": _sketch(),
            "neutral": [
                (Tower("keep"), Tower("turret"), Tower("pyramid"), Tower("gable")),
                (Tower("spire"),),
                (),
            ],
        },
    )
