"""Words that everybody would try first in this house: a password made of little else is refused."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from smartbarleben.kernel.folding import fold
from smartbarleben.places.models import Municipality, Ortschaft

_HOUSE = (
    "smartbarleben", "smart", "village", "dorf", "gemeinde", "rathaus", "buergermeister", "ortschaft", "verwaltung",
    "passwort", "password", "kennwort", "geheim", "admin", "administrator", "willkommen", "hallo", "sommer", "winter",
    "fruehling", "herbst", "montag", "januar",
)  # fmt: skip
_SHORTEST = 4
# So many letters have to be left of a password when these words, digits and signs are taken out.
LEFT = 8
_AROUND = re.compile(r"[\W\d_]+")
_LEET = str.maketrans("013457", "oieast")


class NoWordsOfTheHouse:
    """Django password validator: the municipality, the program, the person, and what is said here every day."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for a password of which too little is left without such words."""
        if is_weak(password, _words(user)):
            raise ValidationError(
                _(
                    "This password is made of words that everybody would try here first. Take some that have nothing"
                    " to do with your work, such as four things from your kitchen."
                ),
                code="word_of_the_house",
            )

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return _("Your own name, the municipality's and words from the town hall do not count.")


def is_weak(password: str, words: set[str]) -> bool:
    """Whether fewer than `LEFT` letters stay when these words (folded) are taken out; also where digits stand for
    letters, as in "b4rl3b3n"."""
    for typed in {fold(password), fold(password).translate(_LEET)}:
        rest = typed
        for word in sorted(words, key=len, reverse=True):
            rest = rest.replace(word, " ")
        if rest != typed and len(_AROUND.sub("", rest)) < LEFT:
            return True
    return False


def _words(user: Any) -> set[str]:
    texts = [*_HOUSE, settings.BASE_URL.partition("://")[2].split(":")[0]]
    texts += Municipality.objects.values_list("name", flat=True)
    texts += Ortschaft.objects.values_list("name", flat=True)
    if user is not None:
        texts += [str(getattr(user, name, "")) for name in ("username", "first_name", "last_name", "email")]
    return {word for text in texts for word in re.split(r"[^a-z0-9]+", fold(text)) if len(word) >= _SHORTEST}
