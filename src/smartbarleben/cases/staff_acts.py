"""What staff can do with a case, as the workspace offers it: which verbs when, with which form, said how afterwards.

The same press twice is one act: what has been done since the page was opened, by the same person and with the same
words, is not done again.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from smartbarleben.ui.dates import day

from . import actions, files, handover, notices, policies, staff_forms
from .actions import NotPossible
from .models import Attachment, Case, Category, Entry, Sort
from .staff_words import kind_title, language
from .status import CLOCK_RUNS, FINAL, MOVES, Status


@dataclass(frozen=True, slots=True)
class Press:
    """One press of a button: on which case, by whom, the newest line they had seen, the number of the form.

    ``close``: the answer ends the case.
    """

    case: Case
    by: Any
    seen: int
    submission: uuid.UUID
    close: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """A verb. ``do(press, form)`` does it and says so; ``sort`` is the line it leaves, ``text`` that line's field.

    ``files``: files may go out with it.
    """

    key: str
    label: Any
    do: Callable[[Press, Any], str]
    form: type[staff_forms.DeedForm] | None = None
    sort: Sort | None = None
    text: str = ""
    button: Any = ""
    hint: Any = ""
    files: bool = False


def _answer(press: Press, form: Any) -> str:
    actions.answer(
        case=press.case,
        text=form.cleaned_data["text"],
        by=press.by,
        seen=press.seen,
        close=press.close,
        submission=press.submission,
    )
    return heard(press.case)


def heard(case: Case) -> str:
    """Who gets what has just been sent."""
    people = notices.hearers(case)
    if not people:
        return _("It stands on the page of the case. Nobody gets a mail, because no address is known.")
    return ngettext("%(count)d mail is on its way.", "%(count)d mails are on their way.", people) % {"count": people}


def _ask(press: Press, form: Any) -> str:
    actions.ask_back(
        case=press.case, text=form.cleaned_data["text"], by=press.by, seen=press.seen, submission=press.submission
    )
    return f"{_('Asked. The promised day waits for the reply.')} {heard(press.case)}"


def _note(press: Press, form: Any) -> str:
    actions.note(case=press.case, text=form.cleaned_data["text"], by=press.by)
    return _("Noted for colleagues.")


def _said(press: Press, form: Any) -> str:
    actions.person_wrote(case=press.case, text=form.cleaned_data["text"], by=press.by, submission=press.submission)
    return _("Written down as a message of the person.")


def _take(press: Press, form: Any) -> str:
    actions.assign(case=press.case, by=press.by, owner=press.by)
    return _("It is yours now.")


def _give(press: Press, form: Any) -> str:
    to = form.recipient()
    actions.assign(case=press.case, by=press.by, **to)
    return _("Given to %(name)s.") % {"name": to["owner"] or to["office"]}


def _sort(press: Press, form: Any) -> str:
    category = Category.objects.get(pk=form.cleaned_data["kind"])
    actions.sort_anew(case=press.case, category=category, by=press.by)
    return _("Sorted as “%(kind)s”.") % {"kind": kind_title(category.key)}


def _pass(press: Press, form: Any) -> str:
    to = form.cleaned_data["to"]
    actions.pass_on(case=press.case, to=to, by=press.by, text=form.cleaned_data["text"], seen=press.seen)
    return f"{_('Passed on to %(name)s.') % {'name': to.name}} {heard(press.case)}"


def _take_back(press: Press, form: Any) -> str:
    actions.take_back(case=press.case, by=press.by)
    return _("It is in our own hands again.")


def _extend(press: Press, form: Any) -> str:
    until = form.cleaned_data["until"]
    actions.extend(case=press.case, until=until, reason=form.cleaned_data["reason"], by=press.by)
    return f"{_('The new day is %(day)s.') % {'day': day(until, language())}} {heard(press.case)}"


def _merge(press: Press, form: Any) -> str:
    number = form.cleaned_data["into"]
    into = policies.workable(press.by).filter(number=number).first()
    if into is None:
        raise NotPossible(_("There is no case %(number)s that you may work on.") % {"number": number})
    actions.merge(case=press.case, into=into, by=press.by)
    return _("Merged into %(number)s. Whoever asked hears what is answered there.") % {"number": number}


def _unmerge(press: Press, form: Any) -> str:
    actions.unmerge(case=press.case, by=press.by)
    return _("The merge is taken back.")


def _split(press: Press, form: Any) -> str:
    made = actions.split(case=press.case, parts=form.parts, by=press.by)
    return _("New: %(numbers)s") % {"numbers": ", ".join(part.number for part in made)}


def _close(press: Press, form: Any) -> str:
    actions.close(case=press.case, by=press.by, text=form.cleaned_data["text"], seen=press.seen)
    return _("Closed.")


def _reopen(press: Press, form: Any) -> str:
    actions.reopen(case=press.case, by=press.by)
    return _("Open again.")


def _refuse(press: Press, form: Any) -> str:
    actions.refuse(case=press.case, by=press.by, reason=form.cleaned_data["reason"], seen=press.seen)
    return _("Refused. Nobody is answered, and it is deleted in 30 days.")


def _accept(press: Press, form: Any) -> str:
    actions.accept(case=press.case, by=press.by)
    return f"{_('Let through: the clock runs from the day it came.')} {heard(press.case)}"


def _hand_over(press: Press, form: Any) -> str:
    to = form.cleaned_data["email"]
    handover.by_mail(case=press.case, to=to, text=form.cleaned_data["text"], by=press.by)
    return _("A mail with the whole case is on its way to %(address)s.") % {"address": to}


_ACTS = (
    Act(
        "answer",
        pgettext_lazy("verb", "Answer"),
        _answer,
        staff_forms.AnswerForm,
        Sort.ANSWER,
        "text",
        files=True,
    ),
    Act(
        "ask",
        gettext_lazy("Ask back"),
        _ask,
        staff_forms.AskForm,
        Sort.QUESTION,
        "text",
        gettext_lazy("Send the question"),
        files=True,
    ),
    Act("note", gettext_lazy("Note"), _note, staff_forms.NoteForm, Sort.NOTE, "text", gettext_lazy("Keep the note")),
    Act(
        "said",
        gettext_lazy("They called again"),
        _said,
        staff_forms.SaidForm,
        Sort.MESSAGE,
        "text",
        gettext_lazy("Write it down"),
    ),
    Act("take", gettext_lazy("Take it"), _take),
    Act("give", gettext_lazy("Give it to …"), _give, staff_forms.GiveForm, button=gettext_lazy("Give it")),
    Act("sort", gettext_lazy("Another kind"), _sort, staff_forms.KindForm, button=gettext_lazy("Sort it so")),
    Act(
        "pass",
        gettext_lazy("Pass it on to another body"),
        _pass,
        staff_forms.PassForm,
        Sort.PASSED_ON,
        "text",
        gettext_lazy("Pass it on"),
        gettext_lazy("The person is told. We stay the ones who answer, and the promised day stays."),
    ),
    Act("take_back", gettext_lazy("Undo: take it back from there"), _take_back, sort=Sort.TAKEN_BACK),
    Act(
        "extend",
        gettext_lazy("It takes longer"),
        _extend,
        staff_forms.ExtendForm,
        Sort.EXTENDED,
        "reason",
        gettext_lazy("Promise the new day"),
    ),
    Act(
        "merge",
        gettext_lazy("Others told us the same"),
        _merge,
        staff_forms.MergeForm,
        Sort.MERGED,
        "",
        gettext_lazy("Merge into it"),
        gettext_lazy("This case lives on in the other one. You can take it back."),
    ),
    Act("unmerge", gettext_lazy("Undo: take the merge back"), _unmerge, sort=Sort.UNMERGED),
    Act(
        "split",
        gettext_lazy("Several matters in one"),
        _split,
        staff_forms.SplitForm,
        Sort.SPLIT,
        "",
        gettext_lazy("Make cases of them"),
        gettext_lazy("Copy each further matter here. The person gets one mail with all numbers."),
    ),
    Act(
        "close",
        pgettext_lazy("verb", "Close"),
        _close,
        staff_forms.CloseForm,
        Sort.CLOSED,
        "text",
        gettext_lazy("Close it"),
        gettext_lazy("Nobody gets a mail for this. You can open it again."),
    ),
    Act("reopen", gettext_lazy("Undo: open it again"), _reopen, sort=Sort.REOPENED),
    Act(
        "refuse",
        pgettext_lazy("verb", "Refuse"),
        _refuse,
        staff_forms.RefuseForm,
        Sort.REFUSED,
        "reason",
        gettext_lazy("Refuse it"),
        gettext_lazy("For advertising and abuse. Nobody is answered."),
    ),
    Act("accept", gettext_lazy("Let it through"), _accept, sort=Sort.ACCEPTED),
    Act(
        "handover",
        gettext_lazy("Hand it over by mail"),
        _hand_over,
        staff_forms.HandOverForm,
        Sort.HANDED_OVER,
        "text",
        gettext_lazy("Send it"),
        hint=gettext_lazy("A PDF with everything that happened, the attachments, and the same as data."),
    ),
)
ACTS: Mapping[str, Act] = {act.key: act for act in _ACTS}


def possible(case: Case, person: Any) -> list[str]:
    """The verbs that the case allows now, in the order in which they are offered."""
    status = Status(case.status)
    then = MOVES[status]
    lives = status not in FINAL | {Status.MERGED, Status.HELD}
    yes = {
        "accept": status == Status.HELD,
        "answer": status == Status.ANSWERED or (Status.ANSWERED in then),
        "ask": (Status.ASKED_BACK in then or status in {Status.NEW, Status.ASKED_BACK}) and _has_contact(case),
        "note": True,
        "said": status not in {Status.HELD, Status.REFUSED},
        "take": lives and case.owner_id != person.pk,
        "give": lives,
        "sort": lives or status == Status.HELD,
        "pass": Status.PASSED_ON in then,
        "take_back": status == Status.PASSED_ON,
        "extend": status in CLOCK_RUNS,
        "merge": Status.MERGED in then,
        "unmerge": status == Status.MERGED,
        "split": lives,
        "close": status in {Status.ANSWERED, Status.ASKED_BACK},
        "reopen": status in FINAL,
        "refuse": Status.REFUSED in then,
        "handover": True,
    }
    return [key for key in ACTS if yes[key]]


def _has_contact(case: Case) -> bool:
    return hasattr(case, "contact")


def perform(act: Act, press: Press, form: Any) -> str:
    """Do it once, and say what was done. Raises NotPossible and Crossed."""
    with transaction.atomic():
        # Held until the act is through, so that the second of two presses sees what the first has done.
        Case.objects.select_for_update().get(pk=press.case.pk)
        if _done_before(act, press, form):
            if act.files and files.waiting(press.submission):
                # Chosen after the first press, on the same page: "Done" would hide that they never went out.
                raise NotPossible(
                    _("These words went out already, without the files. Write a sentence for the files and send it.")
                )
            return _("Done.")
        return act.do(press, form)


def _done_before(act: Act, press: Press, form: Any) -> bool:
    if act.sort is None:
        return False
    lines = Entry.objects.filter(case=press.case, pk__gt=press.seen, sort=act.sort, by=press.by)
    if act.key == "split":
        return lines.exists() and Entry.objects.filter(case__split_from=press.case, text=form.parts[0]).exists()
    if act.text:
        lines = lines.filter(text=form.cleaned_data[act.text])
    return lines.exists()


def release(*, attachment: Attachment, by: Any, released: bool) -> str:
    """Let a picture be shown outside the town hall, or take that back."""
    actions.release(attachment=attachment, by=by, released=released)
    return _("The picture may be shown to the public.") if released else _("The picture stays inside again.")
