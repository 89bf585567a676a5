from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("executions", "0001_runs_by_day")]
    operations = [
        migrations.CreateModel(
            name="LoadedFile",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("executions", models.PositiveBigIntegerField()),
                ("loaded_at", models.DateTimeField()),
            ],
        ),
    ]
