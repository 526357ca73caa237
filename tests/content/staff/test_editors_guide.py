"""What the German guides tell the town hall to click is what stands on the screen."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
import wagtail
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.text import capfirst

ROOT = Path(__file__).resolve().parents[3]
GUIDES = {"editors.md": 50, "inbox.md": 40}


@cache
def german_labels() -> frozenset[str]:
    """All German texts of the house and of Wagtail, as labels are written: with a capital in front."""
    ours = ROOT.glob("src/smartbarleben/*/locale/de/LC_MESSAGES/django.po")
    theirs = Path(wagtail.__file__).parent.glob("**/locale/de/LC_MESSAGES/django.mo")
    catalogs = [read_po(BytesIO(path.read_bytes())) for path in ours]
    catalogs += [read_mo(BytesIO(path.read_bytes())) for path in theirs]
    texts = set()
    for catalog in catalogs:
        for message in catalog:
            texts |= set(message.string if isinstance(message.string, list | tuple) else [message.string])
    return frozenset(capfirst(text) for text in texts if text)


@pytest.mark.parametrize(("name", "least"), GUIDES.items())
def test_every_label_of_a_guide_exists(name: str, least: int) -> None:
    guide = (ROOT / "docs" / name).read_text(encoding="utf-8")
    labels = [" ".join(label.split()) for label in re.findall(r"\*\*(.+?)\*\*", guide, re.DOTALL)]
    assert len(labels) > least
    assert [label for label in labels if capfirst(label) not in german_labels()] == []
