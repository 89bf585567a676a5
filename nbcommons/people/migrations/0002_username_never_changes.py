"""A user name is part of addresses and of the hub's user: the database itself refuses a change."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION people_person_username_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A user name never changes.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER person_username_never_changes BEFORE UPDATE OF username ON people_person
  FOR EACH ROW WHEN (OLD.username IS DISTINCT FROM NEW.username)
  EXECUTE FUNCTION people_person_username_never_changes();
"""
BACKWARDS = """
DROP TRIGGER person_username_never_changes ON people_person;
DROP FUNCTION people_person_username_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_people")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
