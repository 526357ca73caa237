"""Only marks of what sources said are kept, and nothing that nobody reads."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from smartbarleben.imports.planning import marks


def mark_values(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for record in apps.get_model("imports", "Record").objects.iterator():
        record.given, record.stored = marks(record.given), marks(record.stored)
        record.save(update_fields=["given", "stored"])


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0001_imports"),
    ]

    operations = [
        migrations.RunPython(mark_values),
        migrations.RemoveField(model_name="record", name="seen_at"),
        migrations.RemoveField(model_name="source", name="created_at"),
        migrations.RemoveField(model_name="source", name="digest"),
        migrations.RemoveField(model_name="source", name="last_run_at"),
        migrations.AddField(model_name="run", name="fetched", field=models.BooleanField(default=False)),
    ]
