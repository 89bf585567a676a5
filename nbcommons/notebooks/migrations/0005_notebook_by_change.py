from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("notebooks", "0004_cell_token_hash")]

    operations = [
        migrations.AddIndex(
            model_name="notebook",
            index=models.Index(
                fields=["-updated_at"],
                name="notebook_by_change",
                condition=models.Q(("deleted_at__isnull", True)),
            ),
        )
    ]
