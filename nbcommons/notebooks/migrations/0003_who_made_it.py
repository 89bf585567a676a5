from django.db import migrations


class Migration(migrations.Migration):
    """Until now whoever owned a notebook had made it."""

    dependencies = [("notebooks", "0002_sharing_labels_bin_deprecation")]

    operations = [
        migrations.RunSQL(
            "UPDATE notebooks_notebook SET created_by_id = owner_id WHERE created_by_id IS NULL",
            migrations.RunSQL.noop,
        )
    ]
