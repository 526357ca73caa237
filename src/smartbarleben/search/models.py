"""The index: one row for each public thing in each of its languages, the words that occur, and what was searched for.

Nothing here is written by hand; `actions` makes it from the sources, and can make all of it anew.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Document(models.Model):
    """One public thing in one language.

    The primary key is no number but an order (`ordering.place_of`): first what people look for most, then by time.
    Both databases find the best rows of a frequent word by walking along it, and stop after a few hundred.
    The columns `words_…` are folded. SQLite's triggers (`tables`) copy them into an FTS5 table; on PostgreSQL a
    generated column holds them as a tsvector.
    """

    source = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    language = models.CharField(max_length=12)
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300)
    ortschaft = models.BigIntegerField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    all_day = models.BooleanField(default=False)
    sort_at = models.DateTimeField()
    weight = models.PositiveSmallIntegerField(default=100)
    words_title = models.TextField()
    words_keywords = models.TextField(blank=True)
    words_summary = models.TextField(blank=True)
    words_body = models.TextField(blank=True)
    # What filters ask for, as words of its own column: "Kservice Lde O3 S1 D20261124".
    facets = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key", "language"], name="search_document_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.key} {self.language}"


class Word(models.Model):
    """A word of the index, folded: in how many documents of a language it stands, and its stem there."""

    language = models.CharField(max_length=12)
    word = models.CharField(max_length=40)
    stem = models.CharField(max_length=40)
    # As somebody wrote it, for "Did you mean …?".
    spelled = models.CharField(max_length=60)
    count = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="search_word_once")]

    def __str__(self) -> str:
        return f"{self.word} ({self.language})"


class Question(models.Model):
    """How often something was searched for on a day, and whether there was anything. No person, no time of day."""

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=12)
    words = models.CharField(_("searched words"), max_length=60)
    found = models.BooleanField(_("something was found"))
    count = models.PositiveIntegerField(_("how often"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "language", "words"], name="search_question_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.words}"
