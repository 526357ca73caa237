"""The database refuses to change or delete links of the chain of proofs."""

from typing import Any

from django.db import migrations

from smartbarleben.content import sealing


def seal(apps: Any, schema_editor: Any) -> None:
    sealing.install(schema_editor.connection)


def unseal(apps: Any, schema_editor: Any) -> None:
    sealing.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("content", "0004_occurrence_kind")]
    operations = [migrations.RunPython(seal, unseal, elidable=False)]
