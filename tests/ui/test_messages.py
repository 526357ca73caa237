"""The interface texts: complete in German and Leichte Sprache, and whole in every language."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.apps import apps

from smartbarleben.ui import messages

ROOMS = [Path(config.path) for config in apps.get_app_configs() if config.name.startswith("smartbarleben.")]
FILES = [
    pytest.param(room, language, id=f"{room.name}-{language}")
    for room in ROOMS
    for language in messages.LANGUAGES
    if messages.po_file(room, language).exists()
]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def stored(room: Path, language: str) -> list[Message]:
    return [message for message in messages.load(room, language) if message.id]


def strings(message: Message) -> list[str]:
    """The translations of a message that exist: one, or one for each plural form."""
    return [
        text for text in (message.string if isinstance(message.string, list | tuple) else [message.string]) if text
    ]


def sources(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, list | tuple) else [message.id]


def test_every_room_with_texts_has_a_file_in_each_language() -> None:
    with_texts = [room for room in ROOMS if any(message.id for message in messages.collect(room))]
    assert {room.name for room in with_texts} >= {"ui", "content", "portal"}
    assert [
        f"{room.name}: {language}"
        for room in with_texts
        for language in messages.LANGUAGES
        if not messages.po_file(room, language).exists()
    ] == []


@pytest.mark.parametrize("language", ["de", "de-simple"])
@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_german_and_leichte_sprache_are_complete(room: Path, language: str) -> None:
    assert messages.untranslated(room, language) == []


@pytest.mark.parametrize(("room", "language"), FILES)
def test_a_file_holds_the_present_texts_in_the_one_form(room: Path, language: str) -> None:
    written = messages.po_file(room, language).read_bytes()
    assert written == messages.rendered(messages.merged(room, language)), "run ./village manage messages"
    # Babel leaves fuzzy entries out of what is compiled: a reader would get English.
    assert b"fuzzy" not in written


@pytest.mark.parametrize(("room", "language"), FILES)
def test_a_translation_keeps_the_placeholders(room: Path, language: str) -> None:
    for message in stored(room, language):
        texts = strings(message)
        wanted = set(PLACEHOLDER.findall(sources(message)[-1]))
        for position, text in enumerate(texts):
            found = set(PLACEHOLDER.findall(text))
            if isinstance(message.id, str) or position == len(texts) - 1:
                assert found == wanted, f"{message.id!r}: {text!r}"
            else:
                # "1 day" may say its number in words; everything else stays.
                assert found <= wanted, f"{message.id!r}: {text!r}"
                short = set(PLACEHOLDER.findall(sources(message)[0]))
                assert len(wanted - found) <= 1 + len(wanted - short), f"{message.id!r}: {text!r}"
            assert "%" not in PLACEHOLDER.sub("", text), f"a stray percent sign breaks the page: {text!r}"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_text_says_the_same_in_every_room(language: str) -> None:
    """Django merges the rooms' texts into one list: two translations of one text would replace each other."""
    said: dict[tuple[str | None, str], set[tuple[str, ...]]] = defaultdict(set)
    for room in ROOMS:
        for message in stored(room, language):
            if strings(message):
                said[message.context, sources(message)[0]].add(tuple(strings(message)))
    assert {text: versions for (_context, text), versions in said.items() if len(versions) > 1} == {}


@pytest.mark.parametrize("language", ["de", "de-simple"])
@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_german_is_set_as_german(room: Path, language: str) -> None:
    for message in stored(room, language):
        for text in strings(message):
            assert not re.search(r'"|\.\.\.| - ', text.replace("„- “", "")), text
            assert text.count("„") == text.count("“"), text
            assert text == text.strip(), text


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_leichte_sprache_says_one_short_thought_at_a_time(room: Path) -> None:
    for message in stored(room, "de-simple"):
        for text in strings(message):
            for sentence in re.split(r"[.:?!;]\s", text):
                assert len(sentence.split()) <= 12, sentence
            assert not re.search(r"\b(wäre|würde|hätte|könnte|sollte|dessen|deren|bzw|ggf)\w*\b", text), text
