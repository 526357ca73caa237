from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0006_deletions_of_one_source"),
    ]

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("value", models.TextField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
