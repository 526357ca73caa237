"""What this room hands to others: its kinds of cases, who may work on them, and its verbs in words."""

from django.utils.translation import gettext_lazy as _

from smartbarleben.people import audit
from smartbarleben.people.roles import ADMINISTRATOR, CASE_WORKER, grant

from .registry import Kind, register

QUESTION, FEEDBACK, BARRIER = "question", "feedback", "barrier"


def register_kinds() -> None:
    """The first uses; later rooms register theirs."""
    register(
        Kind(
            QUESTION,
            _("Question to the town hall"),
            _("Ask what you want to know. You need no account."),
            days=10,
            order=10,
            path="frage",
        )
    )
    register(
        Kind(
            FEEDBACK,
            _("Something is wrong on this page"),
            _("Tell us what is wrong or missing, so that we can mend it."),
            days=5,
            keep_days=60,
            order=20,
            path="hinweis",
        )
    )
    register(
        Kind(
            BARRIER,
            _("Report a barrier"),
            _("Tell us what you cannot read, use or reach: on this website or in one of our houses."),
            days=None,
            months=1,
            keep_days=365,
            law=_("The law gives us one month to answer (§ 16b BGG LSA)."),
            order=30,
            path="barriere",
        )
    )


def grant_roles() -> None:
    """Who may work on cases, in permissions; `policies` says on which."""
    settings = {
        f"cases.{verb}_{model}"
        for verb in ("add", "change", "delete", "view")
        for model in ("office", "category", "replytemplate", "absence")
    }
    grant(CASE_WORKER, {"cases.view_case", "cases.change_case"})
    grant(ADMINISTRATOR, {"cases.view_case", "cases.change_case"} | settings)


def name_verbs() -> None:
    """The record's verbs for the auditor."""
    audit.name_verbs(
        {
            "cases.receive": _("case received"),
            "cases.person_wrote": _("person wrote"),
            "cases.accept": _("held case let through"),
            "cases.assign": _("case given to somebody"),
            "cases.answer": _("case answered"),
            "cases.ask_back": _("person asked back"),
            "cases.note": _("note written"),
            "cases.pass_on": _("case passed on"),
            "cases.take_back": _("case taken back"),
            "cases.extend": _("period of a case extended"),
            "cases.sort_anew": _("case sorted anew"),
            "cases.merge": _("cases merged"),
            "cases.unmerge": _("merge taken back"),
            "cases.split": _("case split"),
            "cases.close": _("case closed"),
            "cases.reopen": _("case opened again"),
            "cases.refuse": _("case refused"),
            "cases.release": _("picture released"),
            "cases.erase": _("case deleted"),
            "cases.hand_over": _("case handed over"),
            "cases.export": _("list of cases taken as a table"),
            "cases.keep_view": _("view of the inbox kept"),
            "cases.drop_view": _("view of the inbox taken away"),
            "cases.go_away": _("absence noted"),
            "cases.come_back": _("absence called off"),
        }
    )
