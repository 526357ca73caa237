"""Texts for people that pure code writes: marked where they stand, translated where they are shown."""

from collections.abc import Callable


def gettext_noop(text: str) -> str:
    """Mark a text for the translators; whoever shows it translates it."""
    return text


def unchanged(text: str) -> str:
    """The translation into English: every text is written in it."""
    return text


class WordedError(Exception):
    """What is wrong and what to do: an English text with %(name)s for the ``values``. As `str` it is English."""

    def __init__(self, text: str, **values: object) -> None:
        self.text, self.values = text, values
        super().__init__(self.said())

    def said(self, translate: Callable[[str], str] = unchanged) -> str:
        """The text in the language of ``translate``, with its values."""
        return translate(self.text) % self.values if self.values else translate(self.text)
