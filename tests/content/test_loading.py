"""A data folder loads on any day, explains what is wrong, and loses its examples with one command."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import models
from django.test import TestCase

from smartbarleben.content import registry
from smartbarleben.content.examples import count_examples, example_models, remove_examples
from smartbarleben.content.models import Item, ItemText, Occurrence, TrailLink
from smartbarleben.places.models import Municipality, Ortschaft, Place

BARLEBEN = Path(__file__).resolve().parents[2] / "data" / "barleben"


class TestBarleben(TestCase):
    """Loaded once, because that takes some ten seconds; each test begins with what was loaded."""

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_village", str(BARLEBEN), "--start", "2028-02-29", verbosity=0)

    def test_barleben_is_loaded_whole_on_a_leap_day(self) -> None:
        assert Municipality.objects.get().name == "Barleben"
        assert list(Ortschaft.objects.values_list("slug", flat=True)) == ["barleben", "ebendorf", "meitzendorf"]
        for kind in registry.kinds():
            assert Item.objects.filter(kind=kind.key, live=True).exists(), f"no {kind.key} to look at"
        assert TrailLink.objects.filter(relation="rejected").exclude(reason="").exists()
        assert ItemText.objects.values_list("language", flat=True).distinct().count() == 5
        assert Occurrence.objects.filter(starts_at__date__gte=date(2028, 2, 29)).exists()

    def test_real_facts_name_their_source_and_examples_are_marked(self) -> None:
        unsourced = Item.objects.filter(is_example=False, source_name="").values_list("kind", "slug")
        assert list(unsourced) == []
        assert list(Place.objects.filter(is_example=False, source_name="").values_list("slug", flat=True)) == []

    def test_one_command_removes_every_example(self) -> None:
        marked = list(Item.objects.filter(is_example=True).values_list("title", flat=True))
        assert marked
        real = Item.objects.filter(is_example=False).count()
        remove_examples()
        assert count_examples() == {}
        assert Item.objects.count() == real
        # Whatever hung on an example is gone from every table of the house, revisions included.
        for model in apps.get_models():
            for field in model._meta.get_fields():
                if isinstance(field, models.JSONField | models.TextField) and field.name in {
                    "content",
                    "object_str",
                    "label",
                }:
                    stored = "\n".join(map(str, model._default_manager.values_list(field.name, flat=True)))
                    left = [title for title in marked if f'"title": "{title}"' in stored]
                    assert left == [], f"{model.__name__}.{field.name} still holds {left}"

    def test_a_second_village_is_refused_and_changes_nothing(self) -> None:
        items = Item.objects.count()
        with pytest.raises(CommandError, match="has a municipality already"):
            call_command("load_village", str(BARLEBEN), verbosity=0)
        assert Item.objects.count() == items


def test_every_model_with_the_flag_is_searched_for_examples() -> None:
    flagged = {
        model for model in apps.get_models() if any(field.name == "is_example" for field in model._meta.get_fields())
    }
    found = set(example_models())
    assert all(model in found or found & set(model._meta.get_parent_list()) for model in flagged)


@pytest.mark.parametrize(
    ("name", "rows", "message"),
    [
        ("news", [{"key": "a", "title": "A", "ortschaft": "nowhere"}], "news a: there is no Ortschaft 'nowhere'"),
        ("events", [{"key": "b", "title": "B", "starts": "soon"}], "event b: Not a date: 'soon'"),
        (
            "events",
            [{"key": "c", "title": "C", "starts": {"day": 1}, "recurrence": "FREQ=NEVER"}],
            "event c: recurrence",
        ),
        ("clubs", [{"key": "d", "title": ""}], "club d: title"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_stored(
    db: None, tmp_path: Path, name: str, rows: list[dict[str, object]], message: str
) -> None:
    (tmp_path / "village.yaml").write_text((BARLEBEN / "village.yaml").read_text())
    (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(rows))
    with pytest.raises(CommandError, match=message):
        call_command("load_village", str(tmp_path), verbosity=0)
    assert not Municipality.objects.exists()


def test_another_municipality_is_founded_from_one_file(db: None, tmp_path: Path) -> None:
    plan = {
        "name": "Lindental",
        "ags": "14729999",
        "land": "SN",
        "languages": ["de", "en"],
        "ortschaften": ["Oberdorf", "Mitteldorf", "Unterdorf", "Neudorf"],
        "offices": ["Bürgerbüro", "Bauamt"],
    }
    file = tmp_path / "lindental.yaml"
    file.write_text(yaml.safe_dump(plan))
    call_command("init_village", str(file), verbosity=0)
    assert Municipality.objects.get().line == "neutral"
    assert Ortschaft.objects.count() == 4
    assert Item.objects.filter(kind="office", live=True).count() == 2
    texts = "\n".join(f"{item.title} {item.summary} {item.body}" for item in Item.objects.all())
    texts += "\n".join(f"{text.title} {text.body}" for text in ItemText.objects.all())
    assert "Lindental" in texts
    assert "[[" not in texts
    for trace in ("Barleben", "Ebendorf", "Meitzendorf", "039203"):
        assert trace not in texts


def test_a_plan_with_mistakes_lists_all_of_them(db: None, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(yaml.safe_dump({"name": "X", "ags": "12", "land": "XX", "languages": ["de", "tlh"]}))
    with pytest.raises(CommandError) as caught:
        call_command("init_village", str(file), verbosity=0)
    for part in ("ortschaften is missing", "eight digits", "land must be one of", "tlh"):
        assert part in str(caught.value)
