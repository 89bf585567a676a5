from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="CallRate",
            fields=[
                (
                    "caller",
                    models.CharField(max_length=80, primary_key=True, serialize=False),
                ),
                ("busy_until", models.DateTimeField(db_index=True)),
            ],
        ),
        # A call must not wait for the disk, and nothing is lost that matters.
        migrations.RunSQL(
            "ALTER TABLE core_callrate SET UNLOGGED", "ALTER TABLE core_callrate SET LOGGED"
        ),
    ]
