from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_what_becomes_of_a_draft")]
    operations = [
        migrations.AddField(
            model_name="draft", name="removed", field=models.JSONField(default=dict)
        ),
    ]
