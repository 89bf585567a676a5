from django.db import migrations, models

# Makes a notebook private or shared with fewer, gives it to somebody else, bins or ends it, takes
# a share away, puts it under a label: in each case some may not read it any more.
FORWARDS = """
CREATE FUNCTION search_withhold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'notebooks_notebook' THEN
    INSERT INTO search_withheld (notebook_id) VALUES (OLD.id);
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO search_withheld (notebook_id) VALUES (OLD.notebook_id);
  ELSE
    INSERT INTO search_withheld (notebook_id) VALUES (NEW.notebook_id);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER search_withhold_narrowed AFTER UPDATE ON notebooks_notebook
FOR EACH ROW WHEN (
  (NEW.visibility <> OLD.visibility AND (OLD.visibility = 'everyone' OR NEW.visibility = 'private'))
  OR NEW.owner_id IS DISTINCT FROM OLD.owner_id
  OR NEW.owner_team_id IS DISTINCT FROM OLD.owner_team_id
  OR (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL)
) EXECUTE FUNCTION search_withhold();
CREATE TRIGGER search_withhold_ended AFTER DELETE ON notebooks_notebook
FOR EACH ROW EXECUTE FUNCTION search_withhold();
CREATE TRIGGER search_withhold_unshared AFTER DELETE ON notebooks_notebookshare
FOR EACH ROW EXECUTE FUNCTION search_withhold();
CREATE TRIGGER search_withhold_labelled AFTER INSERT ON notebooks_notebook_labels
FOR EACH ROW EXECUTE FUNCTION search_withhold();
"""
BACKWARDS = """
DROP TRIGGER search_withhold_narrowed ON notebooks_notebook;
DROP TRIGGER search_withhold_ended ON notebooks_notebook;
DROP TRIGGER search_withhold_unshared ON notebooks_notebookshare;
DROP TRIGGER search_withhold_labelled ON notebooks_notebook_labels;
DROP FUNCTION search_withhold();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_saved_searches_wishes_feeds"),
        ("notebooks", "0010_team_history_from"),
    ]

    operations = [
        migrations.CreateModel(
            name="Withheld",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("notebook_id", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
