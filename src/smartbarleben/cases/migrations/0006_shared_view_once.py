from typing import Any

from django.conf import settings
from django.db import migrations, models


def keep_the_newest(apps: Any, _editor: Any) -> None:
    """Two people who shared a view under one name at the same moment made it twice."""
    views = apps.get_model("cases", "SavedView").objects.filter(user=None)
    kept: set[str] = set()
    for view in views.order_by("-pk"):
        if view.name in kept:
            view.delete()
        kept.add(view.name)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_located"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(keep_the_newest, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user", None)), fields=("name",), name="cases_shared_view_once"
            ),
        ),
    ]
