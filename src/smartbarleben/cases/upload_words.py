"""What we say when we cannot take an attachment: what is wrong and what to do instead. A sentence for each code."""

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from smartbarleben.cases.uploads import Code, Refused
from smartbarleben.cases.uploads.verdict import MEGABYTE

_MEGABYTE_FACTS = {Code.TOO_LARGE: ("size", "limit")}

SENTENCES = {
    Code.TOO_MANY: _(
        "These are %(count)s files. Please send up to %(limit)s now and the others in a second message."
    ),
    Code.EMPTY: _("This file is empty. Please choose it once more; perhaps it was still being saved."),
    Code.TOO_LARGE: _(
        "This file has %(size)s MB. Please send a smaller one (up to %(limit)s MB), for example a photo in a lower "
        "resolution."
    ),
    Code.UNKNOWN: _(
        "We cannot read this kind of file. Please send a picture (JPEG or PNG), a PDF, or a text from Word or "
        "LibreOffice."
    ),
    Code.MIXED: _(
        "This file holds something else besides what it shows, so we do not open it. Please take a screenshot of it "
        "and send that."
    ),
    Code.SVG: _("SVG drawings can hold programs, so we do not take them. Please send the drawing as PNG or PDF."),
    Code.HTML: _(
        "This is a web page. Please send its address in your message, or save the page as PDF and send that."
    ),
    Code.PROGRAM: _("This is a program. We do not take programs; please send a picture or a PDF of what you mean."),
    Code.ARCHIVE: _("This is a packed folder (such as ZIP). Please unpack it and send the files one by one."),
    Code.VIDEO: _("We cannot take films. Please send one or more pictures and describe the rest in words."),
    Code.SOUND: _("We cannot take sound recordings. Please write what you want to tell us, or call us."),
    Code.MAIL: _("This is a saved e-mail. Please copy its text into your message and attach its files one by one."),
    Code.OLD_OFFICE: _("We cannot open this older kind of document safely. Please save it as PDF and send that."),
    Code.OTHER_OFFICE: _(
        "We take texts, but no tables, slides or templates. Please save this file as PDF and send that."
    ),
    Code.OTHER_PICTURE: _("We cannot read this kind of picture. Please save it as JPEG or PNG and send that."),
    Code.HEIC_UNREADABLE: _(
        "We cannot read HEIC pictures here. Please send a JPEG: on an iPhone choose Settings, Camera, Formats, "
        "“Most Compatible”, or send a screenshot of the picture."
    ),
    Code.PICTURE_TOO_LARGE: _(
        "This picture has %(megapixels)s megapixels. Please send a smaller one (up to %(limit)s)."
    ),
    Code.PICTURE_TOO_LONG: _(
        "This picture is %(side)s pixels long. Please send a part of it or a smaller one (up to %(limit)s pixels on "
        "each side)."
    ),
    Code.PICTURE_CUT_OFF: _(
        "A part of this picture is missing; it was probably cut off on its way. Please send it again."
    ),
    Code.PICTURE_DAMAGED: _("This picture is damaged. Please send it again, or a screenshot of it."),
    Code.PICTURE_TOO_COMPLEX: _(
        "This picture is stored in an unusual way that would take too long to open. Please send a screenshot of it."
    ),
    Code.PDF_LOCKED: _("This PDF is protected with a password. Please print it to a new PDF and send that."),
    Code.PDF_ACTIVE: _(
        "This PDF holds programs or starts something by itself. Please print it to a new PDF and send that."
    ),
    Code.PDF_ATTACHMENTS: _(
        "This PDF has other files inside. Please print it to a new PDF and send the others one by one."
    ),
    Code.PDF_DAMAGED: _("This PDF is damaged or incomplete. Please save it anew and send it again."),
    Code.PDF_UNCHECKED: _("We cannot check whether this PDF is safe. Please print it to a new PDF and send that."),
    Code.OFFICE_LOCKED: _("This document is protected with a password. Please save it without one, or as PDF."),
    Code.OFFICE_MACROS: _("This document holds macros. Please save it without macros, or as PDF, and send that."),
    Code.OFFICE_EMBEDDED: _("This document has other files inside. Please save it as PDF and send that."),
    Code.OFFICE_REMOTE: _(
        "This document loads something from elsewhere when it is opened. Please save it as PDF and send that."
    ),
    Code.OFFICE_TOO_MUCH: _(
        "This document unpacks to far more than it seems to be. Please save it as PDF and send that."
    ),
    Code.OFFICE_DAMAGED: _("This document is damaged. Please save it anew or as PDF and send it again."),
}


def refusal_text(refused: Refused) -> str:
    """The whole sentence in the reader's language, numbers written as that language does."""
    in_megabytes = _MEGABYTE_FACTS.get(refused.code, ())
    facts = {
        name: _megabytes(value, up=name != "limit") if name in in_megabytes else number_format(value, use_l10n=True)
        for name, value in refused.facts.items()
    }
    return str(SENTENCES[refused.code]) % facts


def _megabytes(size: int, *, up: bool) -> str:
    """With one decimal where it matters; rounded away from the limit, so that "10 MB, up to 10 MB" is never said."""
    tenths = -(-size * 10 // MEGABYTE) if up else size * 10 // MEGABYTE
    return number_format(tenths // 10 if tenths % 10 == 0 else tenths / 10, use_l10n=True)
