from django.db import migrations, models
from django.db.models import Min


def part_doubles(apps, schema_editor):
    """Files that are there twice: one of a form that was never sent goes, one of a case stays without the form's name."""
    attachments = apps.get_model("cases", "Attachment").objects.using(schema_editor.connection.alias)
    named = attachments.exclude(submission=None)
    # Claimed ones first, so that what is left to compare are forms that were never sent.
    for waiting in (False, True):
        groups = named.values("submission", "digest").annotate(first=Min("pk"), rows=models.Count("pk"))
        for group in groups.filter(rows__gt=1).order_by():
            same = named.filter(submission=group["submission"], digest=group["digest"])
            if waiting:
                kept = same.exclude(case=None).first()
                same.filter(case=None).exclude(pk=kept.pk if kept else group["first"]).delete()
            else:
                claimed = same.exclude(case=None).order_by("pk")
                first = claimed.first()
                if first is not None:
                    claimed.exclude(pk=first.pk).update(submission=None)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_gate'),
    ]

    operations = [
        migrations.RunPython(part_doubles, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('submission', 'digest'), name='cases_attachment_once'),
        ),
    ]
