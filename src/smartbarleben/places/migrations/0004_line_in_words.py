from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0003_located'),
    ]

    operations = [
        migrations.AlterField(
            model_name='municipality',
            name='line',
            field=models.CharField(choices=[('barleben', 'canal, lock, technology park, three towers'), ('neutral', 'neutral')], default='neutral', max_length=20, verbose_name='line drawing'),
        ),
    ]
