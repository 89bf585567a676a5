"""What people wrote about their organisation becomes an organisation of the tree.

Texts that differ only in capitals or blanks become one, spelt as most people spell it.
"""

from collections import Counter, defaultdict

from django.db import migrations


def make_organisations(apps, schema_editor):
    Person = apps.get_model("people", "Person")
    Organisation = apps.get_model("people", "Organisation")
    spellings = defaultdict(Counter)
    members = defaultdict(list)
    rows = Person.objects.exclude(organisation_name="").filter(organisation__isnull=True)
    for pk, text in rows.order_by("pk").values_list("pk", "organisation_name"):
        name = " ".join(text.split())
        if name:
            spellings[name.casefold()][name] += 1
            members[name.casefold()].append(pk)
    for key, names in spellings.items():
        name = names.most_common(1)[0][0]
        organisation, is_new = Organisation.objects.get_or_create(name=name, parent=None)
        if is_new:
            organisation.path = [organisation.pk]
            organisation.save(update_fields=["path"])
        Person.objects.filter(pk__in=members[key]).update(organisation=organisation)


class Migration(migrations.Migration):
    dependencies = [("people", "0005_old_team_addresses_label_claims")]

    operations = [migrations.RunPython(make_organisations, migrations.RunPython.noop)]
