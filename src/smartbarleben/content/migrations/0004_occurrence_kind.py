from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("content", "0003_care")]

    operations = [
        migrations.RemoveIndex(model_name="occurrence", name="content_occ_start"),
        migrations.AddField(
            model_name="occurrence",
            name="kind",
            field=models.CharField(default="event", max_length=20),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(fields=["kind", "starts_at", "id"], name="content_occ_start"),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(fields=["kind", "ends_at", "starts_at"], name="content_occ_end"),
        ),
    ]
